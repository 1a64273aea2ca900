using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>The table of SentencePiece: which character, or cluster of characters, is written as what.</summary>
/// <remarks>The table is a trie of bytes in a double array and the replacements, each ended by a zero byte. Clusters of six bytes or more are looked up character by character,
/// and of several entries that a cluster begins with the shortest counts: both as in the original.</remarks>
internal sealed class PrecompiledNormalizer : Normalizer
{
    private const int LongestCluster = 5;

    private readonly uint[] units;
    private readonly byte[] replacements;

    /// <exception cref="FormatException">The table is cut off or is no UTF-8.</exception>
    public PrecompiledNormalizer(ReadOnlySpan<byte> table)
    {
        if (table.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(table) is var size && (size % 4 != 0 || size == 0 || size > table.Length - 4))
            throw new FormatException("The table is cut off.");
        units = new uint[size / 4];
        for (var at = 0; at < units.Length; at++)
            units[at] = BinaryPrimitives.ReadUInt32LittleEndian(table[(4 + 4 * at)..]);
        replacements = table[(int)(4 + size)..].ToArray();
        if (!System.Text.Unicode.Utf8.IsValid(replacements))
            throw new FormatException("The replacements are no UTF-8.");
    }

    public override AlignedText Normalize(AlignedText text)
    {
        var builder = new AlignedText.Builder(text);
        for (var at = 0; at < text.Text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text.Text, at);
            if (Encoding.UTF8.GetByteCount(text.Text.AsSpan(at, length)) <= LongestCluster && Find(text.Text.AsSpan(at, length)) is { } whole)
                builder.Put(whole, at, length);
            else
                EachCharacter(text.Text, at, length, builder);
            at += length;
        }
        return builder.Build();
    }

    private void EachCharacter(string text, int start, int length, AlignedText.Builder builder)
    {
        for (var at = start; at < start + length;)
        {
            var width = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            if (Find(text.AsSpan(at, width)) is { } replacement)
                builder.Put(replacement, at, width);
            else
                builder.Keep(at, width);
            at += width;
        }
    }

    private string? Find(ReadOnlySpan<char> characters)
    {
        Span<byte> key = stackalloc byte[8];
        key = key[..Encoding.UTF8.GetBytes(characters, key)];
        var node = Offset(units[0]);
        foreach (var label in key)
        {
            node ^= label;
            if (label == 0 || node >= units.Length || (units[node] & 0x8000_00FF) != label)
                return null;
            var hasLeaf = (units[node] & 0x100) != 0;
            node ^= Offset(units[node]);
            if (hasLeaf && node < units.Length)
                return Replacement((int)(units[node] & 0x7FFF_FFFF));
        }
        return null;
    }

    private string? Replacement(int start)
    {
        if (start > replacements.Length)
            return null;
        var rest = replacements.AsSpan(start);
        return Encoding.UTF8.GetString(rest.IndexOf((byte)0) is var end and >= 0 ? rest[..end] : rest);
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
