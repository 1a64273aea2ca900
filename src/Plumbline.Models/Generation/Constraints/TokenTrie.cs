namespace Plumbline.Models.Generation.Constraints;

/// <summary>Tokens as a tree of their bytes, so that what tokens begin alike with is looked at once.</summary>
internal sealed class TokenTrie
{
    private readonly byte[] bytes; // by node, in preorder
    private readonly int[] depths; // 0 for the first byte
    private readonly int[] ends; // the node after those below it
    private readonly int[] firsts; // by node and one beyond: where its tokens begin in the list
    private readonly int[] tokens;
    private readonly int longest;

    /// <param name="spellings">Tokens and their bytes, at least one each.</param>
    public TokenTrie(IEnumerable<(int Token, byte[] Bytes)> spellings)
    {
        var sorted = spellings.ToArray();
        Array.Sort(sorted, (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes) is not 0 and var order ? order : a.Token.CompareTo(b.Token));
        var (ofBytes, ofDepths, ofEnds, ofFirsts) = (new List<byte>(), new List<int>(), new List<int>(), new List<int>());
        var open = new Stack<int>();
        ReadOnlySpan<byte> before = [];
        foreach (var (index, (_, spelling)) in sorted.Index())
        {
            var shared = before.CommonPrefixLength(spelling);
            while (open.Count > shared)
                ofEnds[open.Pop()] = ofBytes.Count;
            for (var at = shared; at < spelling.Length; at++)
            {
                open.Push(ofBytes.Count);
                ofBytes.Add(spelling[at]);
                ofDepths.Add(at);
                ofEnds.Add(0);
                ofFirsts.Add(index);
            }
            before = spelling;
            longest = Math.Max(longest, spelling.Length);
        }
        while (open.TryPop(out var node))
            ofEnds[node] = ofBytes.Count;
        (bytes, depths, ends, firsts, tokens) = ([.. ofBytes], [.. ofDepths], [.. ofEnds], [.. ofFirsts, sorted.Length], [.. sorted.Select(each => each.Token)]);
    }

    /// <summary>How many bytes the longest token has.</summary>
    public int Longest => longest;

    /// <summary>Allows the tokens that may stand at a position.</summary>
    public void Allow(Position position, TokenSet allowed)
    {
        var path = new PositionSet[longest + 1];
        for (var depth = 0; depth < path.Length; depth++)
            path[depth] = new();
        path[0].Add(position);
        for (var node = 0; node < bytes.Length;)
        {
            var depth = depths[node];
            if (!path[depth].Step(bytes[node], path[depth + 1]))
            {
                node = ends[node];
                continue;
            }
            // The tokens that end here come first among those of the subtree: the next node begins with the token after them.
            for (var token = firsts[node]; token < EndOfTokens(node); token++)
                allowed.Add(tokens[token]);
            node++;
        }
    }

    private int EndOfTokens(int node) => firsts[node + 1];
}
