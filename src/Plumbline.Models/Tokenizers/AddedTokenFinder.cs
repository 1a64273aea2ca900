using System.Buffers;
using System.Text;

namespace Plumbline.Models.Tokenizers;

/// <summary>Finds added tokens in text: of those that begin leftmost the longest, none overlapping another.</summary>
internal sealed class AddedTokenFinder
{
    private readonly Dictionary<(int Node, char Symbol), int> steps = [];
    private readonly List<AddedToken?> ends = [null]; // by node of the trie
    private readonly SearchValues<char> beginnings;

    /// <param name="tokens">The tokens, each with the form that is looked for; no form stands twice or is empty.</param>
    public AddedTokenFinder(IReadOnlyCollection<(string Form, AddedToken Token)> tokens)
    {
        foreach (var (form, token) in tokens)
            ends[Grow(form)] = token;
        beginnings = SearchValues.Create([.. tokens.Select(each => each.Form[0]).Distinct()]);
    }

    /// <summary>Cuts text at its added tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="may">Whether this token may be read at this start and length; null if every one may.</param>
    /// <returns>The pieces of the text in order; those that are an added token with the white space that it swallowed name it.</returns>
    public List<(int Start, int Length, AddedToken? Token)> Cut(string text, Func<AddedToken, int, int, bool>? may)
    {
        var pieces = new List<(int, int, AddedToken?)>();
        var (done, at) = (0, 0);
        while (at < text.Length && text.AsSpan(at).IndexOfAny(beginnings) is var ahead and >= 0)
        {
            at += ahead;
            var (token, length) = Longest(text, at, may);
            if (token is null)
            {
                at++;
                continue;
            }
            var (start, end) = (at, at + length);
            at = end;
            if (token.SingleWord && (TouchesWord(text.AsSpan(0, start), last: true) || TouchesWord(text.AsSpan(end), last: false)))
                continue;
            while (token.StripLeft && start > done && char.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.StripRight && end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            // The search goes on right behind the token, in the white space that it swallowed: a token of white space found there counts once more, as in the original.
            if (done < start)
                pieces.Add((done, start - done, null));
            pieces.Add((start, end - start, token));
            done = end;
        }
        if (done < text.Length)
            pieces.Add((done, text.Length - done, null));
        return pieces;
    }

    private (AddedToken? Token, int Length) Longest(string text, int start, Func<AddedToken, int, int, bool>? may)
    {
        var (node, best) = (0, ((AddedToken?)null, 0));
        for (var at = start; at < text.Length && steps.TryGetValue((node, text[at]), out node); at++)
        {
            if (ends[node] is { } token && (may is null || may(token, start, at + 1 - start)))
                best = (token, at + 1 - start);
        }
        return best;
    }

    private int Grow(string form)
    {
        var node = 0;
        foreach (var symbol in form)
        {
            if (!steps.TryGetValue((node, symbol), out var next))
            {
                steps[(node, symbol)] = next = ends.Count;
                ends.Add(null);
            }
            node = next;
        }
        return node;
    }

    private static bool TouchesWord(ReadOnlySpan<char> text, bool last) =>
        (last ? Rune.DecodeLastFromUtf16(text, out var rune, out _) : Rune.DecodeFromUtf16(text, out rune, out _)) == OperationStatus.Done && Characters.IsWord(rune);
}
