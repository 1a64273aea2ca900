using System.Globalization;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Which characters are made of which, from the Unicode Character Database.</summary>
/// <remarks>Their file is written by <c>Fixtures/unicode/make.py</c> of the tests.</remarks>
internal static class UnicodeDecompositions
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7, Leads = 19, Vowels = 21, Trails = 28;

    private static readonly Dictionary<int, int[]> Canonical, Compatible;
    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<(int, int), int> Compositions = [];

    static UnicodeDecompositions()
    {
        Dictionary<int, int[]> canonical = [], compatible = [];
        using var stream = typeof(UnicodeDecompositions).Assembly.GetManifestResourceStream("Unicode.decompositions.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var fields = line.Split(' ');
            var code = Hexadecimal(fields[0]);
            switch (fields[1])
            {
                case "ccc":
                    for (var last = code + int.Parse(fields[3], CultureInfo.InvariantCulture); code < last; code++)
                        Classes[code] = byte.Parse(fields[2], CultureInfo.InvariantCulture);
                    break;
                case "~":
                    compatible[code] = [.. fields.Skip(2).Select(Hexadecimal)];
                    break;
                default:
                    canonical[code] = [.. fields.Skip(2).Select(Hexadecimal)];
                    if (fields[1] == "==")
                        Compositions[(canonical[code][0], canonical[code][1])] = code;
                    break;
            }
        }
        Canonical = canonical.Keys.ToDictionary(code => code, code => Full(code, false).ToArray());
        Compatible = canonical.Keys.Concat(compatible.Keys).ToDictionary(code => code, code => Full(code, true).ToArray());

        IEnumerable<int> Full(int code, bool compatibility) =>
            (compatibility && compatible.TryGetValue(code, out var codes)) || canonical.TryGetValue(code, out codes) ? codes.SelectMany(part => Full(part, compatibility)) : [code];
    }

    /// <summary>The order among combining characters; 0 for every other.</summary>
    public static int CombiningClass(int code) => Classes.GetValueOrDefault(code);

    /// <summary>The characters that one is made of, all the way down; null if it is whole.</summary>
    public static int[]? Decompose(int code, bool compatibility)
    {
        if (code is >= HangulBase and < HangulBase + Leads * Vowels * Trails)
        {
            var index = code - HangulBase;
            var (lead, vowel, trail) = (LeadBase + index / (Vowels * Trails), VowelBase + index % (Vowels * Trails) / Trails, TrailBase + index % Trails);
            return trail == TrailBase ? [lead, vowel] : [lead, vowel, trail];
        }
        return (compatibility ? Compatible : Canonical).GetValueOrDefault(code);
    }

    /// <summary>The character that two make together, or null.</summary>
    public static int? Compose(int left, int right)
    {
        if (left is >= LeadBase and < LeadBase + Leads && right is >= VowelBase and < VowelBase + Vowels)
            return HangulBase + ((left - LeadBase) * Vowels + right - VowelBase) * Trails;
        if (left is >= HangulBase and < HangulBase + Leads * Vowels * Trails && (left - HangulBase) % Trails == 0 && right is > TrailBase and < TrailBase + Trails)
            return left + right - TrailBase;
        return Compositions.TryGetValue((left, right), out var code) ? code : null;
    }

    private static int Hexadecimal(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
