using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models.Gguf;

/// <summary>What llama.cpp calls the numbers and the tensors of an architecture, and what it wants done to them.</summary>
internal sealed class GgufDialect
{
    private readonly DecoderConfig config;
    private readonly string file, name;

    /// <exception cref="InputException">llama.cpp cannot compute what the configuration asks for.</exception>
    public GgufDialect(DecoderConfig config, string file)
    {
        this.config = config;
        this.file = file;
        name = config.Architecture switch
        {
            DecoderArchitecture.Llama or DecoderArchitecture.Mistral => "llama",
            var other => other.ToString().ToLowerInvariant(),
        };
        RefuseWhatItIgnores();
    }

    private bool IsGemma => config.Architecture is DecoderArchitecture.Gemma2 or DecoderArchitecture.Gemma3;

    /// <summary>Writes the numbers of the configuration.</summary>
    public void Describe(GgufContainer container, GgufType type)
    {
        container.Add("general.architecture", name);
        container.Add("general.type", "model");
        container.Add("general.file_type", type switch { GgufType.F32 => 0u, GgufType.F16 => 1u, _ => 7u });
        container.Add("general.quantization_version", 2u);
        foreach (var (key, value) in Numbers())
            container.Add($"{name}.{key}", value);
    }

    /// <summary>Writes the tensors.</summary>
    public void Add(GgufContainer container, GgufType type, IReadOnlyDictionary<string, Parameter> parameters)
    {
        Put("token_embd.weight", DecoderParameters.Embedding);
        if (config.LearntPositions)
            Put("position_embd.weight", DecoderParameters.Positions);
        if (config.RopeScaling is Llama3Scaling llama3)
            container.Add("rope_freqs.weight", GgufType.F32, [config.RotaryWidth / 2], () => Stretched(llama3));
        if (config.RopeScaling is LongScaling longer)
        {
            foreach (var (length, factors) in ((string, EquatableArray<double>)[])[("long", longer.LongFactors), ("short", longer.ShortFactors)])
                container.Add($"rope_factors_{length}.weight", GgufType.F32, [factors.Count], () => tensor([.. factors]));
        }
        for (var layer = 0; layer < config.Layers; layer++)
        {
            foreach (var (theirs, ours) in LayerTensors())
            {
                var sources = ours.Select(each => DecoderParameters.InLayer(layer, each)).ToArray();
                if (parameters.ContainsKey(sources[0]))
                    Put($"blk.{layer}.{theirs}", sources);
            }
        }
        foreach (var what in (string[])["weight", "bias"])
        {
            if (parameters.ContainsKey($"model.norm.{what}"))
                Put($"output_norm.{what}", $"model.norm.{what}");
        }
        if (!config.TiedEmbeddings)
            Put("output.weight", DecoderParameters.Head);

        void Put(string theirs, params string[] ours)
        {
            var parts = ours.Select(each => parameters[each]).ToArray();
            // Every number of a learnt position is read on its own, which llama.cpp does from float32 only.
            container.Add(theirs, theirs == "position_embd.weight" ? GgufType.F32 : type, [parts.Sum(part => part.shape[0]), .. parts[0].shape[1..]],
                () => ours.Length == 1 ? Adapt(ours[0], parts[0]) : cat([.. ours.Zip(parts, Adapt)]));
        }
    }

    private IEnumerable<(string Key, object? Value)> Numbers()
    {
        yield return ("vocab_size", (uint)config.VocabularySize);
        yield return ("context_length", (uint)Math.Min(config.MaximumPositions, config.SlidingWindow is { } window && !IsGemma ? window : int.MaxValue));
        yield return ("embedding_length", (uint)config.Width);
        yield return ("block_count", (uint)config.Layers);
        yield return ("feed_forward_length", (uint)config.FeedForwardWidth);
        yield return ("attention.head_count", (uint)config.Heads);
        yield return ("attention.head_count_kv", (uint)config.KeyValueHeads);
        yield return (config.Norm == NormKind.Layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", (float)config.NormEpsilon);
        yield return ("attention.key_length", (uint)config.HeadWidth);
        yield return ("attention.value_length", (uint)config.HeadWidth);
        yield return ("attn_logit_softcapping", (float?)config.AttentionSoftCap);
        yield return ("final_logit_softcapping", (float?)config.LogitSoftCap);
        if (IsGemma)
            yield return ("attention.sliding_window", (uint?)config.SlidingWindow);
        if (config.LearntPositions)
            yield break;
        yield return ("rope.dimension_count", (uint)config.RotaryWidth);
        yield return ("rope.freq_base", (float)config.RopeTheta);
        yield return ("rope.freq_base_swa", (float?)config.LocalRopeTheta);
        if (config.RopeScaling is LinearScaling linear)
        {
            yield return ("rope.scaling.type", "linear");
            yield return ("rope.scaling.factor", (float)linear.Factor);
        }
        else if (config.RopeScaling is YarnScaling yarn)
        {
            yield return ("rope.scaling.type", "yarn");
            yield return ("rope.scaling.factor", (float)yarn.Factor);
            yield return ("rope.scaling.original_context_length", (uint)yarn.OriginalPositions);
        }
        else if (config.RopeScaling is LongScaling longer)
        {
            yield return ("rope.scaling.original_context_length", (uint)longer.OriginalPositions);
            yield return ("rope.scaling.attn_factor", (float)longer.AttentionFactor);
        }
        else if (config.Architecture == DecoderArchitecture.Phi3)
        {
            yield return ("rope.scaling.original_context_length", (uint)config.MaximumPositions);
        }
    }

    private IEnumerable<(string Theirs, string[] Ours)> LayerTensors()
    {
        foreach (var what in (string[])["weight", "bias"])
        {
            yield return ($"attn_norm.{what}", [$"input_layernorm.{what}"]);
            string[] heads = [$"self_attn.q_proj.{what}", $"self_attn.k_proj.{what}", $"self_attn.v_proj.{what}"];
            if (config.Architecture is DecoderArchitecture.Phi3 or DecoderArchitecture.Gpt2)
            {
                yield return ($"attn_qkv.{what}", heads);
            }
            else
            {
                foreach (var (head, ours) in "qkv".Zip(heads))
                    yield return ($"attn_{head}.{what}", [ours]);
            }
            yield return ($"attn_q_norm.{what}", [$"self_attn.q_norm.{what}"]);
            yield return ($"attn_k_norm.{what}", [$"self_attn.k_norm.{what}"]);
            yield return ($"attn_output.{what}", [$"self_attn.o_proj.{what}"]);
            if (config.SandwichNorms)
                yield return ($"post_attention_norm.{what}", [$"post_attention_layernorm.{what}"]);
            yield return ($"ffn_norm.{what}", [$"{(config.SandwichNorms ? "pre_feedforward" : "post_attention")}_layernorm.{what}"]);
            yield return ($"post_ffw_norm.{what}", [$"post_feedforward_layernorm.{what}"]);
            if (config.Architecture != DecoderArchitecture.Phi3)
                yield return ($"ffn_gate.{what}", [$"mlp.gate_proj.{what}"]);
            yield return ($"ffn_up.{what}", config.Architecture == DecoderArchitecture.Phi3 ? [$"mlp.gate_proj.{what}", $"mlp.up_proj.{what}"] : [$"mlp.up_proj.{what}"]);
            yield return ($"ffn_down.{what}", [$"mlp.down_proj.{what}"]);
        }
    }

    /// <summary>Turns a parameter into what llama.cpp expects: pairs of a head side by side in Llama, norms that multiply by w instead of 1 + w, the scale of attention in what makes queries.</summary>
    private Tensor Adapt(string ours, Tensor value)
    {
        var isHead = ours.Contains("q_proj", StringComparison.Ordinal) || ours.Contains("k_proj", StringComparison.Ordinal);
        if (name == "llama" && isHead)
            value = RotaryEmbedding.Interleave(value, ours.Contains("q_proj", StringComparison.Ordinal) ? config.Heads : config.KeyValueHeads, config);
        if (config.Norm == NormKind.RootMeanSquarePlusOne && ours.Contains("norm.", StringComparison.Ordinal))
            value = value.Plus(1);
        var usual = Math.Pow(config.HeadWidth, -0.5);
        if (config.AttentionScale is { } scale && scale != usual && ours.Contains(config.QueryKeyNorm ? "q_norm" : "q_proj", StringComparison.Ordinal))
            value = value.Times(scale / usual);
        return value;
    }

    /// <summary>By how much each frequency is divided.</summary>
    private Tensor Stretched(RotaryScaling scaling)
    {
        var plain = ones([config.RotaryWidth / 2], ScalarType.Float64) * pow(config.RopeTheta, TensorArithmetic.CountUpTo(config.RotaryWidth / 2).to(ScalarType.Float64).Times(-2.0 / config.RotaryWidth));
        return plain / scaling.Stretch(plain, zeros([1], ScalarType.Int64), config);
    }

    private void RefuseWhatItIgnores()
    {
        var problem = config.RopeScaling switch
        {
            DynamicScaling or LongScaling when config is not { RopeScaling: LongScaling, Architecture: DecoderArchitecture.Phi3 } => $"rotary positions stretched by {config.RopeScaling.GetType().Name.Replace("Scaling", "", StringComparison.Ordinal).ToLowerInvariant()} have no form in {name} of GGUF",
            YarnScaling yarn when yarn != new YarnScaling(yarn.Factor, yarn.OriginalPositions, YarnScaling.Sharpening(yarn.Factor)) => "YaRN with numbers of its own has no form in GGUF",
            _ => null,
        };
        problem ??= config.Activation != (IsGemma || config.Architecture == DecoderArchitecture.Gpt2 ? Activation.GeluTanh : Activation.Silu) ? $"llama.cpp has another activation in {name} than {config.Activation}" : null;
        var period = config.Architecture == DecoderArchitecture.Gemma2 ? 2 : 6;
        problem ??= IsGemma && Enumerable.Range(0, config.Layers).Any(layer => config.Slides(layer) != ((layer + 1) % period != 0)) ? $"llama.cpp lets other layers of {name} slide" : null;
        problem ??= config.AttentionSoftCap is not null && config.Architecture != DecoderArchitecture.Gemma2 ? $"llama.cpp caps no scores of attention in {name}" : null;
        problem ??= config.Architecture is DecoderArchitecture.Phi3 or DecoderArchitecture.Gpt2 && config.HeadWidth * config.Heads != config.Width ? $"llama.cpp has no heads of a width of their own in {name}" : null;
        if (problem is not null)
            throw new InputException(file, $"{problem}.", "Write it in the layout of Hugging Face instead.");
    }
}
