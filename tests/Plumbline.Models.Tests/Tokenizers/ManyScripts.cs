using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>Text of many scripts by chance: words, numbers, emoji, marks, blanks, code, and what tokenizers stumble over.</summary>
internal static class ManyScripts
{
    private static readonly string[] Words =
    [
        "the", "The", "cat", "HELLO", "don't", "I'LL", "we've", "'s", "'S", "'re", "they’re", "it's", "n't", "naïve", "café", "cafe\u0301", "Straße", "ẞ", "İstanbul", "ſpan", "\u212Aelvin", "Ångström",
        "A\u030Angstro\u0308m", "ﬁre", "½", "x²", "№5", "привет", "ПРИВЕТ", "мир", "Ελλάδα", "σίσυφος", "שלום", "שָׁלוֹם", "مرحبا", "بِسْمِ", "नमस्ते", "क्षि", "বাংলা", "தமிழ்", "สวัสดี", "ไทย", "བོད་",
        "გამარჯობა", "አማርኛ", "ខ្មែរ", "中文", "漢字", "日本語", "カタカナ", "ｶﾞ", "ひらがな", "한국어", "\u1112\u1161\u11AB", "ﾊﾟ", "全角ＡＢＣ", "１２３", "٣٤٥", "४५", "12", "1234567", "3.14", "1,000", "0x1F",
        "😀", "👩‍👩‍👧", "🇩🇪", "❤️", "👍🏽", "𝐀𝐁𝐂", "𐐷𐐲", "𠀋", "𓀀", "🄰", "Ⓐ", "Ⅻ", "!", "!!", "?", "...", "…", "—", "-", "--", "«", "»", "“", "”", "(", ")", "[x]", "{", "}", "/", "//", "\\", "#", "##x", "@", "&", "*", "_",
        "foo_bar", "a+b", "==", "=>", "</p>", "<b>", "http://a.b/c?d=e", "if(x){return;}", "\u2581", "\u2581a", "<0x41>", "<0xE4>", "Ġ", "Ċ", "``", "''", "\u200B", "\u200D", "\uFEFF", "\u00AD", "\u0001", "\u007F", "\uFFFD",
        "\u0301", "\u0345", "\u0323\u0307", "\u09C7\u09BE", "ǆ", "ǅ", "ŉ", "㎏", "℃", "ﬀ", "Ä", "a", "b", "z", "I", "é", "ß",
    ];

    private static readonly string[] Blanks = [" ", " ", " ", " ", " ", " ", "  ", "   ", "    ", "\n", "\n\n", "\n\n\n", "\r\n", "\t", "\t\t", " \n", "\n ", "\u00A0", "\u2003", "\u3000", "\u2028", "\u0085", "", "", ""];

    private static readonly (int First, int Last)[] Blocks =
    [
        (0x01, 0x1F), (0x80, 0x9F), (0x20, 0x7E), (0xA1, 0x17F), (0x180, 0x233), (0x250, 0x2A8), (0x300, 0x34E), (0x391, 0x3CE), (0x400, 0x481), (0x531, 0x556), (0x5D0, 0x5EA), (0x621, 0x64A), (0x905, 0x939), (0x93E, 0x94D), (0xE01, 0xE3A), (0xF40, 0xF47),
        (0x10D0, 0x10F0), (0x1100, 0x1159), (0x1200, 0x1206), (0x1780, 0x17B3), (0x1E00, 0x1E9B), (0x1F00, 0x1F15), (0x2010, 0x2027), (0x2070, 0x2071), (0x2100, 0x2138), (0x2190, 0x21EA), (0x2460, 0x24EA), (0x2500, 0x2595), (0x3001, 0x3003),
        (0x3041, 0x3094), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xF900, 0xFA2D), (0xFB1D, 0xFB36), (0xFE50, 0xFE52), (0xFF01, 0xFF5E), (0x10330, 0x1034A), (0x10400, 0x10425), (0x1D400, 0x1D454), (0x1F300, 0x1F320), (0x20000, 0x2A6D6),
    ];

    /// <param name="random">Chooses.</param>
    /// <param name="spice">Further words, such as the added tokens of the tokenizer.</param>
    public static string Text(Random random, IReadOnlyList<string> spice)
    {
        var text = new StringBuilder();
        for (var count = random.Next(0, 14); count >= 0; count--)
        {
            switch (random.Next(12))
            {
                case 0:
                    for (var length = random.Next(1, 6); length > 0; length--)
                        text.Append(Any(random));
                    break;
                case 1 when spice.Count > 0:
                    text.Append(spice[random.Next(spice.Count)]);
                    break;
                case 2:
                    text.Append(random.Next(100_000).ToString(CultureInfo.InvariantCulture));
                    break;
                case 3 when random.Next(6) == 0:
                    text.Insert(text.Length, random.Next(3) == 0 ? Any(random).ToString() : Words[random.Next(Words.Length)], random.Next(2, 90)); // a long run
                    break;
                default:
                    text.Append(Words[random.Next(Words.Length)]);
                    break;
            }
            text.Append(Blanks[random.Next(Blanks.Length)]);
        }
        return text.ToString();
    }

    public static IEnumerable<string> Texts(int seed, int count, IReadOnlyList<string> spice)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => Text(random, spice));
    }

    private static Rune Any(Random random)
    {
        var (first, last) = Blocks[random.Next(Blocks.Length)];
        return new(random.Next(first, last + 1));
    }
}
