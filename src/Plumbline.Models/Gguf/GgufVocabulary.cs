using Plumbline.Models.Tokenizers;
using Plumbline.Models.Tokenizers.Files;
using Plumbline.Models.Tokenizers.Patterns;
using Plumbline.Models.Tokenizers.Splitters;
using Plumbline.Models.Tokenizers.Subwords;

namespace Plumbline.Models.Gguf;

/// <summary>A byte-level BPE tokenizer in the metadata of GGUF.</summary>
internal static class GgufVocabulary
{
    private const int Normal = 1, Control = 3, UserDefined = 4, Unused = 5;

    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>What llama.cpp calls the ways to cut text that it knows.</summary>
    private static readonly IReadOnlyDictionary<string, string> Names = new Dictionary<string, string>
    {
        [BytePairTrainer.Expression] = "smollm", // every digit alone, then the pattern of GPT-2
        [Llama3] = "llama-bpe",
        [Llama3.Replace("{1,3}", "", StringComparison.Ordinal)] = "qwen2",
    };

    /// <param name="container">Takes the metadata.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="config">The shape of the model.</param>
    /// <param name="file">Path of the GGUF file, as errors name it.</param>
    /// <exception cref="InputException">The tokenizer has no form in GGUF that is known here.</exception>
    public static void Write(GgufContainer container, Tokenizer tokenizer, DecoderConfig config, string file)
    {
        var pipeline = tokenizer.Pipeline;
        var name = NameOf(pipeline.Splitter);
        if (pipeline.Model is not BytePairModel { SpellsBytes: true, Options: { Unknown: null, Prefix: null, Suffix: null, ByteFallback: false } } model || name is null || !IsNormalised(pipeline))
        {
            throw new InputException(file, "this tokenizer cannot be written as GGUF yet: only byte-level BPE is, cut as in GPT-2, Llama 3, Qwen 2 or SmolLM.",
                "Write it in the layout of Hugging Face instead.");
        }
        var (tokens, kinds) = (new string[config.VocabularySize], new int[config.VocabularySize]);
        for (var id = 0; id < tokens.Length; id++)
            (tokens[id], kinds[id]) = ($"<|unused-{id}|>", Unused);
        foreach (var (token, id) in model.Tokens)
            (tokens[id], kinds[id]) = (token, Normal);
        foreach (var token in pipeline.Added)
            (tokens[token.Id], kinds[token.Id]) = (token.Content, token.Special ? Control : UserDefined);
        var special = tokenizer.Special;
        container.Add("tokenizer.ggml.model", "gpt2");
        container.Add("tokenizer.ggml.pre", name);
        container.Add("tokenizer.ggml.tokens", tokens);
        container.Add("tokenizer.ggml.token_type", kinds);
        container.Add("tokenizer.ggml.merges", model.Merges.Select(merge => $"{pipeline.TokenOf(merge.Left)} {pipeline.TokenOf(merge.Right)}").ToArray());
        if (special.Begin is { } begin)
            container.Add("tokenizer.ggml.bos_token_id", (uint)begin);
        container.Add("tokenizer.ggml.eos_token_id", (uint)special.End);
        container.Add("tokenizer.ggml.padding_token_id", (uint)special.Pad);
        container.Add("tokenizer.ggml.add_bos_token", special.Begin is { } first && tokenizer.EncodeMarked("", frame: true) is [var framed, ..] && framed == first);
        container.Add("tokenizer.ggml.add_eos_token", false);
        if (tokenizer.ChatTemplate is { } template)
            container.Add("tokenizer.chat_template", template);
    }

    /// <summary>Whether text stays as it is before it is cut. llama.cpp leaves out the NFC of Qwen too.</summary>
    private static bool IsNormalised(TokenizerPipeline pipeline) => pipeline.Normalizer is null or Tokenizers.Normalizers.UnicodeNormalizer { IsCanonical: true };

    private static string? NameOf(Splitter? splitter) => splitter switch
    {
        ByteLevelSplitter { PrefixSpace: false, UsesRegex: true } => "gpt-2",
        PatternSplitter { Behavior: SplitBehavior.Isolated, Inverted: false, Pattern: RegularPattern pattern } => Names.GetValueOrDefault(pattern.Expression),
        SequenceSplitter { Steps: [var only] } => NameOf(only),
        SequenceSplitter { Steps: [PatternSplitter { Behavior: SplitBehavior.Isolated, Pattern: CharacterPattern { IsDigits: true } }, ByteLevelSplitter { PrefixSpace: false, UsesRegex: true }] } => "smollm",
        _ => null,
    };
}
