namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>What satisfies two schemas at once (<c>allOf</c>, and keywords that stand side by side).</summary>
/// <param name="any">The schema that everything satisfies.</param>
internal sealed class SchemaMeet(SchemaNode any)
{
    private readonly Dictionary<(SchemaNode, SchemaNode), SchemaNode> known = [];

    public SchemaNode Of(SchemaNode one, SchemaNode other, string place)
    {
        if (one == other || other == any || one == SchemaNode.Nothing)
            return one;
        if (one == any || other == SchemaNode.Nothing)
            return other;
        if (!known.TryGetValue((one, other), out var both))
            known[(one, other)] = both = new(place, () => Of(one.Shapes, other.Shapes, place));
        return both;
    }

    public IReadOnlyList<Shape> Of(IReadOnlyList<Shape> one, IReadOnlyList<Shape> other, string place) =>
        [.. from a in one from b in other let both = Of(a, b, place) where both is not null select both];

    private Shape? Of(Shape one, Shape other, string place) => (one, other) switch
    {
        (ScalarShape a, ScalarShape b) when a.Kind == b.Kind => new ScalarShape(a.Kind, Together(a.Texts, b.Texts, place)),
        (StringShape a, StringShape b) => Of(a, b, place),
        (ArrayShape a, ArrayShape b) => Of(a, b, place),
        (ObjectShape a, ObjectShape b) => Of(a, b, place),
        _ => null,
    };

    private static StringShape Of(StringShape one, StringShape other, string place)
    {
        var least = Math.Max(one.Least, other.Least);
        var most = one.Most is { } a && other.Most is { } b ? Math.Min(a, b) : one.Most ?? other.Most;
        var pattern = one.Pattern is { } first && other.Pattern is { } second ? Together(first, second, place) : one.Pattern ?? other.Pattern;
        return pattern is null ? new(null, least, most)
            : least == 0 && most is null ? new(pattern, 0, null)
            : new(pattern.OfLength(least, most) ?? throw TooLarge(place), 0, null);
    }

    private ArrayShape Of(ArrayShape one, ArrayShape other, string place) => new(
        [.. Enumerable.Range(0, Math.Max(one.First.Count, other.First.Count)).Select(index => Of(one.Element(index), other.Element(index), place))],
        Of(one.Rest, other.Rest, place), Math.Max(one.Least, other.Least), one.Most is { } a && other.Most is { } b ? Math.Min(a, b) : one.Most ?? other.Most);

    private ObjectShape Of(ObjectShape one, ObjectShape other, string place) => new(
        [.. one.Properties.Concat(other.Properties).Select(property => property.Name).Distinct(StringComparer.Ordinal)
            .Select(name => new PropertyShape(name, Of(one.Property(name), other.Property(name), place), one.Requires(name) || other.Requires(name)))],
        Of(one.Additional, other.Additional, place));

    private static CodePointAutomaton Together(CodePointAutomaton one, CodePointAutomaton other, string place) => one.And(other) ?? throw TooLarge(place);

    private static InputException TooLarge(string place) =>
        new(place, "the patterns and lengths that hold here at once are too many to tell apart.", "Use a simpler pattern, or a smaller maxLength.");
}
