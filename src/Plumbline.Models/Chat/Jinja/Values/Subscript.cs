using System.Numerics;
using Plumbline.Models.Chat.Jinja.Builtins;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What stands after a dot or in square brackets.</summary>
internal static class Subscript
{
    /// <summary><c>value.name</c>: a method or attribute, else the item of that name.</summary>
    public static JinjaValue Attribute(JinjaValue value, string name) =>
        Own(value, name) ?? (value as MapValue)?.Find(name) ?? Missing(value, $"'{name}'", name);

    /// <summary><c>value[key]</c>: the item, else the method or attribute of that name.</summary>
    public static JinjaValue Item(JinjaValue value, JinjaValue key)
    {
        var found = value switch
        {
            UndefinedValue undefined => throw TemplateFault.Undefined(undefined.Problem + "."),
            MapValue map => map.Find(key),
            SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range } sequence when Index(key, sequence.Elements.Count) is { } index => sequence.Elements[index],
            TextValue text when new CodePoints(text.Marked) is var points && Index(key, points.Count) is { } index => points[index],
            _ => null,
        };
        return found ?? (key is TextValue name ? Own(value, name.Text) ?? Missing(value, $"'{name.Text}'", name.Text) : Missing(value, PythonText.Str(key).Text, null));
    }

    /// <summary><c>value[start:stop:step]</c>.</summary>
    public static JinjaValue Slice(JinjaValue value, JinjaValue? start, JinjaValue? stop, JinjaValue? step)
    {
        var length = value is UndefinedValue undefined ? throw TemplateFault.Undefined(undefined.Problem + ".")
            : value is TextValue or SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range } ? Operators.Length(value)
            : throw TemplateFault.Type($"a value of type '{value.TypeName}' cannot be cut.");
        var stride = Bound(step) ?? BigInteger.One;
        if (stride.IsZero)
            throw TemplateFault.Type("the step of a slice is 0.");
        var (least, most) = stride.Sign > 0 ? (0, length) : (-1, length - 1);
        var from = Clamp(Bound(start), stride.Sign > 0 ? least : most, least, most, length);
        var to = Clamp(Bound(stop), stride.Sign > 0 ? most : least, least, most, length);
        if (value is TextValue whole && stride.IsOne)
            return new CodePoints(whole.Marked).Slice(from, to);
        var picked = new List<int>();
        for (BigInteger at = from; stride.Sign > 0 ? at < to : at > to; at += stride)
            picked.Add((int)at);
        if (value is TextValue text)
        {
            var points = new CodePoints(text.Marked);
            return Operators.Join(picked.Select(index => points[index]));
        }
        var sequence = (SequenceValue)value;
        return new SequenceValue(sequence.Kind, picked.Select(index => sequence.Elements[index]));
    }

    private static BigInteger? Bound(JinjaValue? value) => value switch
    {
        null or NoneValue => null,
        IntegerValue or BooleanValue => PythonNumber.Of(value)!.Value.Whole,
        _ => throw TemplateFault.Type($"the bounds of a slice are whole numbers, not '{value.TypeName}'."),
    };

    private static int Clamp(BigInteger? bound, int absent, int least, int most, int length) =>
        bound is not { } at ? absent : (int)BigInteger.Min(BigInteger.Max(at.Sign < 0 ? at + length : at, least), most);

    private static int? Index(JinjaValue key, int count)
    {
        if (key is not (IntegerValue or BooleanValue))
            return null;
        var index = PythonNumber.Of(key)!.Value.Whole;
        index = index.Sign < 0 ? index + count : index;
        return index.Sign >= 0 && index < count ? (int)index : null;
    }

    /// <summary>What belongs to the value itself, or null.</summary>
    private static JinjaValue? Own(JinjaValue value, string name) => value switch
    {
        UndefinedValue undefined => throw TemplateFault.Undefined(undefined.Problem + "."),
        LoopValue loop => loop.Attribute(name),
        NamespaceValue space => space.Attributes.GetValueOrDefault(name),
        TextValue text => TextMethods.Find(text, name),
        MapValue map => MapMethods.Find(map, name),
        SequenceValue sequence => ListMethods.Find(sequence, name),
        _ => null,
    };

    private static UndefinedValue Missing(JinjaValue value, string what, string? name) =>
        new(name is not null && value is MapValue ? $"there is no {what} in the map"
            : value is NoneValue ? $"None has no {what}"
            : $"a value of type '{value.TypeName}' has no {what}");
}
