using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary>GPT-2.</summary>
internal sealed record Gpt2Family() : DecoderFamily(DecoderArchitecture.Gpt2, "gpt2", "GPT2LMHeadModel")
{
    public override DecoderConfig Read(JsonKeys json)
    {
        var (width, heads) = (json["n_embd"].Whole(1, Most / 4), json["n_head"].Whole(1, Most));
        return new()
        {
            VocabularySize = json["vocab_size"].Whole(1, Most),
            Width = width,
            FeedForwardWidth = json.Whole("n_inner", 1, Most) ?? 4 * width,
            Layers = json["n_layer"].Whole(1, 4096),
            Heads = heads,
            KeyValueHeads = heads,
            MaximumPositions = json["n_positions"].Whole(1, Most),
            LearntPositions = true,
            Norm = NormKind.Layer,
            NormEpsilon = json["layer_norm_epsilon"].Positive(),
            QueryKeyValueBias = true,
            AttentionOutputBias = true,
            FeedForwardBias = true,
            Gated = false,
            Activation = ReadActivation(json["activation_function"]),
            TiedEmbeddings = json.Flag("tie_word_embeddings") ?? true,
            BeginId = json.Whole("bos_token_id", 0, Most),
            EndIds = EndIds(json),
            PadId = json.Whole("pad_token_id", 0, Most),
        };
    }

    public override void Write(DecoderConfig config, JsonObject json)
    {
        json["vocab_size"] = config.VocabularySize;
        json["n_embd"] = config.Width;
        json["n_inner"] = config.FeedForwardWidth;
        json["n_layer"] = config.Layers;
        json["n_head"] = config.Heads;
        json["n_positions"] = config.MaximumPositions;
        json["n_ctx"] = config.MaximumPositions;
        json["layer_norm_epsilon"] = config.NormEpsilon;
        json["activation_function"] = Word(config.Activation);
    }
}
