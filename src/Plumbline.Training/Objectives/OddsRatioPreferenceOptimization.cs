using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>ORPO: supervised fine-tuning and preference in one stage, by the ratio of odds, without a reference (060; Hong et al. 2024).</summary>
/// <remarks>loss = −A_w − λ·log σ(o), o = log odds(A_w) − log odds(A_l), log odds(A) = A − log(1 − e^A). TRL calls λ beta.</remarks>
/// <param name="Lambda">λ, weight of the preference, ≥ 0; typical 0.1.</param>
public sealed record OddsRatioPreferenceOptimization(double Lambda = 0.1) : PairObjective
{
    private const double Certain = -1e-7; // odds of what is certain are infinite

    /// <summary>λ, weight of the preference.</summary>
    public double Lambda { get; } = Setting.NotNegative(Lambda);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Lengths;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic(LogOdds(pairs.ChosenMean) - LogOdds(pairs.RejectedMean)).Times(Lambda) - pairs.ChosenMean;
    }

    private static Tensor LogOdds(Tensor mean)
    {
        var logProb = mean.Within(most: Certain);
        return logProb - (-logProb.expm1()).log();
    }
}
