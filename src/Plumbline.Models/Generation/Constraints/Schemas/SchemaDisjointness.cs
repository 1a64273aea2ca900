namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>Whether two schemas can be told to have no value in common, so that <c>oneOf</c> is a mere choice.</summary>
internal sealed class SchemaDisjointness
{
    private readonly HashSet<(SchemaNode, SchemaNode)> asked = [];

    /// <returns>True if no value satisfies both; false if one does, or if it is not seen that none does.</returns>
    public bool Apart(SchemaNode one, SchemaNode other) =>
        one.Height == SchemaNode.Unsatisfiable || other.Height == SchemaNode.Unsatisfiable
        || (one != other && asked.Add((one, other)) && one.Shapes.All(a => other.Shapes.All(b => Apart(a, b))));

    private bool Apart(Shape one, Shape other) => (one, other) switch
    {
        _ when one.Height == SchemaNode.Unsatisfiable || other.Height == SchemaNode.Unsatisfiable => true,
        (ScalarShape a, ScalarShape b) => a.Kind != b.Kind || a.Texts.And(b.Texts) is { IsEmpty: true },
        (StringShape a, StringShape b) => a.Most < b.Least || b.Most < a.Least || (a.Pattern is { } first && Excludes(first, b)) || (b.Pattern is { } second && Excludes(second, a)),
        (ArrayShape a, ArrayShape b) => a.Most < b.Least || b.Most < a.Least
            || Enumerable.Range(0, Math.Min(Math.Min(a.Least, b.Least), Math.Max(a.First.Count, b.First.Count) + 1)).Any(index => Apart(a.Element(index), b.Element(index))),
        (ObjectShape a, ObjectShape b) => Needs(a, b) || Needs(b, a),
        _ => true,
    };

    private static bool Excludes(CodePointAutomaton pattern, StringShape other) =>
        (other.Pattern is { } second ? pattern.And(second) : pattern.OfLength(other.Least, other.Most)) is { IsEmpty: true };

    /// <summary>Whether one needs a property whose value the other cannot have.</summary>
    private bool Needs(ObjectShape one, ObjectShape other) => one.Properties.Any(property => property.Required
        && (other.Property(property.Name).Height == SchemaNode.Unsatisfiable || (other.Requires(property.Name) && Apart(property.Node, other.Property(property.Name)))));
}
