using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Identity preference optimisation: regresses the margin to 1/(2β) instead of pushing it to infinity; ΨPO with Ψ the identity (060; Azar et al. 2023).</summary>
/// <remarks>
/// loss = (Δ − 1/(2β))². Δ of sums, as in the paper; TRL, by word of its authors, takes means for each token (<see cref="PerToken"/>). With an anchor that moves
/// it is the step of ONPO (098: β = 1/η), and with one that is mixed of several in log space that of MNPO (107: means, β = η).
/// </remarks>
/// <param name="Beta">β, &gt; 0; the paper's τ.</param>
/// <param name="PerToken">Whether ρ is divided by the length of its answer.</param>
public sealed record IdentityPreferenceOptimization(double Beta, bool PerToken = false) : PairObjective
{
    /// <summary>β: the margin asked for is 1/(2β).</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override PairColumns Needs => PerToken ? PairColumns.Reference | PairColumns.Lengths : PairColumns.Reference;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var margin = PerToken ? pairs.ChosenRatio / pairs.ChosenLength - pairs.RejectedRatio / pairs.RejectedLength : pairs.Margin;
        return margin.Minus(1 / (2 * Beta)).Squared();
    }
}
