using Plumbline.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>A low-rank change of a decoder's matrices in the layout of PEFT: LoRA (Hu et al. 2021), rsLoRA (Kalajdzievski 2023), DoRA (Liu et al. 2024).</summary>
/// <remarks>W + s·B·A, with s = alpha / rank, or alpha / √rank (rsLoRA); DoRA then gives each row the length that it has learnt.</remarks>
public sealed class LowRankAdapter : IDisposable
{
    /// <summary>Name of the file with the weights in an adapter folder.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.";
    private const string Down = ".lora_A.weight", Up = ".lora_B.weight", Length = ".lora_magnitude_vector";

    private readonly string file;
    private readonly IReadOnlyDictionary<string, Tensor> weights; // by module, as the checkpoint of the architecture names it, and kind

    private LowRankAdapter(LowRankAdapterConfig config, string file, IReadOnlyDictionary<string, Tensor> weights)
    {
        Config = config;
        this.file = file;
        this.weights = weights;
    }

    /// <summary>What its configuration says.</summary>
    public LowRankAdapterConfig Config { get; }

    /// <summary>The modules that it changes, as the checkpoint of the architecture names them.</summary>
    public IReadOnlyList<string> Modules => [.. weights.Keys.Where(name => name.EndsWith(Down, StringComparison.Ordinal)).Select(name => name[..^Down.Length]).Order(StringComparer.Ordinal)];

    /// <summary>Reads an adapter folder: adapter_config.json and adapter_model.safetensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing, malformed, or asks for what is not supported.</exception>
    public static LowRankAdapter Load(string folder)
    {
        var config = LowRankAdapterConfig.Load(Path.Combine(folder, LowRankAdapterConfig.Name));
        var file = Path.Combine(folder, WeightsName);
        var read = SafeTensors.Load(file);
        var adapter = new LowRankAdapter(config, file, read.ToDictionary(each => each.Key.StartsWith(Prefix, StringComparison.Ordinal) ? each.Key[Prefix.Length..] : each.Key, each => each.Value, StringComparer.Ordinal));
        try
        {
            adapter.Check();
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Writes the change into the weights of a decoder, for good.</summary>
    /// <param name="decoder">The decoder that the adapter was made for.</param>
    /// <exception cref="InputException">The adapter was made for another decoder; nothing was changed.</exception>
    public void MergeInto(Decoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parameters = decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter, StringComparer.Ordinal);
        var stored = StoredTensor.Of(decoder.Config).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var changed = new List<(Tensor Parameter, Tensor Value)>();
        foreach (var module in Modules)
        {
            if (!stored.TryGetValue($"{module}.weight", out var tensor))
                throw new InputException($"{file}: {module}", $"there is no such matrix in a {DecoderFamily.Of(decoder.Config.Architecture).ClassName} of this shape.", "Use the checkpoint that the adapter was made for.");
            var parts = tensor.Parameters.Select(name => parameters[name]).ToArray();
            var merged = Merge(module, cat([.. parts])); // [outputs, inputs], however it is stored
            changed.AddRange(parts.Zip(merged.split([.. parts.Select(part => part.shape[0])]), (part, value) => ((Tensor)part, value)));
        }
        foreach (var (parameter, value) in changed)
            parameter.copy_(value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in weights.Values)
            tensor.Dispose();
    }

    private Tensor Merge(string module, Tensor matrix)
    {
        var (down, up) = (weights[module + Down].to(ScalarType.Float32), weights[module + Up].to(ScalarType.Float32));
        if (down.shape[1] != matrix.shape[1] || up.shape[0] != matrix.shape[0])
            throw new InputException($"{file}: {module}", $"the change is [{up.shape[0]}, {down.shape[1]}], the matrix [{string.Join(", ", matrix.shape)}].", "Use the checkpoint that the adapter was made for.");
        var moved = matrix.Plus(up.matmul(down).Times(Config.Scale));
        return Config.WeightDecomposed ? moved * (weights[module + Length].to(ScalarType.Float32).view(-1, 1) / moved.Squared().sum(1, keepdim: true).sqrt()) : moved;
    }

    private void Check()
    {
        string[] kinds = Config.WeightDecomposed ? [Down, Up, Length] : [Down, Up];
        if (weights.Keys.FirstOrDefault(name => !kinds.Any(kind => name.EndsWith(kind, StringComparison.Ordinal))) is { } strange)
            throw new InputException($"{file}: {strange}", "this is no part of such an adapter.", "Supported are lora_A, lora_B and, with DoRA, lora_magnitude_vector; no embeddings, biases or whole modules.");
        if (Modules.Count == 0)
            throw new InputException(file, "the adapter changes nothing.", "It has a lora_A and a lora_B for each module.");
        foreach (var name in Modules.SelectMany(module => kinds.Select(kind => module + kind)))
        {
            if (!weights.TryGetValue(name, out var tensor))
                throw new InputException(file, $"the tensor '{Prefix}{name}' is missing.", "Take the adapter from where it came from again.");
            long[] rank = name.EndsWith(Down, StringComparison.Ordinal) ? [Config.Rank, tensor.shape[^1]] : name.EndsWith(Up, StringComparison.Ordinal) ? [tensor.shape[0], Config.Rank] : [weights[name[..^Length.Length] + Up].shape[0]];
            if (!tensor.shape.SequenceEqual(rank))
                throw new InputException($"{file}: {name}", $"the shape is [{string.Join(", ", tensor.shape)}], expected [{string.Join(", ", rank)}].", "Take the adapter from where it came from again.");
            if (!tensor.is_floating_point() || !tensor.isfinite().all().item<bool>())
                throw new InputException($"{file}: {name}", "a weight is not a finite number.", "The file is damaged, or training diverged before it was written.");
        }
    }
}
