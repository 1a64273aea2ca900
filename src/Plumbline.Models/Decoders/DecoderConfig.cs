namespace Plumbline.Models;

/// <summary>The shape of a Llama-style decoder: what <c>config.json</c> of a <c>LlamaForCausalLM</c> says.</summary>
public sealed record DecoderConfig
{
    /// <summary>How many token ids there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream (<c>hidden_size</c>).</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the feed-forward part (<c>intermediate_size</c>).</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>How many layers (<c>num_hidden_layers</c>).</summary>
    public required int Layers { get; init; }

    /// <summary>How many query heads (<c>num_attention_heads</c>); divides the width into heads of even width.</summary>
    public required int Heads { get; init; }

    /// <summary>How many key and value heads (<c>num_key_value_heads</c>); divides the query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>The longest sequence, in tokens (<c>max_position_embeddings</c>).</summary>
    public int MaximumPositions { get; init; } = 2048;

    /// <summary>Added to the mean square before the root (<c>rms_norm_eps</c>).</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Base of the rotary wavelengths (<c>rope_theta</c>).</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Whether the output matrix is the embedding matrix (<c>tie_word_embeddings</c>).</summary>
    public bool TiedEmbeddings { get; init; } = true;

    /// <summary>Token that begins a text, if the model has one (<c>bos_token_id</c>).</summary>
    public int? BeginId { get; init; }

    /// <summary>Token that ends a generation, if the model has one (<c>eos_token_id</c>).</summary>
    public int? EndId { get; init; }

    /// <summary>Token that fills up short rows, if the model has one (<c>pad_token_id</c>).</summary>
    public int? PadId { get; init; }

    /// <summary>Width of one head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>How many numbers the weights are.</summary>
    public long Parameters
    {
        get
        {
            long width = Width, matrices = 2 * width * width + 2 * width * KeyValueHeads * HeadWidth + 3 * width * FeedForwardWidth;
            return Layers * (matrices + 2 * width) + width + (TiedEmbeddings ? 1 : 2) * width * VocabularySize;
        }
    }

    /// <summary>Checks what no single number says.</summary>
    /// <param name="place">What errors name.</param>
    /// <returns>This configuration.</returns>
    /// <exception cref="InputException">The numbers do not fit together.</exception>
    public DecoderConfig Checked(string place)
    {
        foreach (var (name, number) in ((string, int)[])[("vocab_size", VocabularySize), ("hidden_size", Width), ("intermediate_size", FeedForwardWidth),
            ("num_hidden_layers", Layers), ("num_attention_heads", Heads), ("num_key_value_heads", KeyValueHeads), ("max_position_embeddings", MaximumPositions)])
        {
            if (number < 1)
                throw new InputException(place, $"{name} is {number}.", "It is at least 1.");
        }
        if (Width % Heads != 0 || HeadWidth % 2 != 0)
            throw new InputException(place, $"hidden_size {Width} does not split into {Heads} heads of even width.", "Choose num_attention_heads so that it does.");
        if (Heads % KeyValueHeads != 0)
            throw new InputException(place, $"num_key_value_heads {KeyValueHeads} does not divide num_attention_heads {Heads}.", "Choose a divisor.");
        foreach (var (name, id) in ((string, int?)[])[("bos_token_id", BeginId), ("eos_token_id", EndId), ("pad_token_id", PadId)])
        {
            if (id < 0 || id >= VocabularySize)
                throw new InputException(place, $"{name} {id} is no token.", $"Tokens are 0 to {VocabularySize - 1}.");
        }
        return this;
    }
}
