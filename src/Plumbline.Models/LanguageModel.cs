using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>A decoder with its tokenizer and its way to write conversations: what a model folder holds.</summary>
public sealed class LanguageModel : IDisposable
{
    /// <summary>Name of the file with the weights in a model folder.</summary>
    public const string WeightsName = "model.safetensors";

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
    }

    /// <summary>Its weights.</summary>
    public Decoder Decoder { get; }

    /// <summary>Its tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How it writes conversations.</summary>
    public ChatTemplate Template { get; }

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
            EndId = tokenizer.Special.End,
            PadId = tokenizer.Special.Pad,
        });
        decoder.Initialise(seed);
        return new(decoder, tokenizer);
    }

    /// <summary>Reads a model folder in the layout of Hugging Face: config.json, model.safetensors, tokenizer.json.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing, malformed, of an architecture that is not supported, or does not fit the others.</exception>
    public static LanguageModel Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException(folder, "the model folder does not exist.", "Name a folder with config.json, model.safetensors and tokenizer.json.");
        var configFile = Path.Combine(folder, DecoderConfigFile.Name);
        var config = DecoderConfigFile.Load(configFile);
        var tokenizer = Tokenizer.Load(folder);
        RefuseOtherVocabulary(config, tokenizer, configFile);
        var file = Path.Combine(folder, WeightsName);
        var weights = SafeTensors.Load(file);
        try
        {
            var found = weights.Values.Sum(tensor => tensor.numel());
            if (config.Parameters > found) // before memory is asked for on the word of the configuration
                throw new InputException(file, $"the weights are {found} numbers, but {configFile} asks for {config.Parameters}.", "Use files of one and the same model.");
            var decoder = new Decoder(config);
            try
            {
                Fill(decoder, weights, file);
                return new(decoder, tokenizer);
            }
            catch
            {
                decoder.Dispose();
                throw;
            }
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }
    }

    /// <summary>Writes the model folder, so that this program and others can read it.</summary>
    /// <param name="folder">The folder; made if it is not there. Each file is replaced in one step.</param>
    /// <param name="type">Type of the weights in the file: float32, or float16 or bfloat16 for half the size.</param>
    public void Save(string folder, ScalarType type = ScalarType.Float32)
    {
        if (type is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Weights are written as float32, float16 or bfloat16.");
        DecoderConfigFile.Save(Decoder.Config, Path.Combine(folder, DecoderConfigFile.Name), type);
        Tokenizer.Save(folder);
        using var scope = NewDisposeScope();
        SafeTensors.Save(Path.Combine(folder, WeightsName),
            Decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).Select(each => (each.name, each.parameter.detach().to(type))),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Copies the weights, so that training one model leaves the other as it is.</summary>
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
        return new(copy, Tokenizer);
    }

    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();

    private static void Fill(Decoder decoder, IReadOnlyDictionary<string, Tensor> weights, string file)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parameters = decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter);
        foreach (var (name, parameter) in parameters)
        {
            if (!weights.TryGetValue(name, out var weight))
                throw new InputException(file, $"the tensor '{name}' is missing.", "Use files of one and the same model.");
            if (!weight.shape.SequenceEqual(parameter.shape))
            {
                throw new InputException($"{file}: {name}", $"the shape is [{string.Join(", ", weight.shape)}], expected [{string.Join(", ", parameter.shape)}].",
                    "Use files of one and the same model.");
            }
            if (!weight.is_floating_point() || !weight.isfinite().all().item<bool>())
                throw new InputException($"{file}: {name}", "a weight is not a finite number.", "The file is damaged, or training diverged before it was written.");
            parameter.copy_(weight);
        }
        if (weights.Keys.FirstOrDefault(name => !parameters.ContainsKey(name) && !IsRedundant(name)) is { } extra)
            throw new InputException($"{file}: {extra}", "there is no such tensor in a Llama decoder of this shape.", "Use a plain Llama checkpoint, with adapters merged.");

        bool IsRedundant(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
            || decoder.Config.TiedEmbeddings && name == "lm_head.weight";
    }

    private static void RefuseOtherVocabulary(DecoderConfig config, Tokenizer tokenizer, string place)
    {
        if (tokenizer.VocabularySize > config.VocabularySize)
            throw new InputException(place, $"the decoder knows {config.VocabularySize} tokens, the tokenizer {tokenizer.VocabularySize}.", "Use files of one and the same model.");
    }
}
