namespace Plumbline.Models;

/// <summary>The shape of a decoder, and everything in which one architecture differs from another.</summary>
/// <remarks>What is not set is as in Llama: root-mean-square norms, rotary positions, a gated SiLU feed-forward part, no biases.</remarks>
public sealed record DecoderConfig
{
    /// <summary>Whose <c>config.json</c> and names of tensors it has.</summary>
    public DecoderArchitecture Architecture { get; init; }

    /// <summary>How many token ids there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream (<c>hidden_size</c>).</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the feed-forward part (<c>intermediate_size</c>).</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>How many layers (<c>num_hidden_layers</c>).</summary>
    public required int Layers { get; init; }

    /// <summary>How many query heads (<c>num_attention_heads</c>).</summary>
    public required int Heads { get; init; }

    /// <summary>How many key and value heads (<c>num_key_value_heads</c>); divides the query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of one head (<c>head_dim</c>); 0 stands for the width split among the heads.</summary>
    public int HeadWidth
    {
        get => field == 0 && Heads > 0 ? Width / Heads : field;
        init;
    }

    /// <summary>The longest sequence, in tokens (<c>max_position_embeddings</c>).</summary>
    public int MaximumPositions { get; init; } = 2048;

    /// <summary>How the stream is normalised before each part of a layer.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Added to the mean square (or the variance) before the root (<c>rms_norm_eps</c>).</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether what attention and feed-forward write is normalised too, before it joins the stream (Gemma 2 and 3).</summary>
    public bool SandwichNorms { get; init; }

    /// <summary>Whether each head of queries and keys is normalised before it is turned (Qwen3, Gemma 3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Whether queries, keys and values have biases (Qwen2, GPT-2; <c>attention_bias</c>).</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether what attention writes has a bias (GPT-2; <c>attention_bias</c> of Llama).</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>Whether the matrices of the feed-forward part have biases (GPT-2; <c>mlp_bias</c>).</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether the feed-forward part is gated: down(activation(gate) ∘ up), or plain: down(activation(up)) (GPT-2).</summary>
    public bool Gated { get; init; } = true;

    /// <summary>The activation inside the feed-forward part.</summary>
    public Activation Activation { get; init; }

    /// <summary>What the embedding of a token is multiplied by (Gemma: √width).</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>What scores of attention are multiplied by; null: 1/√head width.</summary>
    public double? AttentionScale { get; init; }

    /// <summary>Scores of attention s become cap · tanh(s / cap); null: they stay (Gemma 2).</summary>
    public double? AttentionSoftCap { get; init; }

    /// <summary>Logits l become cap · tanh(l / cap); null: they stay (Gemma 2).</summary>
    public double? LogitSoftCap { get; init; }

    /// <summary>How many tokens, itself included, a token sees in the layers that slide; null if none does.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>By layer, whether its attention slides; empty: all do if there is a window.</summary>
    public EquatableArray<bool> SlidingLayers { get; init; } = [];

    /// <summary>How tokens know where they stand: by turning queries and keys, or by a learnt embedding (GPT-2).</summary>
    public bool LearntPositions { get; init; }

    /// <summary>Base of the rotary wavelengths (<c>rope_theta</c>).</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Base of the rotary wavelengths in layers that slide; null: the same (Gemma 3; <c>rope_local_base_freq</c>). They are never stretched.</summary>
    public double? LocalRopeTheta { get; init; }

    /// <summary>How wavelengths are stretched for longer texts; null: they are not.</summary>
    public RotaryScaling? RopeScaling { get; init; }

    /// <summary>Which share of each head is turned (<c>partial_rotary_factor</c>).</summary>
    public double RotaryShare { get; init; } = 1;

    /// <summary>Whether the output matrix is the embedding matrix (<c>tie_word_embeddings</c>).</summary>
    public bool TiedEmbeddings { get; init; } = true;

    /// <summary>Whether it ends in one number for a text (a reward model; <c>…ForSequenceClassification</c>) instead of in logits.</summary>
    public bool Scores { get; init; }

    /// <summary>Token that begins a text, if the model has one (<c>bos_token_id</c>).</summary>
    public int? BeginId { get; init; }

    /// <summary>Tokens that end a generation (<c>eos_token_id</c>).</summary>
    public EquatableArray<int> EndIds { get; init; } = [];

    /// <summary>Token that fills up short rows, if the model has one (<c>pad_token_id</c>).</summary>
    public int? PadId { get; init; }

    /// <summary>How many numbers of a head are turned.</summary>
    public int RotaryWidth => (int)(HeadWidth * RotaryShare);

    /// <summary>How many numbers the weights are.</summary>
    public long Parameters => DecoderParameters.Of(this).Sum(each => each.Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>Whether a layer sees only the tokens in the sliding window.</summary>
    public bool Slides(int layer) => SlidingWindow is not null && (SlidingLayers.Count == 0 || SlidingLayers[layer]);

    /// <summary>Checks what no single number says.</summary>
    /// <param name="place">What errors name.</param>
    /// <returns>This configuration.</returns>
    /// <exception cref="InputException">The numbers do not fit together.</exception>
    public DecoderConfig Checked(string place)
    {
        foreach (var (name, number) in ((string, int)[])[("vocab_size", VocabularySize), ("hidden_size", Width), ("intermediate_size", FeedForwardWidth),
            ("num_hidden_layers", Layers), ("num_attention_heads", Heads), ("num_key_value_heads", KeyValueHeads), ("max_position_embeddings", MaximumPositions), ("head_dim", HeadWidth)])
        {
            if (number < 1)
                throw new InputException(place, $"{name} is {number}.", "It is at least 1.");
        }
        if (HeadWidth * Heads != Width && HeadWidth == Width / Heads || !LearntPositions && HeadWidth % 2 != 0)
            throw new InputException(place, $"hidden_size {Width} does not split into {Heads} heads of even width.", "Choose num_attention_heads so that it does.");
        if (Heads % KeyValueHeads != 0)
            throw new InputException(place, $"num_key_value_heads {KeyValueHeads} does not divide num_attention_heads {Heads}.", "Choose a divisor.");
        if (!LearntPositions && (RotaryWidth < 2 || RotaryWidth > HeadWidth || RotaryWidth % 2 != 0))
            throw new InputException(place, $"partial_rotary_factor turns {RotaryWidth} of {HeadWidth} numbers of a head.", "It turns an even number of them, at least 2.");
        if (SlidingLayers.Count != 0 && SlidingLayers.Count != Layers)
            throw new InputException(place, $"layer_types names {SlidingLayers.Count} layers, but num_hidden_layers is {Layers}.", "Name each layer once.");
        RopeScaling?.Check(this, place);
        foreach (var (name, id) in EndIds.Select(id => ("eos_token_id", (int?)id)).Append(("bos_token_id", BeginId)).Append(("pad_token_id", PadId)))
        {
            if (id < 0 || id >= VocabularySize)
                throw new InputException(place, $"{name} {id} is no token.", $"Tokens are 0 to {VocabularySize - 1}.");
        }
        return this;
    }
}

/// <summary>Families of decoders whose checkpoints are read and written.</summary>
public enum DecoderArchitecture
{
    /// <summary>Llama 2 and 3, TinyLlama, SmolLM2.</summary>
    Llama,

    /// <summary>Mistral: Llama with a sliding window.</summary>
    Mistral,

    /// <summary>Qwen2 and 2.5: biases on queries, keys and values.</summary>
    Qwen2,

    /// <summary>Qwen3: norms on queries and keys.</summary>
    Qwen3,

    /// <summary>Gemma 2: sandwich norms, soft caps, every other layer slides.</summary>
    Gemma2,

    /// <summary>Gemma 3, text: sandwich norms, norms on queries and keys, most layers slide with a rotary base of their own.</summary>
    Gemma3,

    /// <summary>Phi-3: matrices that read the same input are stored as one.</summary>
    Phi3,

    /// <summary>GPT-2: learnt positions, layer norms with biases, matrices stored on their side.</summary>
    Gpt2,
}

/// <summary>Ways to normalise the stream.</summary>
public enum NormKind
{
    /// <summary>x / √(mean x² + ε) · w (Zhang and Sennrich 2019).</summary>
    RootMeanSquare,

    /// <summary>x / √(mean x² + ε) · (1 + w): Gemma.</summary>
    RootMeanSquarePlusOne,

    /// <summary>(x − mean x) / √(var x + ε) · w + b (Ba et al. 2016): GPT-2.</summary>
    Layer,
}

/// <summary>Activations of the feed-forward part.</summary>
public enum Activation
{
    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>x · Φ(x).</summary>
    Gelu,

    /// <summary>The approximation of x · Φ(x) by tanh.</summary>
    GeluTanh,
}
