using System.Text.Json;
using Plumbline.Models.Json;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads <c>added_tokens</c>.</summary>
internal static class AddedTokenReader
{
    private const int LongestContent = 1024;

    /// <param name="place">The array, or null if there is none.</param>
    /// <param name="tokens">Ids of the tokens of the model.</param>
    /// <param name="names">Tokens of the model by id.</param>
    public static IReadOnlyList<AddedToken> Read(JsonPlace? place, IReadOnlyDictionary<string, int> tokens, IReadOnlyDictionary<int, string> names)
    {
        var added = new List<AddedToken>();
        var (ids, contents) = (new HashSet<int>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var each in place?.Elements() ?? [])
        {
            var json = new JsonKeys(each);
            var (content, id) = (json["content"], json["id"]);
            var (name, number) = (content.Text(), id.Whole(0, TokenizerFile.MaximumId));
            if (name.Length is 0 or > LongestContent || !contents.Add(name))
                throw content.Wrong($"the token '{(name.Length > 60 ? name[..60] + "…" : name)}' is empty, very long, or stands twice.", "Every added token has a name of its own.");
            if (!ids.Add(number) || (names.TryGetValue(number, out var other) && other != name) || (tokens.TryGetValue(name, out var otherId) && otherId != number))
                throw id.Wrong($"token '{name}' and id {number} do not belong together elsewhere in the file.", "Every token has one id.");
            added.Add(new(number, name, Flag("single_word"), Flag("lstrip"), Flag("rstrip"), json.Flag("normalized") ?? !Flag("special"), Flag("special")));
            json.RefuseRest(_ => false, TokenizerFile.Remedy);

            bool Flag(string key) => json.Flag(key) ?? false;
        }
        return added;
    }
}
