namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>One kind of value that a schema allows. A schema is a choice between shapes.</summary>
internal abstract class Shape
{
    /// <summary>How many objects and arrays the flattest value of this shape nests; <see cref="SchemaNode.Unsatisfiable"/> if there is none.</summary>
    public int Height { get; set; } = SchemaNode.Unsatisfiable;

    /// <summary>The height, as far as the heights of the parts are known.</summary>
    public abstract int Measure();

    /// <summary>The schemas of its parts.</summary>
    public virtual IEnumerable<SchemaNode> Parts => [];
}

/// <summary>A number, true, false or null: texts of a regular set.</summary>
/// <param name="kind">Which of the three.</param>
/// <param name="texts">The set.</param>
internal sealed class ScalarShape(ScalarKind kind, CodePointAutomaton texts) : Shape
{
    public ScalarKind Kind => kind;

    public CodePointAutomaton Texts => texts;

    public override int Measure() => texts.IsEmpty ? SchemaNode.Unsatisfiable : 0;
}

/// <summary>What a <see cref="ScalarShape"/> is.</summary>
internal enum ScalarKind
{
    Null,
    Boolean,
    Number,
}

/// <summary>A string.</summary>
/// <param name="pattern">The set that it is from, its length included; null if only the length matters.</param>
/// <param name="least">The fewest code points; 0 with a pattern.</param>
/// <param name="most">The most; null with a pattern.</param>
internal sealed class StringShape(CodePointAutomaton? pattern, int least, int? most) : Shape
{
    public CodePointAutomaton? Pattern => pattern;

    public int Least => least;

    public int? Most => most;

    public override int Measure() => pattern is { IsEmpty: true } || most < least ? SchemaNode.Unsatisfiable : 0;
}

/// <summary>An array.</summary>
/// <param name="first">The schemas of its first elements.</param>
/// <param name="rest">The schema of those after.</param>
/// <param name="least">The fewest elements.</param>
/// <param name="most">The most, if there is a limit.</param>
internal sealed class ArrayShape(IReadOnlyList<SchemaNode> first, SchemaNode rest, int least, int? most) : Shape
{
    public IReadOnlyList<SchemaNode> First => first;

    public SchemaNode Rest => rest;

    public int Least => least;

    public int? Most => most;

    /// <summary>From here on, one element is like the next.</summary>
    public int Steady => Math.Max(first.Count, least);

    public override IEnumerable<SchemaNode> Parts => [.. first, rest];

    public SchemaNode Element(int index) => index < first.Count ? first[index] : rest;

    public override int Measure()
    {
        if (most < least)
            return SchemaNode.Unsatisfiable;
        var needed = first.Take(least).Select(node => node.Height).ToList();
        if (least > first.Count)
            needed.Add(rest.Height);
        return SchemaNode.Above(needed);
    }
}

/// <summary>An object. Its declared properties stand in their order; others come after them.</summary>
/// <param name="properties">The declared properties.</param>
/// <param name="additional">The schema of others.</param>
internal sealed class ObjectShape(IReadOnlyList<PropertyShape> properties, SchemaNode additional) : Shape
{
    private readonly Dictionary<string, PropertyShape> byName = properties.ToDictionary(property => property.Name, StringComparer.Ordinal);

    public IReadOnlyList<PropertyShape> Properties => properties;

    public SchemaNode Additional => additional;

    public override IEnumerable<SchemaNode> Parts => [.. properties.Select(property => property.Node), additional];

    public bool Declares(string name) => byName.ContainsKey(name);

    public bool Requires(string name) => byName.TryGetValue(name, out var property) && property.Required;

    public SchemaNode Property(string name) => byName.TryGetValue(name, out var property) ? property.Node : additional;

    /// <summary>The first property from an index on that has to be there; their number if there is none.</summary>
    public int NextRequired(int from)
    {
        while (from < properties.Count && !properties[from].Required)
            from++;
        return from;
    }

    public override int Measure() => SchemaNode.Above(properties.Where(property => property.Required).Select(property => property.Node.Height));
}

/// <summary>A declared property.</summary>
internal sealed record PropertyShape(string Name, SchemaNode Node, bool Required);
