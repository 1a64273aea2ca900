using System.Globalization;

namespace Plumbline.Models.Generation.Constraints;

/// <summary>Reads a regular expression.</summary>
/// <param name="pattern">The expression.</param>
/// <param name="place">Where it stands, as errors name it.</param>
internal sealed class PatternReader(string pattern, string place)
{
    private const int MostRepeats = 1_000;
    private const int MostDepth = 50;

    private static readonly CodePoints Digits = new([('0', '9')]);
    private static readonly CodePoints Words = new([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);
    private static readonly CodePoints Spaces = CodePoints.Of([(9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]);
    private static readonly CodePoints Dot = CodePoints.Of([(10, 10), (13, 13), (0x2028, 0x2029)]).Others();

    private readonly int[] text = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];
    private int at, depth;

    /// <summary>The alternatives at the top, each with whether it begins and ends where the text does.</summary>
    /// <exception cref="InputException">The expression is malformed or not supported.</exception>
    public IReadOnlyList<(RegularExpression Expression, bool AtStart, bool AtEnd)> Read()
    {
        var branches = new List<(RegularExpression, bool, bool)>();
        do
        {
            var atStart = Take('^');
            var expression = ReadSequence();
            branches.Add((expression, atStart, Take('$')));
        }
        while (Take('|'));
        return at == text.Length ? branches : throw (Next == ')' ? Wrong("a ')' has no '('", "Write '\\)' for the character itself.") : Wrong("an anchor stands in the middle", "Use ^ at the beginning and $ at the end only."));
    }

    private int Next => at < text.Length ? text[at] : -1;

    private bool Take(char wanted)
    {
        if (Next != wanted)
            return false;
        at++;
        return true;
    }

    private Sequence ReadSequence()
    {
        var parts = new List<RegularExpression>();
        while (Next is not (-1 or '|' or ')' or '$'))
            parts.Add(ReadRepeats(ReadAtom()));
        return new(parts);
    }

    private RegularExpression ReadRepeats(RegularExpression part)
    {
        var (least, most) = Next switch { '*' => (0, (int?)null), '+' => (1, null), '?' => (0, 1), '{' => (-1, null), _ => (1, 1) };
        if (Next is not ('*' or '+' or '?' or '{'))
            return part;
        at++;
        if (least < 0)
        {
            least = ReadCount();
            most = !Take(',') ? least : Next == '}' ? null : ReadCount();
            if (!Take('}') || most < least)
                throw Wrong("a count is malformed", "Write {m}, {m,} or {m,n} with m not above n.");
        }
        Take('?'); // lazy or not, the set of texts is the same
        return Next is '*' or '+' or '?' or '{' ? throw Wrong("a repeat is repeated", "Put a group around what is repeated.") : new Repeated(part, least, most);
    }

    private int ReadCount()
    {
        var begin = at;
        while (Next is >= '0' and <= '9')
            at++;
        return at - begin is > 0 and <= 4 && int.Parse(string.Concat(text[begin..at].Select(digit => (char)digit)), CultureInfo.InvariantCulture) is <= MostRepeats and var count
            ? count
            : throw Wrong("a count is missing or too large", $"Repeat at most {MostRepeats} times.");
    }

    private RegularExpression ReadAtom()
    {
        var first = text[at++];
        return first switch
        {
            '(' => ReadGroup(),
            '[' => ReadClass(),
            '.' => Dot,
            '\\' => ReadEscape(inClass: false),
            '^' => throw Wrong("an anchor stands in the middle", "Use ^ at the beginning and $ at the end only."),
            '*' or '+' or '?' or '{' => throw Wrong("there is nothing to repeat", "Write a backslash before the character itself."),
            _ => new CodePoints([(first, first)]),
        };
    }

    private Choice ReadGroup()
    {
        if (++depth > MostDepth)
            throw Wrong("groups are nested too deeply", $"Nest at most {MostDepth}.");
        if (Take('?'))
        {
            var named = Take('<');
            if (named ? Next is '=' or '!' : !Take(':'))
                throw Wrong("lookaround and flags are not supported", "Use plain groups.");
            while (named && !Take('>'))
                at += at < text.Length ? 1 : throw Wrong("the name of a group does not end", "Write (?<name>…).");
        }
        var branches = new List<RegularExpression>();
        do
            branches.Add(ReadSequence());
        while (Take('|'));
        if (!Take(')'))
            throw Wrong(Next == '$' ? "an anchor stands in a group" : "a group does not end", Next == '$' ? "Use ^ at the beginning and $ at the end only." : "Add ')'.");
        depth--;
        return new(branches);
    }

    private CodePoints ReadClass()
    {
        var negated = Take('^');
        var ranges = new List<(int Low, int High)>();
        while (!Take(']'))
        {
            var low = ReadMember();
            if (Next == '-' && at + 1 < text.Length && text[at + 1] != ']')
            {
                at++;
                var high = ReadMember();
                if (low.Ranges is not [var (from, single)] || high.Ranges is not [var (to, last)] || from != single || to != last || to < from)
                    throw Wrong("a range of a class is malformed", "Write the lower character first; write '\\-' for the character itself.");
                ranges.Add((from, to));
            }
            else
                ranges.AddRange(low.Ranges);
        }
        var members = CodePoints.Of(ranges);
        return negated ? members.Others() : members;
    }

    private CodePoints ReadMember()
    {
        if (at >= text.Length)
            throw Wrong("a class does not end", "Add ']'.");
        var first = text[at++];
        return first == '\\' ? ReadEscape(inClass: true) : new([(first, first)]);
    }

    private CodePoints ReadEscape(bool inClass)
    {
        if (at >= text.Length)
            throw Wrong("it ends with a backslash", "Write two for the character itself.");
        var escaped = text[at++];
        return escaped switch
        {
            'd' => Digits,
            'D' => Digits.Others(),
            'w' => Words,
            'W' => Words.Others(),
            's' => Spaces,
            'S' => Spaces.Others(),
            'n' => One(10),
            'r' => One(13),
            't' => One(9),
            'f' => One(12),
            'v' => One(11),
            '0' when Next is < '0' or > '9' => One(0),
            'b' when inClass => One(8),
            'x' => One(ReadHexadecimal(2)),
            'u' => One(ReadHexadecimal(4)),
            _ when escaped < 128 && char.IsAsciiLetterOrDigit((char)escaped) => throw Wrong($"'\\{(char)escaped}' is not supported", "Backreferences, word boundaries and Unicode properties are not."),
            _ => One(escaped),
        };

        static CodePoints One(int codePoint) => new([(codePoint, codePoint)]);
    }

    private int ReadHexadecimal(int digits)
    {
        var written = string.Concat(text.Skip(at).Take(digits).Where(digit => digit < 128).Select(digit => (char)digit));
        at += digits;
        return written.Length == digits && int.TryParse(written, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is not (>= 0xD800 and <= 0xDFFF)
            ? value
            : throw Wrong("the code of a character is malformed", "Write \\xHH or \\uHHHH; characters beyond U+FFFF stand as they are.");
    }

    private InputException Wrong(string problem, string remedy) => new(place, $"{problem} in the pattern '{pattern}'.", remedy);
}
