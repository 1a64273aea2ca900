namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>In a number, true, false or null.</summary>
/// <param name="Texts">The ways to write it.</param>
/// <param name="State">How far it was read.</param>
/// <param name="Outer">What it stands in.</param>
internal sealed record InScalar(CodePointAutomaton Texts, int State, Frame? Outer) : JsonPosition(Outer)
{
    public override bool Complete => Outer is null && Texts.Accepts(State);

    public override void Step(byte value, PositionSet next)
    {
        if (Texts.Step(State, value) is >= 0 and var state)
            next.Add(this with { State = state });
        else if (Texts.Accepts(State))
            new AfterValue(Outer, 0).Step(value, next); // nothing but what follows says that a number is over
    }
}
