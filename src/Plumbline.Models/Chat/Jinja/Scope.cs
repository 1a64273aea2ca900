using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>Names and what they stand for, from the inside out.</summary>
/// <param name="outer">The scope around it, or null.</param>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, JinjaValue> values = new(StringComparer.Ordinal);

    public void Set(string name, JinjaValue value) => values[name] = value;

    public JinjaValue Get(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.values.TryGetValue(name, out var value))
                return value;
        }
        return new UndefinedValue($"'{name}' is undefined");
    }

    private Scope? Outer => outer;
}
