using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers.Splitters;

/// <summary>What becomes of the matches of a pattern that text is cut at.</summary>
internal enum SplitBehavior
{
    /// <summary>They are pieces of their own.</summary>
    Isolated,

    /// <summary>They vanish.</summary>
    Removed,

    /// <summary>They belong to the piece before.</summary>
    MergedWithPrevious,

    /// <summary>They belong to the piece after.</summary>
    MergedWithNext,

    /// <summary>They are pieces of their own, but neighbours are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="pattern">What is looked for.</param>
/// <param name="behavior">What becomes of it.</param>
/// <param name="invert">Whether what lies between the matches is what is looked for.</param>
internal sealed class PatternSplitter(TextPattern pattern, SplitBehavior behavior, bool invert = false) : Splitter
{
    public TextPattern Pattern => pattern;

    public SplitBehavior Behavior => behavior;

    public bool Inverted => invert;

    public override void Split(TextPiece piece, List<TextPiece> into)
    {
        // Anchors and lookaheads end at the piece, so the pattern must not see beyond it.
        var parts = pattern.Parts(piece.ToString());
        if (behavior == SplitBehavior.MergedWithNext)
            parts.Reverse();
        var joined = new List<(int Start, int Length)>(parts.Count);
        var wasMatch = false;
        foreach (var (start, length, found) in parts)
        {
            var isMatch = found != invert;
            if (joined is [.., var last] && Joins(isMatch, wasMatch))
                joined[^1] = (Math.Min(last.Start, start), last.Length + length);
            else if (!isMatch || behavior != SplitBehavior.Removed)
                joined.Add((start, length));
            wasMatch = isMatch;
        }
        if (behavior == SplitBehavior.MergedWithNext)
            joined.Reverse();
        foreach (var (start, length) in joined)
            into.Add(piece.Slice(start, length));
    }

    private bool Joins(bool isMatch, bool wasMatch) => behavior switch
    {
        SplitBehavior.Contiguous => isMatch == wasMatch,
        SplitBehavior.MergedWithPrevious or SplitBehavior.MergedWithNext => isMatch && !wasMatch,
        _ => false,
    };
}
