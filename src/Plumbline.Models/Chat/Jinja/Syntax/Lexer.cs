using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Cuts a template into tokens, with white space handled as transformers sets it: trim_blocks and lstrip_blocks, no newline kept at the end.</summary>
/// <param name="template">What errors call the template.</param>
/// <param name="source">The template; its newlines are <c>\n</c>.</param>
internal sealed partial class Lexer(string template, string source)
{
    private static readonly string[] Signs =
        ["**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly List<Token> tokens = [];
    private readonly List<int> lineStarts = [0, .. source.Index().Where(each => each.Item == '\n').Select(each => each.Index + 1)];
    private int at;

    /// <exception cref="InputException">A tag is not closed, or holds what means nothing.</exception>
    public static List<Token> Read(string template, string source)
    {
        if (source.Length > TemplateLimits.Source)
            throw new InputException(template, $"the template has {source.Length} characters.", $"At most {TemplateLimits.Source} are read.");
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return new Lexer(template, text.EndsWith('\n') ? text[..^1] : text).Read();
    }

    private TemplatePosition Position(int offset)
    {
        var line = lineStarts.BinarySearch(offset) is var found && found < 0 ? ~found - 1 : found;
        return new(line + 1, offset - lineStarts[line] + 1);
    }

    private InputException Wrong(int offset, string problem, string remedy) => Position(offset).Wrong(template, problem, remedy);

    private List<Token> Read()
    {
        while (at < source.Length)
        {
            var tag = NextTag(at);
            AddText(at, tag);
            if (tag == source.Length)
                break;
            at = tag + (SignAt(tag + 2) is null ? 2 : 3);
            switch (source[tag + 1])
            {
                case '#':
                    SkipComment(tag);
                    break;
                case '%' when RawTag().Match(source, at) is { Success: true } raw && raw.Index == at:
                    at += raw.Length;
                    ReadRaw(tag);
                    break;
                case '%':
                    ReadTag(tag, TokenKind.BeginStatement, TokenKind.EndStatement, "%}");
                    break;
                default:
                    ReadTag(tag, TokenKind.BeginPrint, TokenKind.EndPrint, "}}");
                    break;
            }
        }
        tokens.Add(new(TokenKind.End, "", Position(source.Length)));
        return tokens;
    }

    private int NextTag(int from)
    {
        for (var open = source.IndexOf('{', from); open >= 0 && open + 1 < source.Length; open = source.IndexOf('{', open + 1))
        {
            if (source[open + 1] is '{' or '%' or '#')
                return open;
        }
        return source.Length;
    }

    private char? SignAt(int index) => index < source.Length && source[index] is '-' or '+' ? source[index] : null;

    /// <summary>Text up to a tag, less the white space that the tag takes away.</summary>
    private void AddText(int from, int tag)
    {
        var text = source[from..tag];
        if (tag < source.Length)
            text = Shortened(text, from, SignAt(tag + 2), strips: source[tag + 1] != '{');
        if (text.Length > 0)
            tokens.Add(new(TokenKind.Text, text, Position(from)));
    }

    private string Shortened(string text, int from, char? sign, bool strips)
    {
        if (sign == '-')
            return text[..PythonSpace.Strip(MarkedText.Template(text), left: false).Length];
        if (sign == '+' || !strips)
            return text;
        var line = text.LastIndexOf('\n') + 1;
        return (line > 0 || from == 0 || source[from - 1] == '\n') && text[line..].All(PythonSpace.Is)
            ? text[..line]
            : text;
    }

    private void SkipComment(int tag)
    {
        var end = source.IndexOf("#}", at, StringComparison.Ordinal);
        if (end < 0)
            throw Wrong(tag, "this comment has no end.", "Close it with '#}'.");
        // "{#-#}" and "{#+#}": the sign is that of the beginning only.
        var sign = end > at ? SignAt(end - 1) : null;
        at = end + 2;
        SkipAfter(sign);
    }

    /// <summary>What a tag that is no print takes away after it: all white space after '-', one newline after no sign.</summary>
    private void SkipAfter(char? sign)
    {
        if (sign == '-')
            SkipSpace();
        else if (sign is null && at < source.Length && source[at] == '\n')
            at++;
    }

    private void SkipSpace()
    {
        while (at < source.Length && PythonSpace.Is(source[at]))
            at++;
    }

    private void ReadRaw(int tag)
    {
        var end = EndRaw().Match(source, at);
        if (!end.Success)
            throw Wrong(tag, "this raw block has no end.", "Close it with '{% endraw %}'.");
        var text = Shortened(source[at..end.Index], at, SignAt(end.Index + 2), strips: true);
        if (text.Length > 0)
            tokens.Add(new(TokenKind.Text, text, Position(at)));
        at = end.Index + end.Length;
        SkipAfter(SignAt(at - 3));
    }

    private void ReadTag(int tag, TokenKind begin, TokenKind end, string close)
    {
        tokens.Add(new(begin, source[tag..(tag + 2)], Position(tag)));
        var open = new Stack<char>();
        for (; ; )
        {
            SkipSpace();
            if (at >= source.Length)
                throw Wrong(tag, "this tag has no end.", $"Close it with '{close}'.");
            var sign = SignAt(at);
            var signed = sign is not null && (sign == '-' || end == TokenKind.EndStatement) && string.CompareOrdinal(source, at + 1, close, 0, 2) == 0;
            if (open.Count == 0 && (signed || string.CompareOrdinal(source, at, close, 0, 2) == 0))
            {
                tokens.Add(new(end, close, Position(at)));
                at += signed ? 3 : 2;
                if (signed && sign == '-')
                    SkipSpace();
                else if (end == TokenKind.EndStatement)
                    SkipAfter(signed ? sign : null);
                return;
            }
            var token = Next();
            tokens.Add(token);
            if (token.Kind == TokenKind.Sign)
                Balance(token.Text[0], open);
        }
    }

    private void Balance(char sign, Stack<char> open)
    {
        if (sign is '(' or '[' or '{')
            open.Push(sign == '(' ? ')' : sign == '[' ? ']' : '}');
        else if (sign is ')' or ']' or '}' && (!open.TryPop(out var expected) || expected != sign))
            throw Wrong(at - 1, $"this '{sign}' closes nothing that is open.", "Balance the brackets.");
    }

    private Token Next()
    {
        var start = at;
        var c = source[at];
        if (c is '\'' or '"')
            return new(TokenKind.String, StringLiteral.Read(template, source, ref at, Position(start)), Position(start));
        if (char.IsAsciiDigit(c))
            return Number(start);
        if (c == '_' || char.IsLetter(c))
        {
            while (at < source.Length && (source[at] == '_' || char.IsLetterOrDigit(source[at])))
                at++;
            return new(TokenKind.Name, source[start..at], Position(start));
        }
        if (Array.Find(Signs, sign => string.CompareOrdinal(source, start, sign, 0, sign.Length) == 0) is not { } found)
            throw Wrong(start, $"'{c}' means nothing here.", "Mend the expression.");
        at += found.Length;
        return new(TokenKind.Sign, found, Position(start));
    }

    private Token Number(int start)
    {
        var match = NumberForm().Match(source, start);
        at += match.Length;
        var digits = match.Value.Replace("_", "", StringComparison.Ordinal);
        if (digits.Length > TemplateLimits.NumberBits / 4)
            throw Wrong(start, "this number is too long.", $"At most {TemplateLimits.NumberBits / 4} digits.");
        return match.Groups["real"].Success
            ? new(TokenKind.Float, match.Value, Position(start), Real: double.Parse(digits, CultureInfo.InvariantCulture))
            : new(TokenKind.Integer, match.Value, Position(start), match.Groups["based"].Success ? Based(digits) : BigInteger.Parse(digits, CultureInfo.InvariantCulture));
    }

    private static BigInteger Based(string digits)
    {
        var radix = char.ToLowerInvariant(digits[1]) switch { 'b' => 2, 'o' => 8, _ => 16 };
        return digits[2..].Aggregate(BigInteger.Zero, (sum, digit) => sum * radix + Convert.ToInt32(digit.ToString(), 16));
    }

    [GeneratedRegex(@"\G\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawTag();

    [GeneratedRegex(@"\{%[-+]?\s*endraw\s*[-+]?%\}")]
    private static partial Regex EndRaw();

    [GeneratedRegex(@"\G(?:(?<based>0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+)|(?<real>(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][-+]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+))|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex NumberForm();
}
