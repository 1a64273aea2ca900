namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>In the name of a property.</summary>
/// <param name="Object">The object.</param>
/// <param name="Text">The name so far.</param>
/// <param name="Reading">The code point that is being read.</param>
internal sealed record InName(ObjectFrame Object, string Text, CodePointReading Reading) : JsonPosition(Object)
{
    public override int? Free => Reading == CodePointReading.Fresh && Object.MayAdd ? int.MaxValue : null;

    public override void Step(byte value, PositionSet next)
    {
        if (value == '"' && Reading == CodePointReading.Fresh)
        {
            if (Object.Name(Text) is var (frame, node))
                next.Add(new AfterName(frame, node, 0));
        }
        else if (Reading.TryRead(value, inJson: true, out var reading, out var codePoint))
        {
            ((int Low, int High) first, (int Low, int High) second) = codePoint < 0 ? reading.Possible() : ((codePoint, codePoint), (0, -1));
            if (Object.MayContinue(Text, first.Low, first.High) || Object.MayContinue(Text, second.Low, second.High))
                next.Add(new InName(Object, codePoint < 0 ? Text : Text + char.ConvertFromUtf32(codePoint), reading));
        }
    }
}
