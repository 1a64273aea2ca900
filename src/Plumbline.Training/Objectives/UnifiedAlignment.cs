using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>ULMA: good answers are imitated, bad ones are pushed down as in point-wise DPO, in one stage (116; Cai et al. 2023).</summary>
/// <remarks>loss = mean over good answers of −S + mean over bad ones of −log σ(−β·ρ − c); with only good answers it is supervised fine-tuning. Means for each token as in the release, or sums as in the paper.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Shift">c, in the place of β·log Z of the prompt.</param>
/// <param name="PerToken">Whether S and ρ are divided by the length of the answer.</param>
public sealed record UnifiedAlignment(double Beta, double Shift = 0, bool PerToken = true) : PointObjective
{
    private readonly PointwisePreferenceOptimization _pointwise = new(Beta, Shift, PerToken);

    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta => _pointwise.Beta;

    /// <summary>c, in the place of β·log Z of the prompt.</summary>
    public double Shift => _pointwise.Shift;

    /// <inheritdoc/>
    public override bool ReadsLengths => PerToken;

    /// <inheritdoc/>
    public override Tensor PerAnswer(PointLogProbs answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var goodness = answers.Goodness ?? answers.Label.mean();
        // Divided by their shares, the mean over all answers is the sum of the means over either kind.
        var good = (PerToken ? -answers.Mean : -answers.Policy) / OrOne(goodness);
        var bad = Logistic(-_pointwise.Gain(answers)) / OrOne(ones_like(goodness) - goodness);
        return Mixed(answers, good, bad);
    }

    /// <summary>A kind that is not there has no mean, and nothing is divided by its share.</summary>
    private static Tensor OrOne(Tensor share) => share.FillWhere(share.GreaterThan(0).logical_not(), 1);
}
