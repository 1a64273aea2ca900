using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Writes what was learnt as <c>tokenizer.json</c>: a Split with a pattern, then ByteLevel without one of its own, as in the files of Llama 3.</summary>
internal static class VocabularyFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Vocabulary vocabulary)
    {
        var byteLevel = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false };
        var split = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = vocabulary.Expression }, ["behavior"] = "Isolated", ["invert"] = false };
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. vocabulary.Added.OrderBy(token => token.Value).Select(token => new JsonObject
            {
                ["id"] = token.Value,
                ["content"] = token.Key,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(split, byteLevel) },
            ["post_processor"] = null,
            ["decoder"] = byteLevel.DeepClone(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(vocabulary.Tokens.Concat(vocabulary.Added).OrderBy(token => token.Value)
                    .Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value))),
                ["merges"] = new JsonArray([.. vocabulary.Merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
            },
        };
        return Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");
    }
}
