using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>What a scorer is fitted to pairs of answers by (kernel K7). A subclass says what one pair costs.</summary>
public abstract record ScorerObjective
{
    /// <summary>The loss of each pair, [pairs].</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    public abstract Tensor PerPair(PairScores pairs);

    /// <summary>The mean over pairs.</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    /// <returns>With <c>accuracy</c> (share of pairs whose better answer is worth more), <c>margin</c> (mean r_w − r_l), <c>chosen</c> and <c>rejected</c> (mean reward of each).</returns>
    public ObjectiveLoss Compute(PairScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var value = PerPair(pairs).mean();
        using var off = no_grad();
        var margin = pairs.Chosen - pairs.Rejected;
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["accuracy"] = margin.GreaterThan(0).to(ScalarType.Float32).mean(),
            ["margin"] = margin.mean(),
            ["chosen"] = pairs.Chosen.mean(),
            ["rejected"] = pairs.Rejected.mean(),
        });
    }
}

/// <summary>Rewards of pairs of answers, every tensor of shape [pairs].</summary>
/// <param name="Chosen">r_w: of the better answer.</param>
/// <param name="Rejected">r_l: of the worse answer.</param>
/// <param name="Margin">m: by how much the better answer should win; 0 where nobody said.</param>
public sealed record PairScores(Tensor Chosen, Tensor Rejected, Tensor Margin);
