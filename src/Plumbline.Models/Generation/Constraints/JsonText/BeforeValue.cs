using Plumbline.Models.Generation.Constraints.Schemas;

namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>Where a value begins.</summary>
/// <param name="Node">Its schema.</param>
/// <param name="Outer">What it stands in.</param>
/// <param name="Blanks">White space so far.</param>
internal sealed record BeforeValue(SchemaNode Node, Frame? Outer, int Blanks) : JsonPosition(Outer)
{
    public override void Step(byte value, PositionSet next)
    {
        if (IsBlank(value))
        {
            if (Blanks < MostBlanks)
                next.Add(this with { Blanks = Blanks + 1 });
            return;
        }
        var room = Frame.MaximumDepth - (Outer?.Depth ?? 0);
        foreach (var shape in Node.Shapes)
        {
            if (shape.Height <= room)
                Open(shape, value, next);
        }
    }

    private void Open(Shape shape, byte value, PositionSet next)
    {
        switch (shape)
        {
            case ScalarShape scalar when scalar.Texts.Step(CodePointAutomaton.Start, value) is >= 0 and var state:
                next.Add(new InScalar(scalar.Texts, state, Outer));
                break;
            case StringShape text when value == '"':
                next.Add(new InString(text, CodePointAutomaton.Start, 0, CodePointReading.Fresh, Outer));
                break;
            case ArrayShape array when value == '[':
                next.Add(new AfterOpening(new ArrayFrame(array, 0, Outer), 0));
                break;
            case ObjectShape thing when value == '{':
                next.Add(new AfterOpening(new ObjectFrame(thing, 0, [], Outer), 0));
                break;
        }
    }
}
