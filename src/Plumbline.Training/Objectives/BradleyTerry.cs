using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Fits a scorer to comparisons (kernel K7; Bradley and Terry 1952), with the margin of Llama 2 and the centring of Eisenstein et al. 2023.</summary>
/// <remarks>loss = mean over pairs of −log σ(r_w − r_l − m) + c·(r_w + r_l)². Comparisons alone fix rewards up to a constant; centring fixes it at 0.</remarks>
/// <param name="Centring">c ≥ 0; 0 leaves the constant open.</param>
public sealed record BradleyTerry(double Centring = 0) : ScorerObjective
{
    /// <summary>c, how strongly the two rewards of a pair are drawn to opposite sides of 0.</summary>
    public double Centring { get; } = Centring >= 0 && double.IsFinite(Centring) ? Centring : throw new ArgumentOutOfRangeException(nameof(Centring), Centring, "c is at least 0.");

    /// <inheritdoc/>
    public override Tensor PerPair(PairScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Chosen.Plus(pairs.Rejected).Squared().Times(Centring) - nn.functional.logsigmoid(pairs.Chosen - pairs.Rejected - pairs.Margin);
    }
}
