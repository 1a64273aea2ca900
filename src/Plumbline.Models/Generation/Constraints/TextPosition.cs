namespace Plumbline.Models.Generation.Constraints;

/// <summary>In a plain text of a regular set.</summary>
/// <param name="Texts">The set.</param>
/// <param name="State">How far it was read.</param>
/// <param name="Reading">The code point that is being read.</param>
internal sealed record TextPosition(CodePointAutomaton Texts, int State, CodePointReading Reading) : Position
{
    public override bool Complete => Reading == CodePointReading.Fresh && Texts.Accepts(State);

    public override void Step(byte value, PositionSet next)
    {
        if (!Reading.TryRead(value, inJson: false, out var reading, out var codePoint))
            return;
        if (codePoint < 0)
        {
            var (first, second) = reading.Possible();
            if (Texts.CanMove(State, first.Low, first.High) || Texts.CanMove(State, second.Low, second.High))
                next.Add(this with { Reading = reading });
        }
        else if (Texts.Step(State, codePoint) is >= 0 and var state)
            next.Add(new TextPosition(Texts, state, reading));
    }
}
