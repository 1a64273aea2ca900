namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>Where the name of a property begins.</summary>
/// <param name="Object">The object.</param>
/// <param name="Blanks">White space so far.</param>
internal sealed record BeforeName(ObjectFrame Object, int Blanks) : JsonPosition(Object)
{
    public override void Step(byte value, PositionSet next)
    {
        if (IsBlank(value) && Blanks < MostBlanks)
            next.Add(this with { Blanks = Blanks + 1 });
        else if (value == '"')
            next.Add(new InName(Object, "", CodePointReading.Fresh));
    }
}
