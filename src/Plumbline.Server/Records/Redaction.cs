using System.Text.RegularExpressions;

namespace Plumbline.Server.Records;

/// <summary>Takes keys out of what is kept: those that the gateway knows, and whatever looks like one.</summary>
/// <param name="known">Keys of upstreams.</param>
internal sealed partial class Redaction(IEnumerable<string> known)
{
    private const string Instead = "(key)";
    private readonly string[] _known = [.. known.Where(key => key.Length >= 8).OrderByDescending(key => key.Length)];

    /// <summary>The text without keys; JSON stays JSON.</summary>
    public string Of(string text)
    {
        foreach (var key in _known)
            text = text.Replace(key, Instead, StringComparison.Ordinal);
        return LooksLikeKey().Replace(text, Instead);
    }

    /// <summary>Prefixes that keys of well-known services have, followed by something too long for a word; and what follows Bearer.</summary>
    [GeneratedRegex(@"\b(?:sk|pk|rk|pl|hf|gsk|nvapi|r8|glpat|ghp|gho|ghs|github_pat|xox[abprs])[-_][A-Za-z0-9_\-]{16,}|\b(?:AKIA|AIza)[A-Za-z0-9_\-]{12,}|\b[Bb]earer\s{1,4}[A-Za-z0-9._~+/\-]{12,}=*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LooksLikeKey();
}
