using System.Runtime.CompilerServices;
using System.Text;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Generation.Constraints;

/// <summary>The tokens of a vocabulary that are text, ready to be asked which of them may stand somewhere.</summary>
internal sealed class TokenSpellings
{
    private static readonly ConditionalWeakTable<Tokenizer, TokenSpellings> Known = [];

    private readonly TokenTrie all;
    private readonly TokenTrie unusual; // tokens that are not plain
    private readonly (int Token, int Length)[] plain; // whole code points without quotes, backslashes and control characters; how many; the shortest first
    private readonly Lock gate = new();
    private readonly Dictionary<int, TokenSet> plainUpTo = [];
    private readonly int longestPlain;
    private readonly Dictionary<string, int> markers;

    private TokenSpellings(Tokenizer tokenizer)
    {
        Size = tokenizer.VocabularySize;
        var added = tokenizer.Pipeline.Added.Select(token => token.Id).ToHashSet();
        var spellings = Enumerable.Range(0, Size).Where(token => !added.Contains(token)).Select(token => (Token: token, Bytes: tokenizer.BytesOf(token)))
            .Where(each => each.Bytes.Length > 0).ToList();
        RefuseGaps(spellings.Where(each => each.Bytes.Length == 1).Select(each => each.Bytes[0]).ToHashSet());
        all = new(spellings);
        plain = [.. spellings.Select(each => (each.Token, PlainLength(each.Bytes))).Where(each => each.Item2 > 0).OrderBy(each => each.Item2)];
        var isPlain = plain.Select(each => each.Token).ToHashSet();
        unusual = new(spellings.Where(each => !isPlain.Contains(each.Token)));
        markers = tokenizer.Pipeline.Added.Where(token => Encoding.UTF8.GetBytes(token.Content).AsSpan().SequenceEqual(tokenizer.BytesOf(token.Id)))
            .GroupBy(token => token.Content, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Id, StringComparer.Ordinal);
        longestPlain = plain.Length == 0 ? 0 : plain[^1].Length;
    }

    /// <summary>How many tokens the vocabulary has.</summary>
    public int Size { get; }

    /// <summary>How many bytes the longest token has.</summary>
    public int Longest => all.Longest;

    /// <summary>Those of a tokenizer; made once.</summary>
    /// <exception cref="InputException">The vocabulary cannot spell every text, byte by byte if need be.</exception>
    public static TokenSpellings Of(Tokenizer tokenizer) => Known.GetValue(tokenizer, static each => new(each));

    /// <summary>The tokens that may stand at a position.</summary>
    public TokenSet At(Position position)
    {
        var allowed = new TokenSet(Size);
        if (position.Marker is { } marker && markers.TryGetValue(marker, out var token))
            allowed.Add(token);
        if (position.Free is not { } free)
        {
            all.Allow(position, allowed);
            return allowed;
        }
        allowed.Add(PlainUpTo(Math.Min(free, longestPlain)));
        unusual.Allow(position, allowed);
        return allowed;
    }

    private TokenSet PlainUpTo(int length)
    {
        lock (gate)
        {
            if (plainUpTo.TryGetValue(length, out var known))
                return known;
            var set = new TokenSet(Size);
            for (var index = 0; index < plain.Length && plain[index].Length <= length; index++)
                set.Add(plain[index].Token);
            return plainUpTo[length] = set;
        }
    }

    /// <summary>How many code points a token has, or 0 if it is not plain.</summary>
    private static int PlainLength(byte[] bytes)
    {
        var (reading, count) = (CodePointReading.Fresh, 0);
        foreach (var value in bytes)
        {
            if (value is (byte)'"' or (byte)'\\' || !reading.TryRead(value, inJson: true, out reading, out var codePoint))
                return 0;
            count += codePoint < 0 ? 0 : 1;
        }
        return reading == CodePointReading.Fresh ? count : 0;
    }

    internal static void RefuseGaps(HashSet<byte> single)
    {
        if (Enumerable.Range(0x20, 0xF5 - 0x20).FirstOrDefault(value => value is not (0x7F or 0xC0 or 0xC1) && !single.Contains((byte)value), -1) is >= 0 and var missing)
        {
            throw new InputException("tokenizer", $"no token stands for the byte 0x{missing:X2} alone, so that what was begun could not always be finished.",
                "Constrained output needs a vocabulary with all bytes: byte-level, or with byte fallback.");
        }
    }
}
