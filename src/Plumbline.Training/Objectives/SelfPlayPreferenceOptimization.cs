using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>SPPO with hard labels: each answer's ratio is regressed to what its chance of winning asks for (060; Wu et al. 2024).</summary>
/// <remarks>loss = (ρ_w − 1/(2β))² + (ρ_l + 1/(2β))²; the paper's η is 1/β, and its chances of winning are 1 and 0 here.</remarks>
/// <param name="Beta">β, &gt; 0.</param>
public sealed record SelfPlayPreferenceOptimization(double Beta) : PairObjective
{
    /// <summary>β: ratios are asked to be 1/(2β) and −1/(2β).</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Errors(pairs, Beta);
    }

    /// <summary>Squared distances of both ratios to ±1/(2β).</summary>
    internal static Tensor Errors(PairLogProbs pairs, double beta) => pairs.ChosenRatio.Minus(0.5 / beta).Squared().Plus(pairs.RejectedRatio.Plus(0.5 / beta).Squared());
}
