using System.Text;

namespace Plumbline.Models.Tokenizers.Subwords;

/// <summary>WordPiece: takes the longest token that a piece begins with, then the longest that the rest begins with, and so on (Wu et al. 2016).</summary>
/// <remarks>Pieces that are too long or cannot be spelt to their end are one unknown token.</remarks>
internal sealed class WordPieceModel : SubwordModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly string prefix;
    private readonly int longest, longestToken, unknown;

    /// <param name="tokens">Ids by token.</param>
    /// <param name="unknown">The unknown token.</param>
    /// <param name="prefix">What tokens inside of a word begin with.</param>
    /// <param name="longest">How many characters a piece may have.</param>
    public WordPieceModel(Dictionary<string, int> tokens, int unknown, string prefix, int longest)
        : base(tokens)
    {
        lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        Unknown = this.unknown = unknown;
        (this.prefix, this.longest) = (prefix, longest);
        longestToken = tokens.Keys.Max(token => token.Length);
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids, bool isPlain)
    {
        var from = ids.Count;
        var characters = 0;
        foreach (var _ in piece.EnumerateRunes())
            characters++;
        for (var start = 0; start < piece.Length;)
        {
            var id = characters > longest ? null : Longest(piece, ref start, isPlain);
            if (id is null)
            {
                ids.RemoveRange(from, ids.Count - from);
                ids.Add(unknown);
                return;
            }
            ids.Add(id.Value);
        }
    }

    private int? Longest(ReadOnlySpan<char> piece, ref int start, bool isPlain)
    {
        for (var end = Math.Min(piece.Length, start + longestToken); end > start; end--)
        {
            if (end < piece.Length && char.IsLowSurrogate(piece[end]))
                continue;
            ReadOnlySpan<char> part = start == 0 ? piece[..end] : $"{prefix}{piece[start..end]}";
            if (!lookup.TryGetValue(part, out var id) || !MayUse(id, isPlain))
                continue;
            start = end;
            return id;
        }
        return null;
    }
}
