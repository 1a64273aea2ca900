using Plumbline.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>A decoder with its tokenizer and its way to write conversations: what a model folder holds.</summary>
public sealed class LanguageModel : IDisposable
{
    /// <summary>Name of the file with the weights in a model folder.</summary>
    public const string WeightsName = DecoderCheckpoint.WeightsName;

    private readonly Lazy<GenerationEngine> engine;
    private Adapter? adapter; // the one that it was opened with

    /// <param name="decoder">Its weights; owned by the model from now on.</param>
    /// <param name="tokenizer">Its tokens.</param>
    /// <exception cref="InputException">The tokenizer has tokens that the decoder does not know.</exception>
    public LanguageModel(Decoder decoder, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        RefuseOtherVocabulary(decoder.Config, tokenizer, "language model");
        Decoder = decoder;
        Tokenizer = tokenizer;
        Template = new ChatTemplate(tokenizer);
        engine = new(() => new(this));
    }

    /// <summary>Its weights.</summary>
    public Decoder Decoder { get; }

    /// <summary>Its tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How it writes conversations.</summary>
    public ChatTemplate Template { get; }

    /// <summary>The most memory, in bytes, that keys and values of beginnings take which later prompts may share, for example a specification; 0 to share none.</summary>
    public long PrefixCacheBytes { get; set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 0."); } = 256 << 20;

    /// <summary>Writes for all who ask this model.</summary>
    internal GenerationEngine Engine => engine.Value;

    /// <summary>Makes a model with random weights.</summary>
    /// <param name="config">Shape of the decoder; the ids of special tokens and, if it is smaller, the size of the vocabulary are set from the tokenizer.</param>
    /// <param name="tokenizer">Its tokens.</param>
    /// <param name="seed">Chooses the weights.</param>
    public static LanguageModel Create(DecoderConfig config, Tokenizer tokenizer, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var decoder = new Decoder(config with
        {
            VocabularySize = Math.Max(config.VocabularySize, tokenizer.VocabularySize),
            BeginId = null,
            EndIds = [tokenizer.Special.End],
            PadId = tokenizer.Special.Pad,
        });
        decoder.Initialise(seed);
        return new(decoder, tokenizer);
    }

    /// <summary>Reads a model folder, and makes the model compute with an adapter: a low-rank one is merged, others are attached.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="adapter">The adapter folder, in the layout of PEFT; null: none.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the adapter belongs to another model.</exception>
    public static LanguageModel Load(string folder, string? adapter)
    {
        var model = Load(folder);
        if (adapter is null)
            return model;
        try
        {
            model.adapter = Adapter.Load(adapter);
            model.adapter.ApplyTo(model.Decoder);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model folder in the layout of Hugging Face: config.json, model.safetensors, tokenizer.json.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing, malformed, of an architecture that is not supported, or does not fit the others.</exception>
    public static LanguageModel Load(string folder) => Load(folder, scores: false);

    /// <summary>Reads a model folder whose decoder ends in logits, or in one number for a text.</summary>
    internal static LanguageModel Load(string folder, bool scores)
    {
        if (!Directory.Exists(folder))
            throw new InputException(folder, "the model folder does not exist.", "Name a folder with config.json, model.safetensors and tokenizer.json.");
        var tokenizer = Tokenizer.Load(folder);
        var configFile = Path.Combine(folder, DecoderConfigFile.Name);
        RefuseOtherVocabulary(DecoderConfigFile.Load(configFile, scores), tokenizer, configFile);
        return new(Checkpoints.DecoderCheckpoint.Load(folder, scores), tokenizer);
    }

    /// <summary>Writes the model folder, so that this program and others can read it.</summary>
    /// <param name="folder">The folder; made if it is not there. Each file is replaced in one step.</param>
    /// <param name="type">Type of the weights in the file: float32, or float16 or bfloat16 for half the size.</param>
    public void Save(string folder, ScalarType type = ScalarType.Float32)
    {
        Decoder.Save(folder, type);
        Tokenizer.Save(folder);
    }

    /// <summary>Copies the weights, without an adapter, so that training one model leaves the other as it is.</summary>
    /// <param name="trainable">Whether the copy takes gradients; a frozen reference does not.</param>
    public LanguageModel Clone(bool trainable = false)
    {
        using var off = no_grad();
        var copy = new Decoder(Decoder.Config);
        var own = Decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter);
        foreach (var (name, parameter) in copy.named_parameters())
        {
            parameter.copy_(own[name]);
            parameter.requires_grad_(trainable);
        }
        copy.to(Decoder.Device);
        return With(copy);
    }

    /// <summary>The same tokens and conversations with another decoder.</summary>
    internal LanguageModel With(Decoder decoder) => new(decoder, Tokenizer);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (engine.IsValueCreated)
            engine.Value.Dispose();
        Decoder.Dispose();
        adapter?.Dispose();
    }

    private static void RefuseOtherVocabulary(DecoderConfig config, Tokenizer tokenizer, string place)
    {
        if (tokenizer.VocabularySize > config.VocabularySize)
            throw new InputException(place, $"the decoder knows {config.VocabularySize} tokens, the tokenizer {tokenizer.VocabularySize}.", "Use files of one and the same model.");
    }
}
