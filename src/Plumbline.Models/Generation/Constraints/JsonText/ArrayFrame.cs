using Plumbline.Models.Generation.Constraints.Schemas;

namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>An array that is not closed yet.</summary>
/// <param name="shape">What it is to be.</param>
/// <param name="count">How many elements were begun; no more than matter.</param>
/// <param name="outer">What it stands in.</param>
internal sealed class ArrayFrame(ArrayShape shape, int count, Frame? outer) : Frame(outer)
{
    private readonly int hash = HashCode.Combine(shape, count, outer);

    public ArrayShape Shape => shape;

    public int Count => count;

    public override bool MayClose => count >= shape.Least;

    public override byte Closing => (byte)']';

    /// <summary>Whether another element may be begun.</summary>
    public bool MayGoOn => !(count >= shape.Most) && Holds(shape.Element(count));

    /// <summary>Begins an element.</summary>
    public JsonPosition Begin() =>
        new BeforeValue(shape.Element(count), new ArrayFrame(shape, shape.Most is null ? Math.Min(count + 1, shape.Steady) : count + 1, Outer), 0);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj) || (obj is ArrayFrame other && hash == other.hash && Same(other));

    public override int GetHashCode() => hash;

    private bool Same(ArrayFrame other) => shape == other.Shape && count == other.Count && Equals(Outer, other.Outer);
}
