using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Gguf;

/// <summary>A byte-level BPE tokenizer in the metadata of GGUF.</summary>
internal static class GgufVocabulary
{
    private const int Normal = 1, Control = 3, Unused = 5;

    public static void Write(GgufContainer container, Tokenizer tokenizer, DecoderConfig config)
    {
        var vocabulary = tokenizer.Vocabulary;
        var (tokens, kinds) = (new string[config.VocabularySize], new int[config.VocabularySize]);
        for (var id = 0; id < tokens.Length; id++)
            (tokens[id], kinds[id]) = ($"<|unused-{id}|>", Unused);
        foreach (var (token, id) in vocabulary.Tokens)
            (tokens[id], kinds[id]) = (token, Normal);
        foreach (var (token, id) in vocabulary.Added)
            (tokens[id], kinds[id]) = (token, Control);
        container.Add("tokenizer.ggml.model", "gpt2");
        container.Add("tokenizer.ggml.pre", "smollm"); // every digit alone, then the pattern of GPT-2
        container.Add("tokenizer.ggml.tokens", tokens);
        container.Add("tokenizer.ggml.token_type", kinds);
        container.Add("tokenizer.ggml.merges", vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}").ToArray());
        container.Add("tokenizer.ggml.eos_token_id", (uint)tokenizer.Special.End);
        container.Add("tokenizer.ggml.padding_token_id", (uint)tokenizer.Special.Pad);
        container.Add("tokenizer.ggml.add_bos_token", false);
        container.Add("tokenizer.ggml.add_eos_token", false);
        if (tokenizer.ChatTemplate is { } template)
            container.Add("tokenizer.chat_template", template);
    }
}
