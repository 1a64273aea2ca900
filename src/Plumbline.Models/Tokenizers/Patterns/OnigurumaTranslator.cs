using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokenizers.Patterns;

/// <summary>Writes a regular expression of Oniguruma, the engine of the original tokenizers, as one that means the same in .NET.</summary>
/// <remarks>What it does not know is refused by name. Nothing is passed on that was not understood: groups do not capture, so nothing refers back.</remarks>
internal sealed class OnigurumaTranslator
{
    /// <summary>What counts as a word there: alphabetic, marks, decimal digits and connectors.</summary>
    private const string Word = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9";

    /// <summary>The same outside of a class: below U+0100 another table counts there, which holds superscript digits and fractions to be of words too.</summary>
    private const string LoneWord = Word + @"\u00B2\u00B3\u00B9\u00BC-\u00BE";

    private const int MaximumLength = 8192, MaximumDepth = 32, MaximumRepeat = 1000;

    private readonly string source;
    private readonly StringBuilder output = new();
    private int at, depth;
    private bool ignoreCase;

    private OnigurumaTranslator(string source) => this.source = source;

    /// <exception cref="ArgumentException">The expression is malformed, too long, or uses something that is not known here.</exception>
    public static string Translate(string expression)
    {
        if (expression.Length > MaximumLength)
            throw new ArgumentException($"It has {expression.Length} characters; at most {MaximumLength} are read.");
        var translator = new OnigurumaTranslator(expression);
        if (expression.StartsWith("(?i)", StringComparison.Ordinal))
            (translator.ignoreCase, translator.at) = (true, 4);
        translator.Alternatives();
        return translator.at == expression.Length ? translator.output.ToString() : throw translator.Problem("a ')' closes nothing");
    }

    private bool More => at < source.Length;

    private void Alternatives()
    {
        if (++depth > MaximumDepth)
            throw Problem($"groups are nested more than {MaximumDepth} deep");
        while (More && source[at] != ')')
        {
            if (source[at] == '|')
                output.Append(source[at++]);
            else
                Repeated();
        }
        depth--;
    }

    /// <summary>One thing, and how often it may stand.</summary>
    private void Repeated()
    {
        var start = output.Length;
        Single();
        for (var count = 0; More && Quantifier() is { } quantifier; count++)
        {
            if (count > 0)
                output.Insert(start, "(?:").Append(')');
            var isInterval = quantifier[0] == '{';
            output.Append(quantifier);
            if (More && source[at] == '?')
            {
                if (isInterval && !quantifier.Contains(',', StringComparison.Ordinal))
                    throw Problem("a '?' after an exact number means something else there");
                output.Append(source[at++]);
            }
            else if (!isInterval && More && source[at] == '+')
            {
                at++;
                output.Insert(start, "(?>").Append(')');
            }
        }
    }

    private string? Quantifier()
    {
        if (source[at] is '*' or '+' or '?')
            return source[at++].ToString();
        if (source[at] != '{' || source.IndexOf('}', at) is not (var end and > 0) || source[(at + 1)..end].Split(',') is not { Length: <= 2 } bounds
            || bounds.Any(bound => !bound.All(char.IsAsciiDigit)) || bounds.All(bound => bound.Length == 0))
            return null; // an ordinary brace
        at = end + 1;
        var numbers = bounds.Select(bound => bound.Length == 0 ? 0 : bound.Length > 4 ? int.MaxValue : int.Parse(bound, CultureInfo.InvariantCulture)).ToArray();
        if (numbers.Any(number => number > MaximumRepeat))
            throw Problem($"something is repeated more than {MaximumRepeat} times");
        return bounds.Length == 1 ? $"{{{numbers[0]}}}" : bounds[1].Length == 0 ? $"{{{numbers[0]},}}" : $"{{{numbers[0]},{numbers[1]}}}";
    }

    private void Single()
    {
        var symbol = source[at];
        switch (symbol)
        {
            case '(':
                Group();
                break;
            case '[':
                output.Append(CharacterClass());
                break;
            case '.':
                at++;
                output.Append('.');
                break;
            case '^': // the beginning of every line there
                at++;
                output.Append(@"(?:\A|(?<=\n)(?!\z))");
                break;
            case '$':
                at++;
                output.Append(@"(?=\n|\z)");
                break;
            case '\\':
                at++;
                output.Append(More ? Escape() : throw Problem("it ends in the middle of an escape"));
                break;
            case '*' or '+' or '?':
                throw Problem($"'{symbol}' repeats nothing");
            default:
                at++;
                output.Append(Literal(symbol));
                break;
        }
    }

    private void Group()
    {
        var before = ignoreCase;
        var opening = Opening(out var length);
        at += length;
        if (opening is "(?i:" or "(?-i:")
            (ignoreCase, opening) = (opening == "(?i:", "(?:");
        output.Append(opening);
        Alternatives();
        if (!More)
            throw Problem("a '(' is not closed");
        at++;
        output.Append(')');
        ignoreCase = before;
    }

    private string Opening(out int length)
    {
        foreach (var known in (string[])["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?-i:"])
        {
            length = known.Length;
            if (source.AsSpan(at).StartsWith(known, StringComparison.Ordinal))
                return known;
        }
        length = 1;
        if (!source.AsSpan(at).StartsWith("(?", StringComparison.Ordinal))
            return "(?:";
        throw Problem($"'{source[at..Math.Min(source.Length, at + 4)]}' is not known");
    }

    /// <summary>One character; where upper and lower case are one, every form of it.</summary>
    private string Literal(char symbol)
    {
        if (char.IsSurrogate(symbol))
            throw Problem("characters beyond U+FFFF are not known");
        if (!ignoreCase)
            return Quote(symbol);
        if (!char.IsAscii(symbol) && char.IsLetter(symbol))
            throw Problem($"'{symbol}' in either case is not known");
        if (!char.IsAsciiLetter(symbol))
            return Quote(symbol);
        RefuseLigatures(symbol);
        return $"[{Cases(symbol)}]";
    }

    /// <summary>There, 'ss' in either case also matches 'ß', and so on.</summary>
    private void RefuseLigatures(char symbol)
    {
        if (More && (char.ToLowerInvariant(symbol), char.ToLowerInvariant(source[at])) is ('s', 's') or ('f', 'f') or ('f', 'i') or ('f', 'l') or ('s', 't'))
            throw Problem($"'{symbol}{source[at]}' in either case is not known");
    }

    private static string Cases(char letter) => char.ToLowerInvariant(letter) switch
    {
        's' => "sS\u017F", // long s
        'k' => "kK\u212A", // Kelvin
        var lower => $"{lower}{char.ToUpperInvariant(lower)}",
    };

    private string CharacterClass()
    {
        at++;
        var isNegated = More && source[at] == '^';
        if (isNegated)
            at++;
        var members = new StringBuilder();
        for (var isFirst = true; ; isFirst = false)
        {
            if (!More)
                throw Problem("a '[' is not closed");
            if (source[at] == ']' && !isFirst)
                break;
            members.Append(ClassMember());
        }
        at++;
        return $"[{(isNegated ? "^" : "")}{members}]";
    }

    private string ClassMember()
    {
        var rest = source.AsSpan(at);
        if (rest[0] == '[' || rest.StartsWith("&&", StringComparison.Ordinal))
            throw Problem($"'{(rest[0] == '[' ? "[" : "&&")}' inside of a class is not known");
        var low = ClassCharacter(out var set);
        if (set is not null)
            return set;
        if (!source.AsSpan(at).StartsWith("-", StringComparison.Ordinal) || at + 1 >= source.Length || source[at + 1] == ']')
            return InClass(low, low);
        at++;
        var high = ClassCharacter(out var other);
        if (other is not null || high < low)
            throw Problem("a range in a class goes nowhere");
        return InClass(low, high);
    }

    private char ClassCharacter(out string? set)
    {
        set = null;
        if (!More)
            throw Problem("a '[' is not closed");
        var symbol = source[at++];
        if (symbol == '\\')
        {
            var escape = More ? EscapeInClass() : throw Problem("it ends in the middle of an escape");
            if (escape.Length > 1)
                set = escape;
            symbol = escape[0];
        }
        return char.IsSurrogate(symbol) ? throw Problem("characters beyond U+FFFF are not known") : symbol;
    }

    private string InClass(char low, char high)
    {
        var range = low == high ? Quote(low) : $"{Quote(low)}-{Quote(high)}";
        if (!ignoreCase)
            return range;
        if (high > '\u007F')
            throw Problem("a class in either case is known of ASCII only");
        return range + string.Concat(Enumerable.Range(low, high - low + 1).Select(code => (char)code).Where(char.IsAsciiLetter).Select(Cases));
    }

    private string EscapeInClass()
    {
        var symbol = source[at];
        if (Set(symbol) is { } set)
        {
            if (char.IsAsciiLetterUpper(symbol) && symbol is not ('P' or 'S' or 'D'))
                throw Problem($"'\\{symbol}' in a class is not known");
            return set;
        }
        return symbol == 'b' && at++ > 0 ? "\b" : Code(symbol).ToString();
    }

    private string Escape()
    {
        var symbol = source[at];
        if (Set(symbol) is { } set)
            return symbol is 'w' or 'W' ? $"[{(symbol == 'W' ? "^" : "")}{LoneWord}]" : symbol is 'h' or 'H' ? $"[{(symbol == 'H' ? "^" : "")}{set}]" : set;
        switch (symbol)
        {
            case 'A' or 'z':
                at++;
                return $"\\{symbol}";
            case 'Z':
                at++;
                return @"(?=\n?\z)";
            case 'b' or 'B':
                at++;
                return symbol == 'b' ? $"(?:(?<=[{LoneWord}])(?![{LoneWord}])|(?<![{LoneWord}])(?=[{LoneWord}]))" : $"(?:(?<=[{LoneWord}])(?=[{LoneWord}])|(?<![{LoneWord}])(?![{LoneWord}]))";
            default:
                return Literal(Code(symbol));
        }
    }

    /// <summary>An escape for many characters, as it stands inside of a class.</summary>
    private string? Set(char symbol)
    {
        if (symbol is 'p' or 'P')
            return Property();
        var set = symbol switch { 's' or 'S' or 'd' or 'D' => $"\\{symbol}", 'w' or 'W' => Word, 'h' or 'H' => "0-9a-fA-F", _ => null };
        at += set is null ? 0 : 1;
        return set;
    }

    private string Property()
    {
        var isNegated = source[at++] == 'P';
        var end = More && source[at] == '{' ? source.IndexOf('}', at) : -1;
        if (end < 0)
            throw Problem("a property has no name");
        var name = source[(at + 1)..end];
        at = end + 1;
        if (name.StartsWith('^'))
            (isNegated, name) = (!isNegated, name[1..]);
        var category = UnicodeCategories.Find(name);
        if (category is null or "C" or "Cn" or "Co")
            throw Problem($"the property '{name}' is not known");
        if (ignoreCase)
            throw Problem("a property in either case is not known");
        return $"\\{(isNegated ? 'P' : 'p')}{{{category}}}";
    }

    /// <summary>The one character that an escape stands for.</summary>
    private char Code(char symbol)
    {
        at++;
        switch (symbol)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return '\a';
            case 'e': return '\u001B';
            case 'x' when More && source[at] == '{':
                var end = source.IndexOf('}', at);
                return end < 0 ? throw Problem("'\\x{' is not closed") : Hexadecimal(at + 1, end, end + 1);
            case 'x':
                var last = at;
                while (last < source.Length && last < at + 2 && char.IsAsciiHexDigit(source[last]))
                    last++;
                return Hexadecimal(at, last, last) is var code && code < 0x80 ? code : throw Problem("'\\x' stands for a byte there, which is no character");
            case 'u':
                return at + 4 <= source.Length ? Hexadecimal(at, at + 4, at + 4) : throw Problem("'\\u' has four digits");
            default:
                return char.IsAsciiLetterOrDigit(symbol) || char.IsSurrogate(symbol) ? throw Problem($"'\\{symbol}' is not known") : symbol;
        }
    }

    private char Hexadecimal(int start, int end, int next)
    {
        if (!int.TryParse(source.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Problem("a number is not hexadecimal");
        at = next;
        return code is >= 0 and <= 0xFFFF && !char.IsSurrogate((char)code) ? (char)code : throw Problem("characters beyond U+FFFF are not known");
    }

    private static string Quote(char symbol) => char.IsAsciiLetterOrDigit(symbol) || symbol is '_' ? symbol.ToString() : $"\\u{(int)symbol:X4}";

    private ArgumentException Problem(string what) => new($"At character {at + 1}: {what}.");
}
