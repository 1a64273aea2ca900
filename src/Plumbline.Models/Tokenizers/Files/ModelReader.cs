using System.Text.Json;
using Plumbline.Models.Json;
using Plumbline.Models.Tokenizers.Subwords;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads <c>model</c>.</summary>
internal static class ModelReader
{
    private const int LongestToken = 4096, LongestWord = 1 << 16;

    /// <param name="place">The object.</param>
    /// <param name="spellsBytes">Whether a byte-pair model spells text in bytes itself.</param>
    /// <param name="names">Tokens by id.</param>
    public static SubwordModel Read(JsonPlace place, bool spellsBytes, out IReadOnlyDictionary<int, string> names)
    {
        var json = new JsonKeys(place);
        var type = json.Find("type");
        var kind = type?.Text() ?? (json.Find("merges") is not null ? "BPE" : throw place.Wrong("'type' is missing.", "Add \"BPE\", \"Unigram\", \"WordLevel\" or \"WordPiece\"."));
        var byId = new Dictionary<int, string>();
        names = byId;
        SubwordModel model = kind switch
        {
            "BPE" => BytePairs(json, Tokens(json["vocab"], byId), spellsBytes),
            "Unigram" => Unigram(json, byId),
            "WordLevel" => Words(json, Tokens(json["vocab"], byId)),
            "WordPiece" => Pieces(json, Tokens(json["vocab"], byId)),
            _ => throw type!.Value.Unexpected("\"BPE\", \"Unigram\", \"WordLevel\" or \"WordPiece\""),
        };
        json.RefuseRest(_ => false, TokenizerFile.Remedy);
        return model;
    }

    private static BytePairModel BytePairs(JsonKeys json, Dictionary<string, int> tokens, bool spellsBytes)
    {
        if (json.Find("dropout") is { } dropout && !(dropout.Kind == JsonValueKind.Number && dropout.Value.GetDouble() == 0))
            throw dropout.Wrong("dropout makes every encoding another one by chance.", "Set it to null.");
        var prefix = Filled(json, "continuing_subword_prefix");
        if (json.Find("unk_token") is { } unknown && unknown.Text().Length > 0 && !tokens.ContainsKey(unknown.Text()))
            throw unknown.Wrong($"'{unknown.Text()}' is not in the vocabulary.", "Name a token of the vocabulary, or null.");
        var options = new BytePairOptions(Filled(json, "unk_token"), prefix, Filled(json, "end_of_word_suffix"),
            json.Flag("fuse_unk") ?? false, json.Flag("byte_fallback") ?? false, json.Flag("ignore_merges") ?? false);
        return new(tokens, Merges(json["merges"], tokens, prefix?.Length ?? 0), options) { SpellsBytes = spellsBytes };
    }

    /// <summary>Text that is not empty, or null.</summary>
    private static string? Filled(JsonKeys json, string key) => json.Find(key)?.Text() is { Length: > 0 } text ? text : null;

    private static WordLevelModel Words(JsonKeys json, Dictionary<string, int> tokens) => new(tokens, Unknown(json, tokens));

    private static WordPieceModel Pieces(JsonKeys json, Dictionary<string, int> tokens) =>
        new(tokens, Unknown(json, tokens), json["continuing_subword_prefix"].Text(), json["max_input_chars_per_word"].Whole(0, LongestWord));

    private static int Unknown(JsonKeys json, Dictionary<string, int> tokens)
    {
        var name = json["unk_token"];
        return tokens.TryGetValue(name.Text(), out var id) ? id : throw name.Wrong($"'{name.Text()}' is not in the vocabulary.", "Name a token of the vocabulary.");
    }

    private static UnigramModel Unigram(JsonKeys json, Dictionary<int, string> names)
    {
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        var scores = new List<double>();
        foreach (var each in json["vocab"].Elements())
        {
            if (each.Elements().ToArray() is not [var token, var score] || score.Kind != JsonValueKind.Number || !score.Value.TryGetDouble(out var number) || !double.IsFinite(number))
                throw each.Unexpected("a token and its score");
            if (token.Text().Length is 0 or > LongestToken || !tokens.TryAdd(token.Text(), scores.Count))
                throw token.Wrong("this token is empty, very long, or stands twice.", "Every token has a spelling of its own.");
            names[scores.Count] = token.Text();
            scores.Add(number);
        }
        if (scores.Count is 0 or > TokenizerFile.MaximumId)
            throw json["vocab"].Wrong($"there are {scores.Count} tokens.", "Use a vocabulary of some tokens.");
        return new(tokens, [.. scores], json.Whole("unk_id", 0, scores.Count - 1), json.Flag("byte_fallback") ?? false);
    }

    private static Dictionary<string, int> Tokens(JsonPlace json, Dictionary<int, string> names)
    {
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in json.Members())
        {
            var number = id.Whole(0, TokenizerFile.MaximumId);
            if (token.Length > LongestToken)
                throw id.Wrong("the token is very long.", $"A token has at most {LongestToken} characters.");
            if (!names.TryAdd(number, token))
                throw id.Wrong($"id {number} stands for two tokens.", "Every token has an id of its own.");
            tokens.Add(token, number);
        }
        return tokens.Count > 0 ? tokens : throw json.Wrong("there is no token.", "Use a vocabulary of some tokens.");
    }

    /// <summary>Merges: <c>["a b", …]</c>, or <c>[["a", "b"], …]</c> where tokens have spaces in them.</summary>
    private static List<(int Left, int Right, int Joined)> Merges(JsonPlace json, Dictionary<string, int> tokens, int prefix)
    {
        var lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<(int, int, int)>();
        var seen = new HashSet<(int, int)>();
        Span<char> joined = stackalloc char[2 * LongestToken];
        foreach (var each in json.Elements())
        {
            var (left, right) = Halves(each);
            if (!tokens.TryGetValue(left, out var leftId) || !tokens.TryGetValue(right, out var rightId) || right.Length < prefix)
                throw NoMerge(each);
            left.CopyTo(joined);
            right.AsSpan(prefix).CopyTo(joined[left.Length..]);
            if (!lookup.TryGetValue(joined[..(left.Length + right.Length - prefix)], out var id))
                throw NoMerge(each);
            if (!seen.Add((leftId, rightId)))
                throw each.Wrong($"'{left}' and '{right}' are merged twice.", "Every merge stands once.");
            merges.Add((leftId, rightId, id));
        }
        return merges;
    }

    private static (string Left, string Right) Halves(JsonPlace json)
    {
        if (json.Kind == JsonValueKind.Array && json.Value.GetArrayLength() == 2 && json.Value[0].ValueKind == JsonValueKind.String && json.Value[1].ValueKind == JsonValueKind.String)
            return (json.Value[0].GetString()!, json.Value[1].GetString()!);
        if (json.Kind is not (JsonValueKind.String or JsonValueKind.Array))
            throw json.Unexpected("an array of two tokens");
        return json.Kind == JsonValueKind.String && json.Text().Split(' ') is [var left, var right] ? (left, right) : throw NoMerge(json);
    }

    private static InputException NoMerge(JsonPlace json) =>
        json.Wrong("this is no merge of two tokens into a third.", "A merge names two tokens of the vocabulary; joined they are in it too.");
}
