using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>AlphaPO: SimPO with a reward that bends, so that likely answers are pushed less or more than unlikely ones (Gupta et al. 2025).</summary>
/// <remarks>loss = −log σ(β·(r_w − r_l) − γ), r = (1 − e^(−α·A))/α; α = 0 is SimPO. TRL takes sums instead of A unless its loss is simpo.</remarks>
/// <param name="Beta">β, &gt; 0.</param>
/// <param name="Gamma">γ, the margin, ≥ 0.</param>
/// <param name="Alpha">α, how far it bends, and which way.</param>
public sealed record AlphaPreferenceOptimization(double Beta, double Gamma, double Alpha) : PairObjective
{
    private const double Most = 80; // e^x stays a number in float32

    /// <summary>β.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>γ, the margin.</summary>
    public double Gamma { get; } = Setting.NotNegative(Gamma);

    /// <summary>α, how far it bends, and which way.</summary>
    public double Alpha { get; } = Setting.Finite(Alpha);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Lengths;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic((Reward(pairs.ChosenMean) - Reward(pairs.RejectedMean)).Times(Beta).Minus(Gamma));
    }

    private Tensor Reward(Tensor mean) => Alpha == 0 ? mean : mean.Times(-Alpha).Within(most: Most).expm1().Over(-Alpha);
}
