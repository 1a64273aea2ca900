using System.Numerics;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Equality as Python has it: 1, 1.0 and True are one and the same, text is equal whoever wrote it.</summary>
internal sealed class PythonEquality : IEqualityComparer<JinjaValue>
{
    public static PythonEquality Instance { get; } = new();

    /// <summary>Whether a value can be a key.</summary>
    public static bool Hashable(JinjaValue value) => value switch
    {
        MapValue => false,
        SequenceValue { Kind: SequenceKind.List } => false,
        SequenceValue tuple => tuple.Elements.All(Hashable),
        _ => true,
    };

    public bool Equals(JinjaValue? x, JinjaValue? y) => x is not null && y is not null && Equal(x, y);

    public int GetHashCode(JinjaValue obj) => obj switch
    {
        TextValue text => text.Text.GetHashCode(StringComparison.Ordinal),
        BooleanValue or IntegerValue or FloatValue => PythonNumber.Of(obj)!.Value.GetHashCode(),
        NoneValue => 1,
        UndefinedValue => 2,
        SequenceValue tuple => tuple.Elements.Count,
        _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj),
    };

    private static bool Equal(JinjaValue x, JinjaValue y) => (x, y) switch
    {
        (TextValue a, TextValue b) => a.Text == b.Text,
        (UndefinedValue, UndefinedValue) => true,
        (SequenceValue a, SequenceValue b) => ReferenceEquals(a, b) || a.Kind == b.Kind && a.Kind != SequenceKind.Stream && a.Elements.Count == b.Elements.Count
            && a.Elements.Zip(b.Elements).All(pair => Equal(pair.First, pair.Second)),
        (MapValue a, MapValue b) => ReferenceEquals(a, b) || a.Count == b.Count
            && a.Entries.All(entry => b.Find(entry.Key) is { } other && Equal(entry.Value, other)),
        _ => ReferenceEquals(x, y) || PythonNumber.Of(x) is { } left && PythonNumber.Of(y) is { } right && left.Equals(right),
    };
}
