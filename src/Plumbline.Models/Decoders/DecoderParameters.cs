namespace Plumbline.Models;

/// <summary>The parameters that a decoder of a configuration has: names, in the words of Hugging Face's Llama, and shapes.</summary>
internal static class DecoderParameters
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string Positions = "model.embed_positions.weight";
    public const string Norm = "model.norm.weight";
    public const string Head = "lm_head.weight";
    public const string Score = "score.weight";

    public static IEnumerable<(string Name, long[] Shape)> Of(DecoderConfig config)
    {
        long width = config.Width;
        yield return (Embedding, [config.VocabularySize, width]);
        if (config.LearntPositions)
            yield return (Positions, [config.MaximumPositions, width]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            foreach (var (name, shape) in OfLayer(config))
                yield return (InLayer(layer, name), shape);
        }
        foreach (var norm in NormOf("model.norm", config))
            yield return norm;
        if (config.Scores)
            yield return (Score, [1, width]);
        else if (!config.TiedEmbeddings)
            yield return (Head, [config.VocabularySize, width]);
    }

    public static string InLayer(int layer, string name) => $"model.layers.{layer}.{name}";

    private static IEnumerable<(string Name, long[] Shape)> OfLayer(DecoderConfig config)
    {
        long width = config.Width, queries = (long)config.Heads * config.HeadWidth, keys = (long)config.KeyValueHeads * config.HeadWidth, inner = config.FeedForwardWidth;
        return
        [
            .. NormOf("input_layernorm", config),
            .. Matrix("self_attn.q_proj", queries, width, config.QueryKeyValueBias),
            .. Matrix("self_attn.k_proj", keys, width, config.QueryKeyValueBias),
            .. Matrix("self_attn.v_proj", keys, width, config.QueryKeyValueBias),
            .. config.QueryKeyNorm ? [("self_attn.q_norm.weight", [config.HeadWidth]), ("self_attn.k_norm.weight", [config.HeadWidth])] : (List<(string, long[])>)[],
            .. Matrix("self_attn.o_proj", width, queries, config.AttentionOutputBias),
            .. NormOf("post_attention_layernorm", config),
            .. config.SandwichNorms ? NormOf("pre_feedforward_layernorm", config) : [],
            .. config.Gated ? Matrix("mlp.gate_proj", inner, width, config.FeedForwardBias) : [],
            .. Matrix("mlp.up_proj", inner, width, config.FeedForwardBias),
            .. Matrix("mlp.down_proj", width, inner, config.FeedForwardBias),
            .. config.SandwichNorms ? NormOf("post_feedforward_layernorm", config) : [],
        ];
    }

    private static List<(string Name, long[] Shape)> Matrix(string name, long outputs, long inputs, bool bias) =>
        [($"{name}.weight", [outputs, inputs]), .. bias ? [($"{name}.bias", [outputs])] : (List<(string, long[])>)[]];

    private static List<(string Name, long[] Shape)> NormOf(string name, DecoderConfig config) =>
        [($"{name}.weight", [config.Width]), .. config.Norm == NormKind.Layer ? [($"{name}.bias", [config.Width])] : (List<(string, long[])>)[]];
}
