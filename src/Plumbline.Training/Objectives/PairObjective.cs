using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>A loss over pairs of answers (kernel K2); it sees numbers only, never a model. A new one is one file with <see cref="PerPair"/>.</summary>
public abstract record PairObjective
{
    /// <summary>What it reads besides the policy's log-probabilities.</summary>
    public virtual PairColumns Needs => PairColumns.Reference;

    /// <summary>Whether the loss of a pair depends on the other pairs of its step: then a step goes through the model at once, in one process.</summary>
    public virtual bool ComparesPairs => false;

    /// <summary>The loss of each pair, [pairs].</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    public abstract Tensor PerPair(PairLogProbs pairs);

    /// <summary>The mean over pairs, each by its weight.</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    /// <returns>
    /// With <c>accuracy</c> (share of pairs whose better answer gained more), <c>margin</c> (mean Δ), and <c>chosen</c> and <c>rejected</c> (mean ρ of each:
    /// a margin that grows while both fall is bought with drift). Without a reference they are of log-probabilities for each token.
    /// </returns>
    public ObjectiveLoss Compute(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var each = PerPair(pairs);
        var value = (pairs.Weight is { } weight ? each * weight : each).mean();
        using var off = no_grad();
        var (chosen, rejected) = Needs.HasFlag(PairColumns.Reference) ? (pairs.ChosenRatio, pairs.RejectedRatio) : (pairs.ChosenMean, pairs.RejectedMean);
        var margin = chosen - rejected;
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["accuracy"] = margin.GreaterThan(0).to(ScalarType.Float32).mean(),
            ["margin"] = margin.mean(),
            ["chosen"] = chosen.mean(),
            ["rejected"] = rejected.mean(),
        });
    }

    /// <summary>−log σ(u), the logistic link.</summary>
    private protected static Tensor Logistic(Tensor u) => -nn.functional.logsigmoid(u);
}
