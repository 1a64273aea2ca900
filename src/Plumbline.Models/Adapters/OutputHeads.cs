using System.Globalization;
using System.Text.Json.Nodes;
using Plumbline.Models.Generation;
using Plumbline.Models.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Several output matrices on one decoder, one for each objective, which users mix when they generate (019, MAH-DPO).</summary>
/// <remarks>
/// While it is attached, the decoder makes its logits with the matrix that is <see cref="Active"/>. Logits of a mixture are z = Σ w_h·z_h with Σ w_h = 1, so probabilities are the weighted geometric mean
/// of those of the heads; as logits are linear in what the matrix sees, a mixture is an ordinary decoder with the matrix Σ w_h·W_h: <see cref="Mix"/> makes it, as fast as any other.
/// The folder on disk is like one of PEFT, of a type that PEFT does not know.
/// </remarks>
public sealed class OutputHeads : Adapter
{
    internal const string Kind = "OUTPUT_HEADS";

    private const int Most = 64;

    private readonly string place;
    private Parameter[] heads;

    private OutputHeads(IEnumerable<Tensor> heads, string place) => (this.heads, this.place) = ([.. heads.Select(Own)], place);

    /// <summary>How many heads there are.</summary>
    public int Count => heads.Length;

    /// <summary>The head that makes logits, from 0.</summary>
    public int Active { get; set => field = value >= 0 && value < heads.Length ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"Heads are 0 to {heads.Length - 1}."); }

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"{heads.Length} output heads");

    /// <summary>The matrix that makes logits, [vocabulary, width].</summary>
    internal Tensor Matrix => heads[Active];

    private protected override IEnumerable<(string Name, Parameter Value)> Named => heads.Index().Select(head => (NameOf(head.Index), head.Item));

    /// <summary>Makes heads that are copies of the decoder's own output matrix, each with a little noise of its own.</summary>
    /// <param name="decoder">What they are for; not changed, and not yet attached.</param>
    /// <param name="count">How many, from 1 to 64.</param>
    /// <param name="seed">Chooses the noise.</param>
    /// <param name="noise">Its deviation; 0.001 in the release.</param>
    public static OutputHeads Create(Decoder decoder, int count, ulong seed, double noise = 0.001)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        ArgumentOutOfRangeException.ThrowIfNegative(noise);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var matrix = decoder.OutputMatrix;
        return new(Enumerable.Range(0, count).Select(head =>
        {
            using var generator = new Generator(RandomStream.Of(seed, $"output head {head}"));
            return matrix.Plus(randn(matrix.shape, generator: generator).to(matrix.device).Times(noise));
        }), "output heads");
    }

    /// <summary>Reads an adapter folder: adapter_config.json and adapter_model.safetensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing or malformed.</exception>
    public static new OutputHeads Load(string folder)
    {
        using var scope = NewDisposeScope();
        var json = new JsonKeys(JsonPlace.Open(Path.Combine(folder, ConfigName), MaximumConfigBytes));
        if (json["peft_type"].Text() != Kind)
            throw json["peft_type"].Unexpected($"\"{Kind}\"");
        var count = json["heads"].Whole(1, Most);
        json.RefuseRest(_ => false, "Use a folder of output heads.");
        var file = Path.Combine(folder, WeightsName);
        var weights = SafeTensors.Load(file);
        try
        {
            if (!weights.Keys.Order(StringComparer.Ordinal).SequenceEqual(Enumerable.Range(0, count).Select(NameOf).Order(StringComparer.Ordinal)))
                throw new InputException(file, "it does not hold the heads that the configuration speaks of.", $"Expected {NameOf(0)} to {NameOf(count - 1)} and no other.");
            return new(Enumerable.Range(0, count).Select(head => AdapterWeights.Finite(weights[NameOf(head)], $"{file}: {NameOf(head)}").clone()), file);
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }
    }

    /// <summary>A decoder of its own that computes with a mixture of the heads.</summary>
    /// <param name="decoder">The decoder that the heads were made for.</param>
    /// <param name="weights">w_h of each head; their sum is not 0, and need not be 1.</param>
    /// <exception cref="InputException">The heads were made for another decoder.</exception>
    public Decoder Mix(Decoder decoder, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Count, heads.Length, nameof(weights));
        var sum = weights.Sum();
        if (!double.IsFinite(sum) || sum == 0)
            throw new ArgumentException("The weights of heads are numbers whose sum is not 0.", nameof(weights));
        Connect(decoder);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var mixed = new Decoder(decoder.Config with { TiedEmbeddings = false });
        foreach (var (name, parameter) in mixed.Weights.Where(each => each.Key != DecoderParameters.Head))
            parameter.copy_(decoder.Weights[name]);
        var matrix = mixed.Weights[DecoderParameters.Head].FillWith(0);
        foreach (var (head, weight) in heads.Zip(weights))
            matrix.PlusInPlace(head, weight / sum);
        mixed.to(decoder.Device);
        return mixed;
    }

    internal override void Connect(Decoder decoder)
    {
        long[] shape = [decoder.Config.VocabularySize, decoder.Config.Width];
        if (!heads[0].shape.SequenceEqual(shape) || decoder.Config.Scores)
            throw new InputException(place, $"the heads are [{string.Join(", ", heads[0].shape)}], expected [{string.Join(", ", shape)}] and a decoder that writes.", "Use the checkpoint that the heads were made for.");
        if (decoder.Config.LogitSoftCap is not null)
            throw new InputException(place, "the logits of the decoder are capped, so that a mixture of them is not one of matrices.", "Use a model without a cap of its logits.");
        heads = [.. heads.Select(head => Moved(head, decoder.Device))];
    }

    private protected override void WriteConfig(string folder) => AdapterConfigFile.Write(folder, new JsonObject { ["peft_type"] = Kind, ["heads"] = heads.Length });

    private static string NameOf(int head) => string.Create(CultureInfo.InvariantCulture, $"output_heads.{head:00}.weight");
}
