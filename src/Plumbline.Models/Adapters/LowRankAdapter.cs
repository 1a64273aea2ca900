using System.Globalization;
using Plumbline.Models.Checkpoints;
using Plumbline.Models.Generation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>
/// A low-rank change of a decoder's matrices in the layout of PEFT: LoRA (Hu et al. 2021), rsLoRA (Kalajdzievski 2023), DoRA (Liu et al. 2024); or several changes,
/// of which each token uses the one of its step in the text and one that all share (032, MoTE).
/// </summary>
/// <remarks>
/// W + s·B·A, with s = alpha / rank, or alpha / √rank (rsLoRA); DoRA then gives each row the length that it has learnt. Attached, it adds its part to
/// what each projection makes, and no weight of the decoder is copied or changed; merged, it is in the weights and costs nothing more.
/// </remarks>
public sealed class LowRankAdapter : Adapter
{
    private const string Elsewhere = "Use the checkpoint that the adapter was made for.";

    private readonly string place;
    private readonly ulong seed;
    private readonly LowRankModule[] modules;
    private Dictionary<string, LowRankChange> changes = new(StringComparer.Ordinal); // by parameter of the decoder that it is attached to
    private Dictionary<string, Tensor>? originals;
    private StepRoute? route;
    private ulong? masks;

    private LowRankAdapter(LowRankAdapterConfig config, ulong seed, string place, IEnumerable<LowRankModule> modules)
    {
        Config = config;
        this.seed = seed;
        this.place = place;
        this.modules = [.. modules.OrderBy(module => module.Name, StringComparer.Ordinal)];
    }

    /// <summary>What its configuration says.</summary>
    public LowRankAdapterConfig Config { get; }

    /// <summary>The modules that it changes, as the checkpoint of the architecture names them.</summary>
    public IReadOnlyList<string> Modules => [.. modules.Select(module => module.Name)];

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture,
        $"{(Config.WeightDecomposed ? "DoRA" : "LoRA")}{(Config.RankStabilised ? ", rank-stabilised" : "")}: rank {Config.Rank}, alpha {Config.Alpha}, dropout {Config.Dropout}, seed {seed}{(Config.StepTokens.Count == 0 ? "" : $", steps opened by {string.Join(" ", Config.StepTokens)}")}, on {string.Join(" ", Modules)}");

    internal override StepRoute? Route => route;

    private protected override IEnumerable<(string Name, Parameter Value)> Named => modules.SelectMany(module => module.Parameters).Select(each => (Prefix + each.Name, each.Value));

    /// <summary>Makes an adapter that does not change anything yet: A at random, B zero, lengths those of the rows.</summary>
    /// <param name="config">Rank, scale, dropout, and which modules.</param>
    /// <param name="decoder">What it is for; not changed, and not yet attached.</param>
    /// <param name="seed">Chooses A, and the masks of dropout.</param>
    /// <exception cref="InputException">The decoder has no module of a name that is targeted.</exception>
    /// <remarks>A is uniform within ±1/√inputs, as PEFT begins it.</remarks>
    public static LowRankAdapter Create(LowRankAdapterConfig config, Decoder decoder, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(decoder);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var candidates = LowRankModule.Candidates(decoder.Config).Where(each => LowRankModule.IsInLayer(each.Value.Stored)).ToList();
        var targeted = Targeted(config.Checked().TargetModules, [.. candidates.Select(each => each.Key)]);
        var weights = decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter, StringComparer.Ordinal);
        var made = candidates.Where(each => targeted.Contains(each.Key)).Select(each =>
        {
            using var generator = new Generator(RandomStream.Of(seed, each.Key));
            var (stored, outputs, inputs) = each.Value;
            var down = rand([config.TotalRank, inputs], generator: generator).Times(2).Minus(1).Times(Math.Pow(inputs, -0.5)).to(decoder.Device);
            var lengths = config.WeightDecomposed ? cat([.. stored.Parameters.Select(name => weights[name].Squared().sum(1).sqrt())]) : null;
            return new LowRankModule(each.Key, Own(down), Own(zeros([outputs, config.TotalRank], device: decoder.Device)), lengths is null ? null : Own(lengths));
        });
        return new(config with { OnTheirSide = candidates.Any(each => each.Value.Stored.OnItsSide) }, seed, "adapter", made);
    }

    /// <summary>Reads an adapter folder: adapter_config.json and adapter_model.safetensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="seed">Chooses the masks of dropout, if it is trained on.</param>
    /// <exception cref="InputException">A file is missing, malformed, or asks for what is not supported.</exception>
    public static LowRankAdapter Load(string folder, ulong seed = 0)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var config = LowRankAdapterConfig.Load(Path.Combine(folder, ConfigName));
        var file = Path.Combine(folder, WeightsName);
        var weights = SafeTensors.Load(file).ToDictionary(each => each.Key.StartsWith(Prefix, StringComparison.Ordinal) ? each.Key[Prefix.Length..] : each.Key, each => each.Value, StringComparer.Ordinal);
        try
        {
            Check(weights, config, file);
            return new(config, seed, file, weights.Keys.Where(name => name.EndsWith(LowRankModule.DownName, StringComparison.Ordinal)).Select(name => name[..^LowRankModule.DownName.Length]).Select(module => new LowRankModule(module,
                Part(module + LowRankModule.DownName), Part(module + LowRankModule.UpName), config.WeightDecomposed ? Part(module + LowRankModule.LengthsName) : null)));
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }

        Parameter Part(string name) => Own(AdapterWeights.Finite(weights[name], $"{file}: {name}").clone());
    }

    /// <summary>Writes the change into the weights of a decoder; if the adapter is attached to it, it is detached.</summary>
    /// <param name="decoder">The decoder that the adapter was made for.</param>
    /// <param name="reversible">Whether <see cref="UnmergeFrom"/> will be asked: keeps a copy of every matrix that is changed.</param>
    /// <exception cref="InputException">The adapter was made for another decoder; nothing was changed.</exception>
    public void MergeInto(Decoder decoder, bool reversible = false)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        if (originals is not null)
            throw new InvalidOperationException("The adapter is merged already: unmerge it first.");
        if (Config.StepTokens.Count > 0)
            throw new InputException(place, "its experts change with the steps of a text, so they cannot be written into the weights.", "Attach it.");
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parameters = decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter, StringComparer.Ordinal);
        var merged = Changes(decoder);
        if (decoder.Adapter == this)
            decoder.Detach();
        if (reversible)
            originals = merged.Keys.ToDictionary(name => name, name => parameters[name].detach().clone().DetachFromDisposeScope(), StringComparer.Ordinal);
        foreach (var (name, change) in merged)
        {
            using var inner = NewDisposeScope();
            parameters[name].copy_(change.Merge(parameters[name]));
        }
    }

    /// <summary>Puts back, bit for bit, the weights that a decoder had before <see cref="MergeInto"/>.</summary>
    /// <param name="decoder">The decoder that it was merged into, reversibly.</param>
    /// <exception cref="InvalidOperationException">It was not merged reversibly.</exception>
    public void UnmergeFrom(Decoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        if (originals is null)
            throw new InvalidOperationException("Only what was merged reversibly can be unmerged.");
        using var off = no_grad();
        foreach (var (name, parameter) in decoder.named_parameters())
        {
            if (originals.TryGetValue(name, out var original))
                parameter.copy_(original);
        }
        Forget();
    }

    /// <inheritdoc/>
    public override void ApplyTo(Decoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        if (Config.StepTokens.Count > 0)
            decoder.Attach(this);
        else
            MergeInto(decoder);
    }

    /// <inheritdoc/>
    public override IDisposable Training(long stepNumber, int pass)
    {
        masks = RandomStream.Of(RandomStream.Of(seed, (ulong)stepNumber), (ulong)pass);
        return new Ending(() => masks = null);
    }

    internal override void Connect(Decoder decoder)
    {
        if (modules.FirstOrDefault(module => LowRankModule.Candidates(decoder.Config).TryGetValue(module.Name, out var found) && !LowRankModule.IsInLayer(found.Stored)) is { } output)
            throw new InputException($"{place}: {output.Name}", "a change of the output matrix cannot be attached.", "Merge the adapter, or make one that changes layers only.");
        if (Config.StepTokens.FirstOrDefault(id => id >= decoder.Config.VocabularySize || id == decoder.Config.PadId, -1) is >= 0 and var strange)
            throw new InputException(place, $"token {strange} cannot open a step: it is the padding, or not in the vocabulary of {decoder.Config.VocabularySize} tokens.", Elsewhere);
        for (var index = 0; index < modules.Length; index++)
            modules[index] = modules[index].Moved(parameter => Moved(parameter, decoder.Device));
        changes = Changes(decoder);
        route = Config.StepTokens.Count == 0 ? null : new([.. Config.StepTokens], Config.Rank);
    }

    internal override LowRankChange? ChangeOf(string name) => changes.GetValueOrDefault(name);

    private protected override void WriteConfig(string folder)
    {
        // Ends of names stand for modules of every layer: so they are written only as they were given.
        var targets = Config.TargetModules is { Count: > 0 } given && given[0] != LowRankAdapterConfig.AllLinear ? (IEnumerable<string>)given : Modules;
        AdapterConfigFile.Write(folder, Config.Write(targets));
    }

    private protected override void Release() => Forget();

    private static HashSet<string> Targeted(EquatableArray<string> targets, IReadOnlyList<string> modules)
    {
        if (targets.Contains(LowRankAdapterConfig.AllLinear))
            return [.. modules];
        bool Matches(string module, string target) => module == target || module.EndsWith($".{target}", StringComparison.Ordinal);
        if (targets.Count == 0 || targets.FirstOrDefault(target => !modules.Any(module => Matches(module, target))) is not null)
        {
            var unknown = targets.FirstOrDefault(target => !modules.Any(module => Matches(module, target)));
            throw new InputException("target modules", unknown is null ? "none is named." : $"the decoder has no module '{unknown}'.",
                $"Its modules end in {string.Join(", ", modules.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal))}; '{LowRankAdapterConfig.AllLinear}' stands for all.");
        }
        return [.. modules.Where(module => targets.Any(target => Matches(module, target)))];
    }

    /// <summary>The changes by parameter of a decoder, checked.</summary>
    private Dictionary<string, LowRankChange> Changes(Decoder decoder)
    {
        var candidates = LowRankModule.Candidates(decoder.Config);
        var parameters = decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter.shape[0], StringComparer.Ordinal);
        var found = new Dictionary<string, LowRankChange>(StringComparer.Ordinal);
        foreach (var module in modules)
        {
            if (!candidates.TryGetValue(module.Name, out var matrix))
                throw new InputException($"{place}: {module.Name}", $"there is no such matrix in a {DecoderFamily.Of(decoder.Config.Architecture).ClassName} of this shape.", Elsewhere);
            if (module.Down.shape[1] != matrix.Inputs || module.Up.shape[0] != matrix.Outputs)
                throw new InputException($"{place}: {module.Name}", $"the change is [{module.Up.shape[0]}, {module.Down.shape[1]}], the matrix [{matrix.Outputs}, {matrix.Inputs}].", Elsewhere);
            foreach (var (parameter, from, rows) in LowRankModule.Matrices(matrix.Stored, name => parameters[name]))
                found.Add(parameter, new(module.Name, Config, module.Down, module.Up, module.Lengths, from, rows, () => masks));
        }
        return found;
    }

    private void Forget()
    {
        foreach (var tensor in originals?.Values.ToList() ?? [])
            tensor.Dispose();
        originals = null;
    }

    private static void Check(Dictionary<string, Tensor> weights, LowRankAdapterConfig config, string file)
    {
        const string Again = "Take the adapter from where it came from again.";
        string[] kinds = config.WeightDecomposed ? [LowRankModule.DownName, LowRankModule.UpName, LowRankModule.LengthsName] : [LowRankModule.DownName, LowRankModule.UpName];
        if (weights.Keys.FirstOrDefault(name => !kinds.Any(kind => name.EndsWith(kind, StringComparison.Ordinal))) is { } strange)
            throw new InputException($"{file}: {strange}", "this is no part of such an adapter.", "Supported are lora_A, lora_B and, with DoRA, lora_magnitude_vector; no embeddings, biases or whole modules.");
        if (weights.Count == 0)
            throw new InputException(file, "the adapter changes nothing.", "It has a lora_A and a lora_B for each module.");
        var modules = weights.Keys.Select(name => name[..^kinds.First(kind => name.EndsWith(kind, StringComparison.Ordinal)).Length]).Distinct();
        foreach (var module in modules.Order(StringComparer.Ordinal))
        {
            if (kinds.FirstOrDefault(kind => !weights.ContainsKey(module + kind)) is { } missing)
                throw new InputException(file, $"the tensor '{Prefix}{module}{missing}' is missing.", Again);
            Expect(module + LowRankModule.DownName, [config.TotalRank, weights[module + LowRankModule.DownName].shape.LastOrDefault()]);
            Expect(module + LowRankModule.UpName, [weights[module + LowRankModule.UpName].shape.FirstOrDefault(), config.TotalRank]);
            if (config.WeightDecomposed)
                Expect(module + LowRankModule.LengthsName, [weights[module + LowRankModule.UpName].shape[0]]);
        }

        void Expect(string name, long[] shape)
        {
            if (!weights[name].shape.SequenceEqual(shape))
                throw new InputException($"{file}: {name}", $"the shape is [{string.Join(", ", weights[name].shape)}], expected [{string.Join(", ", shape)}].", Again);
        }
    }
}
