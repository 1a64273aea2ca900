using Plumbline.Models.Generation.Constraints.JsonText;

namespace Plumbline.Models.Generation.Constraints.ToolCalls;

/// <summary>A JSON text that a marker ends.</summary>
/// <param name="marker">The marker, in ASCII: at least two characters, the first of which begins no JSON.</param>
internal sealed class MarkedFrame(string marker) : Frame(null)
{
    public override string? Marker => marker;

    public override bool MayClose => true;

    public override byte Closing => (byte)marker[0];

    public override Position Close() => new InMarker(marker, 1, new Finished());

    public override bool Equals(object? obj) => obj is MarkedFrame other && marker == other.Marker;

    public override int GetHashCode() => marker.GetHashCode(StringComparison.Ordinal);
}
