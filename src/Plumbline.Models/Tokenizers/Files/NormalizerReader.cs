using Plumbline.Models.Json;
using Plumbline.Models.Tokenizers.Normalizers;
using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    public static Normalizer Read(JsonPlace place)
    {
        var json = new JsonKeys(place);
        var type = json["type"];
        Normalizer normalizer = type.Text() switch
        {
            "Sequence" => new SequenceNormalizer([.. json["normalizers"].Elements().Select(Read)]),
            "NFC" => new UnicodeNormalizer(compose: true, compatibility: false),
            "NFD" => new UnicodeNormalizer(compose: false, compatibility: false),
            "NFKC" => new UnicodeNormalizer(compose: true, compatibility: true),
            "NFKD" => new UnicodeNormalizer(compose: false, compatibility: true),
            "Lowercase" => new LowercaseNormalizer(),
            "StripAccents" => new StripAccentsNormalizer(),
            "Strip" => new StripNormalizer(json["strip_left"].Flag(), json["strip_right"].Flag()),
            "Prepend" => new PrependNormalizer(json["prepend"].Text()),
            "Replace" => Replace(json),
            "Nmt" => new NmtNormalizer(),
            "ByteLevel" => new ByteLevelNormalizer(),
            "BertNormalizer" => Bert(json),
            "Precompiled" => Precompiled(json["precompiled_charsmap"]),
            var other => throw type.Wrong($"the normalizer '{other}' is not known.", TokenizerFile.Remedy),
        };
        json.RefuseRest(_ => false, TokenizerFile.Remedy);
        return normalizer;
    }

    private static ReplaceNormalizer Replace(JsonKeys json) => new(PatternReader.Read(json["pattern"]), json["content"].Text());

    private static BertNormalizer Bert(JsonKeys json)
    {
        var lowercase = json.Flag("lowercase") ?? true;
        return new(json.Flag("clean_text") ?? true, json.Flag("handle_chinese_chars") ?? true, json.Flag("strip_accents") ?? lowercase, lowercase);
    }

    private static Normalizer Precompiled(JsonPlace json)
    {
        try
        {
            return new PrecompiledNormalizer(Convert.FromBase64String(json.Text()));
        }
        catch (FormatException e)
        {
            throw json.Wrong("this is no table of SentencePiece.", e.Message);
        }
    }
}
