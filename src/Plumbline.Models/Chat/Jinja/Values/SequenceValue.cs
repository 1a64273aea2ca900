namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What kind of sequence: how it prints, whether it can be indexed and how often it can be walked.</summary>
internal enum SequenceKind
{
    /// <summary><c>[1, 2]</c>.</summary>
    List,

    /// <summary><c>(1, 2)</c>.</summary>
    Tuple,

    /// <summary>What <c>range</c> gives.</summary>
    Range,

    /// <summary>What <c>keys()</c> of a map gives.</summary>
    Keys,

    /// <summary>What <c>values()</c> of a map gives.</summary>
    Values,

    /// <summary>What <c>items()</c> of a map gives.</summary>
    Items,

    /// <summary>What <c>map</c>, <c>select</c> and their like give: no length, no index, always true, and empty when walked again.</summary>
    Stream,
}

/// <summary>Values in order. Immutable, so that no value can come to contain itself.</summary>
internal sealed class SequenceValue : JinjaValue
{
    private bool walked;

    /// <param name="kind">What kind.</param>
    /// <param name="elements">Its elements.</param>
    public SequenceValue(SequenceKind kind, IEnumerable<JinjaValue> elements)
    {
        Kind = kind;
        var list = new List<JinjaValue>();
        foreach (var element in elements)
        {
            list.Add(element);
            Weight += element.Weight;
            Depth = Math.Max(Depth, element.Depth + 1);
            RefuseTooLarge(list.Count, Weight, Depth);
        }
        Elements = list;
    }

    public SequenceKind Kind { get; }

    public IReadOnlyList<JinjaValue> Elements { get; }

    public override long Weight { get; } = 1;

    public override int Depth { get; } = 1;

    public override string TypeName => Kind switch
    {
        SequenceKind.List => "list",
        SequenceKind.Tuple => "tuple",
        SequenceKind.Range => "range",
        SequenceKind.Keys => "dict_keys",
        SequenceKind.Values => "dict_values",
        SequenceKind.Items => "dict_items",
        _ => "generator",
    };

    public override bool Truth => Kind == SequenceKind.Stream || Elements.Count > 0;

    /// <summary>The elements, to be walked: those of a stream once.</summary>
    public IReadOnlyList<JinjaValue> Walk()
    {
        if (Kind != SequenceKind.Stream)
            return Elements;
        IReadOnlyList<JinjaValue> rest = walked ? [] : Elements;
        walked = true;
        return rest;
    }

    internal static void RefuseTooLarge(int count, long weight, int depth)
    {
        if (count > TemplateLimits.Elements || weight > TemplateLimits.Weight)
            throw new TemplateFault("a list or map grows too large.", $"At most {TemplateLimits.Elements} elements.");
        if (depth > TemplateLimits.ValueDepth)
            throw new TemplateFault("lists and maps stand too deep in one another.", $"At most {TemplateLimits.ValueDepth} deep.");
    }
}
