namespace Plumbline.Models.Tokenizers.Decoders;

/// <summary>Joins pieces of words, and puts spaces between words.</summary>
internal static class WordPieceDecoding
{
    /// <param name="token">The token.</param>
    /// <param name="index">How many stood before it.</param>
    /// <param name="prefix">What a token inside of a word begins with.</param>
    /// <param name="cleanup">Whether to take away spaces that English does not have.</param>
    public static string Read(string token, int index, string prefix, bool cleanup)
    {
        if (index > 0)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
        return cleanup ? Clean(token) : token;
    }

    private static string Clean(string text)
    {
        foreach (var (from, to) in ((string, string)[])[(" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
            (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re")])
            text = text.Replace(from, to, StringComparison.Ordinal);
        return text;
    }
}
