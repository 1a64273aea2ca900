using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Point-wise DPO: the ratio says of each answer whether it is good; and its form for ratings (116; Cai et al. 2023).</summary>
/// <remarks>u = β·ρ + c. Labels: −z·log σ(u) − (1 − z)·log σ(−u). Ratings: (z − u)². The paper has sums; its release takes means for each token (<see cref="PerToken"/>).</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Shift">c, in the place of β·log Z of the prompt.</param>
/// <param name="PerToken">Whether ρ is divided by the length of its answer.</param>
/// <param name="Continuous">Whether labels are ratings that u is regressed to.</param>
public sealed record PointwisePreferenceOptimization(double Beta, double Shift = 0, bool PerToken = false, bool Continuous = false) : PointObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>c, in the place of β·log Z of the prompt.</summary>
    public double Shift { get; } = Setting.Finite(Shift);

    /// <inheritdoc/>
    public override bool ReadsLengths => PerToken;

    /// <inheritdoc/>
    public override Tensor PerAnswer(PointLogProbs answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var u = Gain(answers);
        return Continuous ? (answers.Label - u).Squared() : Mixed(answers, Logistic(u), Logistic(-u));
    }

    /// <summary>u = β·ρ + c.</summary>
    internal Tensor Gain(PointLogProbs answers) => (PerToken ? answers.Ratio / answers.Length : answers.Ratio).Times(Beta).Plus(Shift);
}
