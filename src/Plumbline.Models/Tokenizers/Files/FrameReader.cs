using Plumbline.Models.Json;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads <c>post_processor</c>.</summary>
internal static class FrameReader
{
    private const int MostParts = 1024;

    /// <returns>The frames around a text, the innermost first.</returns>
    public static IReadOnlyList<Frame> Read(JsonPlace place)
    {
        var json = new JsonKeys(place);
        var type = json["type"];
        IReadOnlyList<Frame> frames = type.Text() switch
        {
            "Sequence" => [.. json["processors"].Elements().SelectMany(Read)],
            "ByteLevel" => WithoutEffect(json, "add_prefix_space", "trim_offsets", "use_regex"),
            "TemplateProcessing" => [Template(json)],
            "BertProcessing" => [Pair(json)],
            "RobertaProcessing" => [Pair(json), .. WithoutEffect(json, "add_prefix_space", "trim_offsets")],
            var other => throw type.Wrong($"the post-processor '{other}' is not known.", TokenizerFile.Remedy),
        };
        json.RefuseRest(_ => false, TokenizerFile.Remedy);
        return frames;
    }

    /// <summary>Keys that say where tokens stand in the text, not which they are.</summary>
    private static Frame[] WithoutEffect(JsonKeys json, params string[] keys)
    {
        foreach (var key in keys)
            json.Find(key);
        return [];
    }

    private static Frame Pair(JsonKeys json) => new([[Id(json["cls"])], null, [Id(json["sep"])]]);

    private static int Id(JsonPlace json) => json.Elements().ToArray() is [_, var id] ? id.Whole(0, TokenizerFile.MaximumId) : throw json.Unexpected("a token and its id");

    private static Frame Template(JsonKeys json)
    {
        json.Find("pair"); // for two texts; here there is one
        var special = json["special_tokens"].Members()
            .ToDictionary(token => token.Key, token => token.Value["ids"].Elements().Take(MostParts).Select(id => id.Whole(0, TokenizerFile.MaximumId)).ToArray(), StringComparer.Ordinal);
        return new([.. json["single"].Elements().Take(MostParts).Select(part => Part(part, special))]);
    }

    private static int[]? Part(JsonPlace json, Dictionary<string, int[]> special)
    {
        if (json.Find("SpecialToken") is { } token)
            return special.GetValueOrDefault(token["id"].Text()) ?? throw token["id"].Wrong($"'{token["id"].Text()}' is not among 'special_tokens'.", "Add it there.");
        return json["Sequence"]["id"].Text() == "A" ? null : throw json["Sequence"]["id"].Unexpected("\"A\"");
    }
}
