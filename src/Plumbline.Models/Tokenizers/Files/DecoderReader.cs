using Plumbline.Models.Json;
using Plumbline.Models.Tokenizers.Decoders;
using Plumbline.Models.Tokenizers.Splitters;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads <c>decoder</c>.</summary>
internal static class DecoderReader
{
    private const int MaximumStrip = 1 << 16;

    public static TokenDecoder Read(JsonPlace place)
    {
        var json = new JsonKeys(place);
        var type = json["type"];
        var decoder = type.Text() switch
        {
            "Sequence" => TokenDecoder.Sequence([.. json["decoders"].Elements().Select(Read)]),
            "ByteLevel" => ByteLevel(json),
            "ByteFallback" => new TokenDecoder(next => new ByteFallbackStage(next), token => ByteFallbackStage.ByteOf(token) is { } value ? [value] : null),
            "Fuse" => new TokenDecoder(next => new FuseStage(next)),
            "Strip" => Strip(json),
            "Replace" => Replace(json),
            "Metaspace" => Metaspace(json),
            "WordPiece" => WordPiece(json),
            "BPEDecoder" => EndOfWord(json["suffix"]),
            var other => throw type.Wrong($"the decoder '{other}' is not known.", TokenizerFile.Remedy),
        };
        json.RefuseRest(_ => false, TokenizerFile.Remedy);
        return decoder;
    }

    private static TokenDecoder ByteLevel(JsonKeys json)
    {
        foreach (var key in (string[])["add_prefix_space", "trim_offsets", "use_regex"]) // only cutting cares
            json.Find(key);
        return new(next => new ByteLevelStage(next), ByteAlphabet.ToBytes);
    }

    private static TokenDecoder Strip(JsonKeys json)
    {
        var content = SplitterReader.Character(json["content"]);
        var (start, stop) = (json["start"].Whole(0, MaximumStrip), json["stop"].Whole(0, MaximumStrip));
        return content.Length == 1 ? new(next => new StripStage(content[0], start, stop, next)) : throw json["content"].Unexpected("a character up to U+FFFF");
    }

    private static TokenDecoder Replace(JsonKeys json)
    {
        var (pattern, content) = (PatternReader.Read(json["pattern"]), json["content"].Text());
        return new(next => new MapStage(
            (token, _) => token.Length == 0 ? token : string.Concat(pattern.Parts(token).Select(part => part.IsMatch ? content : token.Substring(part.Start, part.Length))), next));
    }

    private static TokenDecoder Metaspace(JsonKeys json)
    {
        json.Find("str_rep");
        json.Find("split");
        var replacement = SplitterReader.Character(json["replacement"]);
        var first = SplitterReader.Scheme(json) == PrependScheme.Never ? " " : "";
        return new(next => new MapStage((token, index) => token.Replace(replacement, index == 0 ? first : " ", StringComparison.Ordinal), next));
    }

    private static TokenDecoder WordPiece(JsonKeys json)
    {
        var (prefix, cleanup) = (json["prefix"].Text(), json["cleanup"].Flag());
        return new(next => new MapStage((token, index) => WordPieceDecoding.Read(token, index, prefix, cleanup), next));
    }

    private static TokenDecoder EndOfWord(JsonPlace json)
    {
        var suffix = json.Text();
        return suffix.Length > 0 ? new(next => new EndOfWordStage(suffix, next)) : throw json.Unexpected("a string that is not empty");
    }
}
