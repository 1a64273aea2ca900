using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers.Splitters;

/// <summary>Where a piece that begins without a space gets one.</summary>
internal enum PrependScheme
{
    /// <summary>Everywhere.</summary>
    Always,

    /// <summary>At the beginning of the whole input.</summary>
    First,

    /// <summary>Nowhere.</summary>
    Never,
}

/// <summary>Writes spaces as a character that can be seen, and cuts before each, as SentencePiece does.</summary>
internal sealed class MetaspaceSplitter(char replacement, PrependScheme scheme, bool split) : Splitter
{
    private readonly PatternSplitter cutter = new(new LiteralPattern(replacement.ToString()), SplitBehavior.MergedWithNext);

    public char Replacement => replacement;

    public PrependScheme Scheme => scheme;

    public bool Splits => split;

    public override void Split(TextPiece piece, List<TextPiece> into)
    {
        var text = piece.ToString().Replace(' ', replacement);
        if (text[0] != replacement && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.IsFirst)))
            text = replacement + text;
        if (split)
            cutter.Split(piece.With(text), into);
        else
            into.Add(piece.With(text));
    }
}
