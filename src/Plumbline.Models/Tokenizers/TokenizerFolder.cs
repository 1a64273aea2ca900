using System.Text.Json;
using Plumbline.Models.Json;

namespace Plumbline.Models.Tokenizers;

/// <summary>What the files beside <c>tokenizer.json</c> say: which token has which part, and how conversations are written.</summary>
/// <remarks>
/// <para><c>tokenizer_config.json</c> comes first, then <c>special_tokens_map.json</c>, <c>generation_config.json</c> and <c>config.json</c>. Where none of them names
/// the token that ends a text, an added token of a well-known name is taken.</para>
/// </remarks>
internal sealed record TokenizerFolder
{
    public const string ConfigName = "tokenizer_config.json", TemplateName = "chat_template.jinja";

    private const string MapName = "special_tokens_map.json", GenerationName = "generation_config.json", ModelName = "config.json", MoreTemplates = "additional_chat_templates";
    private const string DefaultTemplate = "default";
    private const long MaximumBytes = 16 << 20, MaximumTemplate = 1 << 20;

    private static readonly string[] UsualEnds =
        ["<|end|>", "<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>", "</s>", "<|endoftext|>", "<eos>", "[EOS]", "[SEP]"];

    /// <summary>The parts of tokens.</summary>
    public required SpecialTokens Special { get; init; }

    /// <summary>Chat templates in Jinja, by name; the usual one is called <c>default</c>.</summary>
    public required IReadOnlyDictionary<string, string> Templates { get; init; }

    /// <summary>The bytes of the files that were read, by name, to be written again as they were.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>The usual chat template, or null if there is none.</summary>
    public string? Template => Templates.GetValueOrDefault(DefaultTemplate) ?? (Templates.Count == 1 ? Templates.Values.Single() : null);

    /// <param name="folder">The model folder.</param>
    /// <param name="idOf">The id of a token by its name, or null if it is none.</param>
    /// <param name="size">How many ids there are.</param>
    /// <exception cref="InputException">A file is malformed, names a token that is none, or no token ends a text.</exception>
    public static TokenizerFolder Read(string folder, Func<string, int?> idOf, int size)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var (config, map, generation, model) = (Open(ConfigName), Open(MapName), Open(GenerationName), Open(ModelName));
        files.Remove(ModelName); // the decoder writes it
        int[] ends = [.. Ids(generation, "eos_token_id"), .. Ids(model, "eos_token_id")];
        var end = Role("eos_token") ?? (ends is [var first, ..] ? first : (int?)null) ?? UsualEnds.Select(idOf).FirstOrDefault(id => id is not null)
            ?? throw new InputException(Path.Combine(folder, ConfigName), "no token ends a text.", $"Name it under 'eos_token' in {ConfigName}.");
        return new()
        {
            Special = new()
            {
                Begin = Role("bos_token") ?? FirstId("bos_token_id"),
                End = end,
                Ends = [end, .. ends.Except([end])],
                Pad = Role("pad_token") ?? FirstId("pad_token_id") ?? end,
                Unknown = Role("unk_token"),
                Think = idOf("<think>"),
                EndThink = idOf("</think>"),
                System = idOf("<|system|>"),
                User = idOf("<|user|>"),
                Assistant = idOf("<|assistant|>"),
            },
            Templates = ReadTemplates(folder, config, files),
            Files = files,
        };

        JsonPlace? Open(string name)
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file))
                return null;
            files[name] = JsonPlace.Read(file, MaximumBytes);
            return JsonPlace.Parse(file, files[name]);
        }

        int? Role(string key)
        {
            foreach (var json in (JsonPlace?[])[config, map])
            {
                if (json?.Find(key) is not { } found)
                    continue;
                var name = found.Kind == JsonValueKind.Object ? found["content"] : found;
                return idOf(name.Text()) ?? throw name.Wrong($"the tokenizer has no token '{name.Text()}'.", "Use files of one and the same model.");
            }
            return null;
        }

        int? FirstId(string key) => Ids(generation, key).Concat(Ids(model, key)).Select(id => (int?)id).FirstOrDefault();

        IEnumerable<int> Ids(JsonPlace? json, string key) => json?.Find(key) switch
        {
            null => [],
            { Kind: JsonValueKind.Array } several => several.Elements().Select(Id),
            { } one => [Id(one)],
        };

        int Id(JsonPlace json) => json.Whole(0, int.MaxValue) is var id && id < size ? id : throw json.Wrong($"{id} is no token.", $"The tokenizer has {size} tokens; use files of one and the same model.");
    }

    private static Dictionary<string, string> ReadTemplates(string folder, JsonPlace? config, Dictionary<string, byte[]> files)
    {
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        if (config?.Find("chat_template") is { Kind: JsonValueKind.Array } several)
        {
            foreach (var each in several.Elements())
                templates[each["name"].Text()] = each["template"].Text();
        }
        else if (config?.Find("chat_template") is { } one)
        {
            templates[DefaultTemplate] = one.Text();
        }
        if (File.Exists(Path.Combine(folder, TemplateName)))
            templates[DefaultTemplate] = Template(TemplateName);
        var more = Path.Combine(folder, MoreTemplates);
        foreach (var file in Directory.Exists(more) ? Directory.EnumerateFiles(more, "*.jinja").Order(StringComparer.Ordinal).Take(64) : [])
            templates[Path.GetFileNameWithoutExtension(file)] = Template($"{MoreTemplates}/{Path.GetFileName(file)}");
        return templates;

        string Template(string name)
        {
            var file = Path.Combine(folder, name);
            files[name] = JsonPlace.Read(file, MaximumTemplate);
            return System.Text.Unicode.Utf8.IsValid(files[name]) ? System.Text.Encoding.UTF8.GetString(files[name]) : throw new InputException(file, "this is not UTF-8.", "Templates are written in UTF-8.");
        }
    }
}
