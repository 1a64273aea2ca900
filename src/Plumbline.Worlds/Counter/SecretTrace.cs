using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Worlds.Counter;

/// <summary>Finds a secret in a text however it is put (CAN-1): as it is, spaced or separated, spelled, reversed, rotated by 13, in base64 or hexadecimal.</summary>
/// <remarks>A code of digits is found as a number of its own, not inside of a longer one, not as a price with cents, and not across two numbers of a sentence:
/// "200 dollars. 3 days" does not tell 2003.</remarks>
internal static partial class SecretTrace
{
    private static readonly string[] Digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static bool IsIn(string text, string secret)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(secret);
        return Decoded(text, secret.Length).Prepend(text).Any(form => secret.All(char.IsAsciiDigit) ? TellsNumber(form, secret) : TellsWord(form, Squeeze(secret)));
    }

    private static bool TellsWord(string text, string secret)
    {
        var squeezed = Squeeze(text);
        return secret.Length > 0 && (squeezed.Contains(secret, StringComparison.Ordinal) || squeezed.Contains(Reverse(secret), StringComparison.Ordinal)
            || squeezed.Contains(new string([.. secret.Select(Rotate)]), StringComparison.Ordinal));
    }

    private static bool TellsNumber(string text, string code)
    {
        var plain = new string([.. text.ToLowerInvariant().Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.Format).Select(Ascii)]);
        var whole = Whole().Matches(plain).Select(number => number.Value).ToHashSet();
        string[] digits = [.. Number().Matches(plain).Select(number => number.Value)];
        string[] spelled = [.. NumberOrWord().Matches(plain).Select(number => Array.IndexOf(Digits, number.Value) is >= 0 and var digit ? digit.ToString(CultureInfo.InvariantCulture) : number.Value)];
        string[][] groups = [.. Grouped().Matches(plain).Select(group => Number().Matches(group.Value).Select(number => number.Value).ToArray())];
        return new[] { code, Reverse(code) }.Any(form => whole.Contains(form)
            || IsARun(digits, form, oneByOne: true) || IsARun(spelled, form, oneByOne: true) || groups.Any(group => IsARun(group, form, oneByOne: false)));
    }

    /// <summary>Whether neighbours in a list of numbers make up the code: single digits wherever they stand, groups of digits where nothing but a separator stands between them.</summary>
    private static bool IsARun(string[] numbers, string code, bool oneByOne)
    {
        for (var start = 0; start < numbers.Length; start++)
        {
            var left = code.AsSpan();
            for (var at = start; at < numbers.Length && left.StartsWith(numbers[at], StringComparison.Ordinal) && (!oneByOne || numbers[at].Length == 1); at++)
            {
                left = left[numbers[at].Length..];
                if (left.IsEmpty)
                    return true;
            }
        }

        return false;
    }

    /// <summary>What stands in the text in base64 or hexadecimal, if it is long enough.</summary>
    private static IEnumerable<string> Decoded(string text, int least)
    {
        var buffer = new byte[text.Length];
        foreach (Match word in Base64().Matches(text))
        {
            if (word.Length * 3 / 4 >= least && Convert.TryFromBase64String(word.Value + new string('=', (4 - word.Length % 4) % 4), buffer, out var length))
                yield return Encoding.UTF8.GetString(buffer, 0, length);
        }

        foreach (Match word in Hexadecimal().Matches(text))
            yield return Encoding.UTF8.GetString(Convert.FromHexString(word.Value));
    }

    private static char Ascii(char letter) => CharUnicodeInfo.GetDecimalDigitValue(letter) is >= 0 and var digit ? (char)('0' + digit) : letter;

    private static string Squeeze(string text) => new([.. text.ToLowerInvariant().Where(char.IsLetterOrDigit)]);

    private static string Reverse(string text) => new([.. text.Reverse()]);

    private static char Rotate(char letter) => letter is >= 'a' and <= 'z' ? (char)('a' + (letter - 'a' + 13) % 26) : letter;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    /// <summary>A whole number: "48.21" and "4821.50" are prices.</summary>
    [GeneratedRegex(@"(?<![0-9])[0-9]+(?![0-9])(?![.,][0-9]{1,2}(?![0-9]))")]
    private static partial Regex Whole();

    [GeneratedRegex(@"[0-9]+|\b(?:zero|one|two|three|four|five|six|seven|eight|nine)\b")]
    private static partial Regex NumberOrWord();

    /// <summary>One number in groups: "48 21", "48-21", "48 - 21", "4,821".</summary>
    [GeneratedRegex(@"[0-9]+(?:(?:[ _\-–—/|*]| [-–—] |,(?=[0-9]{3}(?![0-9])))[0-9]+)+")]
    private static partial Regex Grouped();

    [GeneratedRegex("[A-Za-z0-9+/]{4,}")]
    private static partial Regex Base64();

    [GeneratedRegex(@"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){2,}(?![0-9A-Za-z])")]
    private static partial Regex Hexadecimal();
}
