using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Checkpoints;

/// <summary>A tensor of a checkpoint, and the parameters of the decoder that stand in it, one above the other.</summary>
/// <param name="Name">Its name in the checkpoint.</param>
/// <param name="Parameters">Names of the parameters, from above.</param>
/// <param name="OnItsSide">Whether the matrix is stored transposed, as GPT-2 does.</param>
internal sealed record StoredTensor(string Name, IReadOnlyList<string> Parameters, bool OnItsSide)
{
    /// <summary>How the checkpoints of an architecture hold the parameters of a decoder; one description for reading and for writing.</summary>
    public static IReadOnlyList<StoredTensor> Of(DecoderConfig config)
    {
        Func<string, (string Name, bool OnItsSide)> naming = config.Architecture switch
        {
            DecoderArchitecture.Phi3 => name => (Packed(name), false),
            DecoderArchitecture.Gpt2 => Gpt2,
            _ => name => (name, false),
        };
        return [.. DecoderParameters.Of(config).Select(each => (Parameter: each.Name, Stored: naming(each.Name))).GroupBy(each => each.Stored)
            .Select(group => new StoredTensor(group.Key.Name, [.. group.Select(each => each.Parameter)], group.Key.OnItsSide))];
    }

    /// <summary>Whether a checkpoint may hold a tensor that nothing is read from, because it follows from the configuration.</summary>
    public static bool IsRedundant(string name, DecoderConfig config) =>
        name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
        || (config.TiedEmbeddings || config.Scores) && name == DecoderParameters.Head
        || config.Architecture == DecoderArchitecture.Gpt2 && (name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal));

    /// <summary>The parameters as one tensor, as the checkpoint has it.</summary>
    public Tensor Join(Func<string, Tensor> parameter)
    {
        var parts = Parameters.Select(parameter).ToArray();
        var whole = parts.Length == 1 ? parts[0] : cat(parts);
        return OnItsSide ? whole.t().contiguous() : whole;
    }

    private static string Packed(string name) => name
        .Replace("self_attn.q_proj", "self_attn.qkv_proj", StringComparison.Ordinal).Replace("self_attn.k_proj", "self_attn.qkv_proj", StringComparison.Ordinal)
        .Replace("self_attn.v_proj", "self_attn.qkv_proj", StringComparison.Ordinal)
        .Replace("mlp.gate_proj", "mlp.gate_up_proj", StringComparison.Ordinal).Replace("mlp.up_proj", "mlp.gate_up_proj", StringComparison.Ordinal);

    private static (string Name, bool OnItsSide) Gpt2(string name)
    {
        (string Ours, string Theirs)[] names =
        [
            ("model.embed_tokens", "wte"), ("model.embed_positions", "wpe"), ("model.norm", "ln_f"), ("model.layers.", "h."), ("input_layernorm", "ln_1"), ("post_attention_layernorm", "ln_2"),
            ("self_attn.q_proj", "attn.c_attn"), ("self_attn.k_proj", "attn.c_attn"), ("self_attn.v_proj", "attn.c_attn"), ("self_attn.o_proj", "attn.c_proj"),
            ("mlp.up_proj", "mlp.c_fc"), ("mlp.down_proj", "mlp.c_proj"),
        ];
        var theirs = names.Aggregate(name, (at, pair) => at.Replace(pair.Ours, pair.Theirs, StringComparison.Ordinal));
        return (name is DecoderParameters.Head or DecoderParameters.Score ? name : $"transformer.{theirs}", theirs.Contains(".c_", StringComparison.Ordinal) && theirs.EndsWith(".weight", StringComparison.Ordinal));
    }
}
