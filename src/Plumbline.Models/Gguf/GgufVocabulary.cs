using Plumbline.Models.Tokenizers;
using Plumbline.Models.Tokenizers.Files;
using Plumbline.Models.Tokenizers.Patterns;
using Plumbline.Models.Tokenizers.Splitters;
using Plumbline.Models.Tokenizers.Subwords;

namespace Plumbline.Models.Gguf;

/// <summary>A BPE tokenizer in the metadata of GGUF.</summary>
internal static class GgufVocabulary
{
    private const int Normal = 1, Control = 3, UserDefined = 4, Unused = 5;

    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string OtherUnigram = "llama.cpp changes text before a Unigram vocabulary reads it in a way of its own: of the table of characters it takes the longest "
        + "entry instead of one for each cluster, it drops all spaces at the end, and it puts a space even before a text that begins with '\u2581'";

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
        if (pipeline.Model is UnigramModel unigram)
            throw Refusal(unigram.FallsBack ? "llama.cpp spells no characters in bytes that a Unigram vocabulary lacks, it writes the unknown token" : OtherUnigram);
        if (pipeline.Model is not BytePairModel { Options: { Prefix: null, Suffix: null } } model)
            throw Refusal("it is no byte-pair encoding, or one that marks the ends of words");
        var (tokens, kinds) = (new string[config.VocabularySize], new int[config.VocabularySize]);
        for (var id = 0; id < tokens.Length; id++)
            (tokens[id], kinds[id]) = ($"<|unused-{id}|>", Unused);
        foreach (var (token, id) in model.Tokens)
            (tokens[id], kinds[id]) = (token, Normal);
        foreach (var token in pipeline.Added)
            (tokens[token.Id], kinds[token.Id]) = (token.Content, token.Special ? Control : UserDefined);
        var (begins, ends) = (false, false);
        if (model.Options.ByteFallback)
        {
            var pieces = new GgufSentencePieces(pipeline, model, tokens, tokenizer.ChatTemplate is not null);
            if (pieces.Problem is { } problem)
                throw Refusal(problem);
            pieces.Write(container, kinds);
            (begins, ends) = Frame(tokenizer) ?? throw Refusal("other tokens stand around a text than the one that begins it and the one that ends it");
        }
        else
        {
            if (!model.SpellsBytes || model.Options.Unknown is not null || NameOf(pipeline.Splitter) is not { } name || !IsNormalised(pipeline))
                throw Refusal("it neither falls back to bytes as SentencePiece does, nor is it byte-level BPE cut as in GPT-2, Llama 3, Qwen 2 or SmolLM");
            container.Add("tokenizer.ggml.model", "gpt2");
            container.Add("tokenizer.ggml.pre", name);
            container.Add("tokenizer.ggml.merges", model.Merges.Select(merge => $"{pipeline.TokenOf(merge.Left)} {pipeline.TokenOf(merge.Right)}").ToArray());
            begins = tokenizer.Special.Begin is { } first && tokenizer.EncodeMarked("", frame: true) is [var framed, ..] && framed == first;
        }
        var special = tokenizer.Special;
        container.Add("tokenizer.ggml.tokens", tokens);
        container.Add("tokenizer.ggml.token_type", kinds);
        if (special.Begin is { } begin)
            container.Add("tokenizer.ggml.bos_token_id", (uint)begin);
        container.Add("tokenizer.ggml.eos_token_id", (uint)special.End);
        container.Add("tokenizer.ggml.padding_token_id", (uint)special.Pad);
        container.Add("tokenizer.ggml.add_bos_token", begins);
        container.Add("tokenizer.ggml.add_eos_token", ends);
        if (tokenizer.ChatTemplate is { } template)
            container.Add("tokenizer.chat_template", template);

        InputException Refusal(string problem) => new(file, $"this tokenizer cannot be written as GGUF: {problem}.", "Write it in the layout of Hugging Face instead.");
    }

    /// <summary>Whether a token that begins a text and one that ends it are put around it; null if others are.</summary>
    private static (bool Begins, bool Ends)? Frame(Tokenizer tokenizer)
    {
        var special = tokenizer.Special;
        return tokenizer.EncodeMarked("", frame: true) switch
        {
            [] => (false, false),
            [var only] when only == special.Begin => (true, false),
            [var only] when only == special.End => (false, true),
            [var first, var last] when first == special.Begin && last == special.End => (true, true),
            _ => null,
        };
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
