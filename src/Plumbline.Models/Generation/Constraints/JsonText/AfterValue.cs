namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>After a value: the end of everything, or what follows in the object or array.</summary>
/// <param name="Outer">What the value stands in.</param>
/// <param name="Blanks">White space so far.</param>
internal sealed record AfterValue(Frame? Outer, int Blanks) : JsonPosition(Outer)
{
    public override bool Complete => Outer is null;

    public override string? Marker => Outer?.Marker;

    public override void Step(byte value, PositionSet next)
    {
        if (Outer is null)
            return;
        if (IsBlank(value) && Blanks < MostBlanks)
            next.Add(this with { Blanks = Blanks + 1 });
        else if (value == Outer.Closing && Outer.MayClose)
            next.Add(Outer.Close());
        else if (value == ',' && Outer is ArrayFrame { MayGoOn: true } array)
            next.Add(array.Begin());
        else if (value == ',' && Outer is ObjectFrame { MayGoOn: true } thing)
            next.Add(new BeforeName(thing, 0));
    }
}
