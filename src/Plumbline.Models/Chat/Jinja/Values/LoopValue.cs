namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary><c>loop</c>: where a for statement is.</summary>
/// <param name="elements">What it walks.</param>
internal sealed class LoopValue(IReadOnlyList<JinjaValue> elements) : JinjaValue
{
    private JinjaValue? last;

    /// <summary>Which element it is at, from 0.</summary>
    public int Index { get; set; }

    public override string TypeName => "LoopContext";

    public override bool Truth => true;

    public JinjaValue Attribute(string name) => name switch
    {
        "index" => Index + 1,
        "index0" => Index,
        "revindex" => elements.Count - Index,
        "revindex0" => elements.Count - Index - 1,
        "first" => Index == 0,
        "last" => Index == elements.Count - 1,
        "length" => elements.Count,
        "depth" => 1, // of recursion, which loops here do not have
        "depth0" => 0,
        "previtem" => Index > 0 ? elements[Index - 1] : new UndefinedValue("there is no previous item"),
        "nextitem" => Index + 1 < elements.Count ? elements[Index + 1] : new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue("cycle", (_, arguments) => arguments.Positional is { Count: > 0 } choices
            ? choices[Index % choices.Count]
            : throw TemplateFault.Type("no items for cycling given.")),
        "changed" => new FunctionValue("changed", (_, arguments) => Changed(new SequenceValue(SequenceKind.Tuple, arguments.Positional))),
        _ => new UndefinedValue($"'loop' has no attribute '{name}'"),
    };

    private bool Changed(JinjaValue now)
    {
        var changed = last is null || !PythonEquality.Instance.Equals(last, now);
        last = now;
        return changed;
    }
}
