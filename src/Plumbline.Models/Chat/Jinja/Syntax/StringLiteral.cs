using System.Globalization;
using System.Text;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>A string between quotes, with the escapes of Python.</summary>
internal static class StringLiteral
{
    /// <param name="template">What errors call the template.</param>
    /// <param name="source">The template.</param>
    /// <param name="at">Where the opening quote stands; afterwards, what follows the closing one.</param>
    /// <param name="position">The same for errors.</param>
    public static string Read(string template, string source, ref int at, TemplatePosition position)
    {
        var quote = source[at++];
        var text = new StringBuilder();
        while (at < source.Length && source[at] != quote)
        {
            var c = source[at++];
            if (c != '\\')
                text.Append(c);
            else if (at < source.Length)
                Escape(template, source, ref at, position, text);
        }
        if (at >= source.Length)
            throw position.Wrong(template, "this string has no end.", $"Close it with {quote}.");
        at++;
        return text.ToString();
    }

    private static void Escape(string template, string source, ref int at, TemplatePosition position, StringBuilder text)
    {
        var c = source[at++];
        switch (c)
        {
            case '\n':
                break;
            case 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v':
                text.Append("\a\b\f\n\r\t\v"["abfnrtv".IndexOf(c, StringComparison.Ordinal)]);
                break;
            case '\\' or '\'' or '"':
                text.Append(c);
                break;
            case >= '0' and <= '7':
                var value = c - '0';
                for (var more = 0; more < 2 && at < source.Length && source[at] is >= '0' and <= '7'; more++)
                    value = value * 8 + source[at++] - '0';
                text.Append((char)value);
                break;
            case 'x' or 'u' or 'U':
                var length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                if (at + length > source.Length || !uint.TryParse(source.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 0x10ffff)
                    throw position.Wrong(template, $"the escape '\\{c}' in this string is cut off or names no character.", $"It takes {length} hexadecimal digits.");
                at += length;
                text.Append(code is >= 0xd800 and <= 0xdfff ? "\ufffd" : char.ConvertFromUtf32((int)code));
                break;
            case 'N':
                throw position.Wrong(template, "characters by name are not supported.", "Write the character itself, or '\\u' and its number.");
            default:
                text.Append('\\').Append(c);
                break;
        }
    }
}
