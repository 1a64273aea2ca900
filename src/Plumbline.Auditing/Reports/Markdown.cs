using System.Text;

namespace Plumbline.Auditing.Reports;

/// <summary>Text in Markdown, so that nothing in it is read as markup.</summary>
internal static class Markdown
{
    /// <summary>Punctuation gets a backslash, what HTML reads becomes an entity, line breaks and control characters become spaces.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                ':' or '@' => escaped.Append("&#").Append((int)letter).Append(';'), // else https:// and names@places become links by themselves
                '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '#' or '+' or '-' or '.' or '!' or '|' or '~' or '=' or '$' or '"' or '\'' => escaped.Append('\\').Append(letter),
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' => escaped.Append(' '),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }

    /// <summary>The same, but of at most so many characters.</summary>
    public static string Escape(string text, int most) => text.Length <= most ? Escape(text) : Escape(text[..most]) + " …";
}
