using System.Text;
using Plumbline.Models.Generation.Constraints.Schemas;

namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>An object that is not closed yet.</summary>
/// <param name="shape">What it is to be.</param>
/// <param name="next">The first declared property that may still come.</param>
/// <param name="added">Names of properties that were not declared, so that none comes twice.</param>
/// <param name="outer">What it stands in.</param>
internal sealed class ObjectFrame(ObjectShape shape, int next, EquatableArray<string> added, Frame? outer) : Frame(outer)
{
    private readonly int hash = HashCode.Combine(shape, next, added, outer);

    public ObjectShape Shape => shape;

    public int Next => next;

    public EquatableArray<string> Added => added;

    public override bool MayClose => NextRequired == shape.Properties.Count;

    public override byte Closing => (byte)'}';

    /// <summary>Whether a property that is not declared may come.</summary>
    public bool MayAdd => MayClose && Holds(shape.Additional);

    /// <summary>Whether any property may come.</summary>
    public bool MayGoOn => MayAdd || Candidates().Any();

    private int NextRequired => shape.NextRequired(next);

    /// <summary>Whether a name that goes on with one of these code points may come.</summary>
    public bool MayContinue(string name, int low, int high) =>
        low <= high && (MayAdd || Candidates().Any(index => Continues(shape.Properties[index].Name, name, low, high)));

    /// <summary>The object after a name was written, and the schema of the value; null if that is no name that may come.</summary>
    public (ObjectFrame Frame, SchemaNode Value)? Name(string name)
    {
        foreach (var index in Candidates())
        {
            if (shape.Properties[index].Name == name)
                return (new ObjectFrame(shape, index + 1, added, Outer), shape.Properties[index].Node);
        }
        return MayAdd && !shape.Declares(name) && !added.Contains(name)
            ? (new ObjectFrame(shape, shape.Properties.Count, [.. added.Append(name).Order(StringComparer.Ordinal)], Outer), shape.Additional)
            : null;
    }

    public override bool Equals(object? obj) => ReferenceEquals(this, obj) || (obj is ObjectFrame other && hash == other.hash && Same(other));

    public override int GetHashCode() => hash;

    /// <summary>Declared properties that may come next: up to the first that has to.</summary>
    private IEnumerable<int> Candidates()
    {
        var last = Math.Min(NextRequired, shape.Properties.Count - 1);
        for (var index = next; index <= last; index++)
        {
            if (Holds(shape.Properties[index].Node))
                yield return index;
        }
    }

    private bool Same(ObjectFrame other) => shape == other.Shape && next == other.Next && added.Equals(other.Added) && Equals(Outer, other.Outer);

    private static bool Continues(string whole, string beginning, int low, int high) =>
        whole.Length > beginning.Length && whole.StartsWith(beginning, StringComparison.Ordinal) && Rune.GetRuneAt(whole, beginning.Length).Value is var next && next >= low && next <= high;
}
