namespace Plumbline.Models.Generation.Constraints.ToolCalls;

/// <summary>In a marker that opens or closes a call of a tool.</summary>
/// <param name="Text">The marker, in ASCII.</param>
/// <param name="Read">How much of it was written.</param>
/// <param name="After">Where the text stands after it.</param>
internal sealed record InMarker(string Text, int Read, Position After) : Position
{
    public override string? Marker => Read == 0 ? Text : null;

    public override void Step(byte value, PositionSet next)
    {
        if (value == Text[Read])
            next.Add(Read + 1 == Text.Length ? After : this with { Read = Read + 1 });
    }
}
