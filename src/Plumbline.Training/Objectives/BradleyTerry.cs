using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Fits a scorer to comparisons (kernel K7; Bradley and Terry 1952), with the margin of Llama 2 and the centring of Eisenstein et al. 2023.</summary>
/// <remarks>loss = mean over pairs of −log σ(r_w − r_l − m) + c·(r_w + r_l)². Comparisons alone fix rewards up to a constant; centring fixes it at 0.</remarks>
/// <param name="Centring">c ≥ 0; 0 leaves the constant open.</param>
public sealed record BradleyTerry(double Centring = 0)
{
    /// <summary>c, how strongly the two rewards of a pair are drawn to opposite sides of 0.</summary>
    public double Centring { get; } = Centring >= 0 && double.IsFinite(Centring) ? Centring : throw new ArgumentOutOfRangeException(nameof(Centring), Centring, "c is at least 0.");

    /// <summary>The loss of each pair, [pairs].</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    public Tensor PerPair(PairScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Chosen.Plus(pairs.Rejected).Squared().Times(Centring) - nn.functional.logsigmoid(pairs.Chosen - pairs.Rejected - pairs.Margin);
    }

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
