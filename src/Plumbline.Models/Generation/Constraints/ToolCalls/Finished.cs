namespace Plumbline.Models.Generation.Constraints.ToolCalls;

/// <summary>After everything: nothing may follow.</summary>
internal sealed record Finished : Position
{
    public override bool Complete => true;

    public override void Step(byte value, PositionSet next)
    {
    }
}
