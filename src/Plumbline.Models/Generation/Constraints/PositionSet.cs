namespace Plumbline.Models.Generation.Constraints;

/// <summary>All positions that a text may be at, where what was written can be read in several ways.</summary>
internal sealed class PositionSet
{
    /// <summary>More are not followed. Each of those that are leads to a valid end, so that what is lost is a choice, not the promise.</summary>
    private const int Most = 128;

    private readonly List<Position> positions = [];

    public IReadOnlyList<Position> Positions => positions;

    /// <summary>Whether the text may end here.</summary>
    public bool Complete => positions.Exists(position => position.Complete);

    public void Add(Position position)
    {
        if (positions.Count < Most && (positions.Count == 0 || !positions.Contains(position)))
            positions.Add(position);
    }

    public void Clear() => positions.Clear();

    /// <summary>Puts the positions after a byte into another set.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Step(byte value, PositionSet next)
    {
        next.Clear();
        foreach (var position in positions)
            position.Step(value, next);
        return next.positions.Count > 0;
    }
}
