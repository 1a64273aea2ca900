using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Inference;

/// <summary>A matrix where it lies in memory.</summary>
/// <param name="numbers">[outputs, inputs]</param>
/// <param name="bias">[outputs], or null.</param>
/// <param name="outputs">Its rows.</param>
/// <param name="inputs">Its columns.</param>
internal readonly unsafe struct Matrix(float* numbers, float* bias, int outputs, int inputs)
{
    public float* Numbers => numbers;

    public float* Bias => bias;

    public int Outputs => outputs;

    public int Inputs => inputs;
}

/// <summary>The parameters of a normalisation where they lie in memory.</summary>
/// <param name="weight">Null where there is no such normalisation.</param>
/// <param name="bias">Null unless it is a layer norm.</param>
internal readonly unsafe struct NormWeights(float* weight, float* bias)
{
    public bool Present => weight is not null;

    public float* Weight => weight;

    public float* Bias => bias;
}

/// <summary>The parameters of one layer where they lie in memory.</summary>
internal sealed record LayerWeights(NormWeights BeforeAttention, Matrix Queries, Matrix Keys, Matrix Values, NormWeights QueryNorm, NormWeights KeyNorm, Matrix AttentionOutput,
    NormWeights AfterAttention, NormWeights BeforeFeedForward, Matrix Gate, Matrix Up, Matrix Down, NormWeights AfterFeedForward);

/// <summary>The parameters of a decoder where they lie in memory: nothing is copied, so that what training changes is seen at once.</summary>
/// <remarks>Valid until the parameters are moved, replaced or freed.</remarks>
internal sealed unsafe class DecoderWeights
{
    private readonly IReadOnlyDictionary<string, TorchSharp.Modules.Parameter> parameters;
    private readonly List<(IntPtr Start, long Bytes)> pieces = [];

    private DecoderWeights(Decoder decoder)
    {
        parameters = decoder.Weights;
        var config = decoder.Config;
        Embedding = Matrix("model.embed_tokens");
        Head = config.TiedEmbeddings ? Embedding : Matrix("lm_head");
        Positions = config.LearntPositions ? Start(DecoderParameters.Positions) : null;
        Norm = NormOf("model.norm");
        Layers = [.. Enumerable.Range(0, config.Layers).Select(index => Layer(index, config))];
    }

    public Matrix Embedding { get; }

    public Matrix Head { get; }

    /// <summary>[positions, width], or null.</summary>
    public float* Positions { get; }

    public NormWeights Norm { get; }

    public LayerWeights[] Layers { get; }

    /// <summary>Where each parameter lies.</summary>
    public IReadOnlyList<(IntPtr Start, long Bytes)> Pieces => pieces;

    /// <summary>Whether they can be read: all of them are float32 in the memory of the processor.</summary>
    public static bool Fit(Decoder decoder) => decoder.Adapter is null
        && decoder.Weights.Values.All(each => each.device_type == DeviceType.CPU && each.dtype == ScalarType.Float32 && each.is_contiguous());

    /// <returns>Null where they do not <see cref="Fit"/>.</returns>
    public static DecoderWeights? Of(Decoder decoder)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return Fit(decoder) ? new(decoder) : null;
    }

    private LayerWeights Layer(int index, DecoderConfig config)
    {
        string Name(string part) => DecoderParameters.InLayer(index, part);
        return new(
            NormOf(Name("input_layernorm")),
            Matrix(Name("self_attn.q_proj")), Matrix(Name("self_attn.k_proj")), Matrix(Name("self_attn.v_proj")),
            NormOf(Name("self_attn.q_norm")), NormOf(Name("self_attn.k_norm")),
            Matrix(Name("self_attn.o_proj")),
            config.SandwichNorms ? NormOf(Name("post_attention_layernorm")) : default,
            NormOf(Name(config.SandwichNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm")),
            config.Gated ? Matrix(Name("mlp.gate_proj")) : default, Matrix(Name("mlp.up_proj")), Matrix(Name("mlp.down_proj")),
            NormOf(Name("post_feedforward_layernorm")));
    }

    private Matrix Matrix(string name)
    {
        var shape = parameters[$"{name}.weight"].shape;
        return new(Start($"{name}.weight"), Start($"{name}.bias"), (int)shape[0], (int)shape[1]);
    }

    private NormWeights NormOf(string name) => new(Start($"{name}.weight"), Start($"{name}.bias"));

    private float* Start(string name)
    {
        if (!parameters.TryGetValue(name, out var parameter))
            return null;
        // A span holds 2 GB; the first number is enough to know where the rest lies.
        var start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(parameter.flatten().narrow(0, 0, 1).bytes));
        pieces.Add(((IntPtr)start, parameter.numel() * sizeof(float)));
        return start;
    }
}
