using System.IO.Hashing;
using Plumbline.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>What is trained: all weights, the attached adapter alone, or both.</summary>
/// <remarks>Only its parameters take gradients, have moments, and stand in checkpoints; the rest may stay in the file that it was mapped from.</remarks>
public sealed class ParameterGroup
{
    private const string AdapterPrefix = "base_model.model.";

    private readonly bool weights, adapter;

    private ParameterGroup(bool weights, bool adapter) => (this.weights, this.adapter) = (weights, adapter);

    /// <summary>All weights of the decoder; no adapter is attached to it.</summary>
    public static ParameterGroup Weights { get; } = new(true, false);

    /// <summary>The adapter that is attached to the decoder: low-rank, soft prompt, or control tokens.</summary>
    public static ParameterGroup Adapter { get; } = new(false, true);

    /// <summary>All weights together with the attached adapter: the second stage of controlled generation (109).</summary>
    public static ParameterGroup Everything { get; } = new(true, true);

    /// <summary>The group as the model of a recipe.</summary>
    /// <param name="decoder">The decoder, with its adapter attached.</param>
    public RecipeChoice Choice(Decoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        var name = (weights, decoder.Adapter) switch
        {
            (true, null) => "all-weights",
            (true, _) => "all-weights-with-adapter",
            (_, LowRankAdapter) => "low-rank-adapter",
            (_, SoftPrompt) => "soft-prompt",
            (_, ControlTokens) => "control-tokens",
            _ => "adapter",
        };
        return new RecipeChoice(name, decoder.Adapter?.Description ?? "all weights of the decoder") { Brings = ["anchor"] };
    }

    /// <summary>What is trained where nothing is said: the adapter if there is one, else all weights.</summary>
    internal static ParameterGroup Of(Decoder decoder) => decoder.Adapter is null ? Weights : Adapter;

    /// <summary>Whether the decoder's own weights are trained.</summary>
    internal bool HoldsWeights => weights;

    /// <summary>Whether the decoder with its adapter off is what training starts from, so that no second model is needed as the reference.</summary>
    internal bool LeavesReference(Decoder decoder) => !weights && decoder.Adapter is { ChangesTexts: false };

    /// <summary>The parameters by name, in the order of the names.</summary>
    /// <exception cref="ArgumentException">The decoder has no adapter, or one that the group does not speak of.</exception>
    internal IReadOnlyList<(string Name, Parameter Value)> In(Decoder decoder)
    {
        if (adapter && decoder.Adapter is null)
            throw new ArgumentException("The decoder has no adapter to train: attach one first.", nameof(decoder));
        if (!adapter && decoder.Adapter is not null)
            throw new ArgumentException("The decoder has an adapter: train it, or everything, or detach it first.", nameof(decoder));
        var own = weights ? decoder.named_parameters().Select(each => (each.name, each.parameter)) : [];
        // Without the prefix of the file, so that a change of a layer is seen to be one.
        var added = adapter ? decoder.Adapter!.Parameters.Select(each => (each.Name.StartsWith(AdapterPrefix, StringComparison.Ordinal) ? each.Name[AdapterPrefix.Length..] : each.Name, each.Value)) : [];
        return [.. own.Concat(added).OrderBy(each => each.Item1, StringComparer.Ordinal)];
    }

    /// <summary>Lets the group take gradients and nothing else, until the scope ends.</summary>
    internal IDisposable Open(Decoder decoder)
    {
        var group = In(decoder).Select(each => each.Value).ToHashSet();
        var all = decoder.parameters().Concat(decoder.Adapter?.Parameters.Select(each => each.Value) ?? []).ToArray();
        var before = all.Select(parameter => parameter.requires_grad).ToArray();
        foreach (var parameter in all)
            parameter.requires_grad_(group.Contains(parameter));
        return new Closing(all, before);
    }

    /// <summary>A number that changes with what is trained.</summary>
    internal long Fingerprint(Decoder decoder) => weights && decoder.Adapter is null ? 0
        : unchecked((long)XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes($"{weights}; {decoder.Adapter?.Description}")));

    private sealed class Closing(Parameter[] parameters, bool[] before) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (parameter, tookGradients) in parameters.Zip(before))
            {
                parameter.grad?.zero_();
                parameter.requires_grad_(tookGradients);
            }
        }
    }
}
