using Plumbline.Models.Generation.Constraints.Schemas;

namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>In a string that is a value.</summary>
/// <param name="Shape">What it is to be.</param>
/// <param name="State">How far its pattern was read.</param>
/// <param name="Count">How many code points it has; no more than matter.</param>
/// <param name="Reading">The code point that is being read.</param>
/// <param name="Outer">What it stands in.</param>
internal sealed record InString(StringShape Shape, int State, int Count, CodePointReading Reading, Frame? Outer) : JsonPosition(Outer)
{
    public override int? Free =>
        Reading != CodePointReading.Fresh ? null
        : Shape.Pattern is null ? Shape.Most - Count ?? int.MaxValue
        : Shape.Pattern.TakesAll(State) ? int.MaxValue : null;

    /// <summary>Far from both bounds of its length it does not matter how long a string is.</summary>
    public override Position Alike(int longest) =>
        Shape.Pattern is null && Shape.Most is { } most && Count > Shape.Least && most - Count > longest ? this with { Count = Shape.Least } : this;

    public override void Step(byte value, PositionSet next)
    {
        if (value == '"' && Reading == CodePointReading.Fresh)
        {
            if (Shape.Pattern?.Accepts(State) ?? Count >= Shape.Least)
                next.Add(new AfterValue(Outer, 0));
        }
        else if (Reading.TryRead(value, inJson: true, out var reading, out var codePoint))
        {
            if (codePoint < 0)
            {
                var (first, second) = reading.Possible();
                if (MayMove(first) || MayMove(second))
                    next.Add(this with { Reading = reading });
            }
            else if (MayMove((codePoint, codePoint)))
                next.Add(new InString(Shape, Shape.Pattern?.Step(State, codePoint) ?? 0, Shape.Most is null ? Math.Min(Count + 1, Shape.Least) : Count + 1, reading, Outer));
        }
    }

    private bool MayMove((int Low, int High) range) => Shape.Pattern?.CanMove(State, range.Low, range.High) ?? (range.Low <= range.High && !(Count >= Shape.Most));
}
