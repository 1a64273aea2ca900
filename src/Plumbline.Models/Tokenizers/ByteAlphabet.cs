using System.Text;

namespace Plumbline.Models.Tokenizers;

/// <summary>The printable stand-in of each byte in the files of byte-level tokenizers (GPT-2): itself if it is printable, else a letter from U+0100 on.</summary>
internal static class ByteAlphabet
{
    /// <summary>By byte.</summary>
    public static readonly IReadOnlyList<char> Symbols = MakeSymbols();

    private static readonly char[] Letters = [.. Symbols];

    private static readonly Dictionary<char, byte> Bytes = Symbols.Select((symbol, index) => (symbol, index)).ToDictionary(each => each.symbol, each => (byte)each.index);

    /// <summary>The bytes that a token of a vocabulary stands for, or null if a character of it stands for none.</summary>
    public static byte[]? ToBytes(string token)
    {
        var bytes = new byte[token.Length];
        for (var at = 0; at < token.Length; at++)
        {
            if (!Bytes.TryGetValue(token[at], out bytes[at]))
                return null;
        }
        return bytes;
    }

    /// <summary>The stand-ins of the bytes of a text in UTF-8.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = text.Length <= 128 ? stackalloc byte[384] : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        bytes = bytes[..Encoding.UTF8.GetBytes(text, bytes)];
        return string.Create(bytes.Length, bytes, (letters, source) =>
        {
            for (var at = 0; at < letters.Length; at++)
                letters[at] = Letters[source[at]];
        });
    }

    private static char[] MakeSymbols()
    {
        var symbols = new char[256];
        var next = '\u0100';
        for (var value = 0; value < 256; value++)
            symbols[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : next++;
        return symbols;
    }
}
