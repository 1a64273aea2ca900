using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>f-DPO: another divergence from the reference than that of Kullback and Leibler (060; Wang et al. 2024).</summary>
/// <remarks>
/// loss = −log σ(β·(f′(e^ρ_w) − f′(e^ρ_l))), constants of f′ left out: forward KL −e^(−ρ), Jensen–Shannon log σ(ρ), α-divergence −e^(−α·ρ)/α with α between 0 (DPO)
/// and 1 (forward KL), χ² with KL e^ρ + ρ (χPO; Huang et al. 2024, without its clipping). TRL's f_alpha_divergence_coef is 1 − α.
/// </remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Divergence">Which.</param>
/// <param name="Alpha">α of the α-divergence, above 0 and at most 1.</param>
public sealed record DivergencePreferenceOptimization(double Beta, Divergence Divergence, double Alpha = 0.5) : PairObjective
{
    private const double Most = 80; // e^x stays a number in float32

    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>α of the α-divergence.</summary>
    public double Alpha { get; } = Setting.Positive(Setting.Share(Alpha), nameof(Alpha));

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic((Slope(pairs.ChosenRatio) - Slope(pairs.RejectedRatio)).Times(Beta));
    }

    private Tensor Slope(Tensor ratio) => Divergence switch
    {
        Divergence.JensenShannon => -Logistic(ratio),
        Divergence.ChiSquared => ratio.Within(most: Most).exp().Plus(ratio),
        Divergence.ForwardKullbackLeibler => -(-ratio).Within(most: Most).exp(),
        _ => ratio.Times(-Alpha).Within(most: Most).exp().Over(-Alpha),
    };
}

/// <summary>How far a policy is from the reference.</summary>
public enum Divergence
{
    /// <summary>KL from the reference to the policy.</summary>
    ForwardKullbackLeibler,

    /// <summary>Of Jensen and Shannon.</summary>
    JensenShannon,

    /// <summary>Between KL of the one and of the other direction.</summary>
    Alpha,

    /// <summary>χ² and KL together.</summary>
    ChiSquared,
}
