using System.Text;

namespace Plumbline.Auditing.Reports;

/// <summary>Text in Markdown, so that nothing in it is read as markup, and people can read it all the same.</summary>
internal static class Markdown
{
    /// <summary>What Markdown would read gets a backslash, what HTML reads becomes an entity, line breaks and control characters become spaces.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            _ = letter switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '@' or ':' when letter == '@' || MakesLink(text, at) => escaped.Append("&#").Append((int)letter).Append(';'),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '$' => escaped.Append('\\').Append(letter),
                '#' or '+' or '-' or '=' when Begins(text, at) => escaped.Append('\\').Append(letter),
                '.' or ')' when EndsNumberOfList(text, at) || MakesLink(text, at) => escaped.Append('\\').Append(letter),
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' => escaped.Append(' '),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }

    /// <summary>The same, but of at most so many characters.</summary>
    public static string Escape(string text, int most) => text.Length <= most ? Escape(text) : Escape(text[..most]) + " …";

    private static bool Begins(string text, int at) => text.AsSpan(0, at).IsWhiteSpace();

    private static bool EndsNumberOfList(string text, int at) => text.AsSpan(0, at).Trim() is { Length: > 0 } before && !before.ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether this colon or full stop would make a link of what stands around it: <c>https://</c>, <c>mailto:</c>, <c>xmpp:</c>, <c>www.</c></summary>
    private static bool MakesLink(string text, int at) => text[at] == ':'
        ? text.AsSpan(at + 1).StartsWith("//") || After(text, at, "mailto") || After(text, at, "xmpp")
        : text[at] == '.' && After(text, at, "www");

    private static bool After(string text, int at, string word) => text.AsSpan(0, at).EndsWith(word, StringComparison.OrdinalIgnoreCase);
}
