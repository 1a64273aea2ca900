using Plumbline.Models.Generation.Constraints.Schemas;

namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>After the name of a property.</summary>
/// <param name="Object">The object.</param>
/// <param name="Node">The schema of the value.</param>
/// <param name="Blanks">White space so far.</param>
internal sealed record AfterName(ObjectFrame Object, SchemaNode Node, int Blanks) : JsonPosition(Object)
{
    public override void Step(byte value, PositionSet next)
    {
        if (IsBlank(value) && Blanks < MostBlanks)
            next.Add(this with { Blanks = Blanks + 1 });
        else if (value == ':')
            next.Add(new BeforeValue(Node, Object, 0));
    }
}
