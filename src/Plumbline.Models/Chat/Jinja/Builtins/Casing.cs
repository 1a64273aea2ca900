using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Capitals and small letters, character by character; a letter whose capital is two letters stays as it is.</summary>
internal static class Casing
{
    public static MarkedText Upper(MarkedText text) => text.Respell(letters => letters.ToUpperInvariant());

    public static MarkedText Lower(MarkedText text) => text.Respell(letters => letters.ToLowerInvariant());

    /// <summary>The first character large, the others small.</summary>
    public static MarkedText Capitalised(MarkedText text) => text.Length == 0 ? text : Operators.Join([Upper(text.Slice(0, 1)), Lower(text.From(1))]);

    /// <summary>As the method <c>title</c>: every letter after something that is no letter.</summary>
    public static MarkedText Titled(MarkedText text) => text.Respell(letters =>
        string.Create(letters.Length, letters, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = i > 0 && char.IsLetter(from[i - 1]) ? char.ToLowerInvariant(from[i]) : char.ToUpperInvariant(from[i]);
        }));

    /// <summary>As the filter <c>title</c>: every character after white space, a hyphen or an opening bracket.</summary>
    public static MarkedText TitledWords(MarkedText text) => text.Respell(letters =>
        string.Create(letters.Length, letters, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = i > 0 && !StartsWord(from[i - 1]) ? char.ToLowerInvariant(from[i]) : char.ToUpperInvariant(from[i]);
        }));

    private static bool StartsWord(char before) => before is '-' or '(' or '{' or '[' or '<' || PythonSpace.Is(before);
}
