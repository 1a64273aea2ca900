using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers.Splitters;

/// <summary>The cutting of GPT-2: perhaps with a space before and at its own pattern; then every byte is spelt in <see cref="ByteAlphabet"/>.</summary>
/// <param name="prefixSpace">Whether a piece that begins without a space gets one.</param>
/// <param name="useRegex">Whether to cut at the pattern of GPT-2.</param>
/// <param name="spell">Whether to spell; not where the subword model does so itself.</param>
internal sealed class ByteLevelSplitter(bool prefixSpace, bool useRegex, bool spell = true) : Splitter
{
    /// <summary>The pattern of GPT-2.</summary>
    public const string Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly Lazy<PatternSplitter> Pattern = new(() => new(new RegularPattern(Expression), SplitBehavior.Isolated));

    public bool PrefixSpace => prefixSpace;

    public bool UsesRegex => useRegex;

    /// <summary>The same, but the spelling is left to what comes after.</summary>
    public ByteLevelSplitter Unspelt => new(prefixSpace, useRegex, spell: false);

    public override void Split(TextPiece piece, List<TextPiece> into)
    {
        if (prefixSpace && piece.Span[0] != ' ')
            piece = piece.With($" {piece.Span}");
        var first = into.Count;
        if (useRegex)
            Pattern.Value.Split(piece, into);
        else
            into.Add(piece);
        for (var index = first; spell && index < into.Count; index++)
            into[index] = into[index].With(ByteAlphabet.Spell(into[index].Span));
    }
}
