namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>After the bracket that opens an object or array.</summary>
/// <param name="Opened">The object or array.</param>
/// <param name="Blanks">White space so far.</param>
internal sealed record AfterOpening(Frame Opened, int Blanks) : JsonPosition(Opened)
{
    public override void Step(byte value, PositionSet next)
    {
        if (IsBlank(value))
        {
            if (Blanks < MostBlanks)
                next.Add(this with { Blanks = Blanks + 1 });
        }
        else if (value == Opened.Closing)
        {
            if (Opened.MayClose)
                next.Add(Opened.Close());
        }
        else if (Opened is ArrayFrame { MayGoOn: true } array)
            array.Begin().Step(value, next);
        else if (Opened is ObjectFrame { MayGoOn: true } thing)
            new BeforeName(thing, 0).Step(value, next);
    }
}
