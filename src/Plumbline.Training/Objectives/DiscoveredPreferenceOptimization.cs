using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>DiscoPOP: the loss that a search by a language model found, logistic for small margins and exponential for large ones (060; Lu et al. 2024).</summary>
/// <remarks>loss = (1 − m)·(−log σ(u)) + m·e^(−u), u = β·Δ, m = σ(u/τ). The gradient goes through m too.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Tau">τ, how sharply one turns into the other, &gt; 0; 0.05 in the paper.</param>
public sealed record DiscoveredPreferenceOptimization(double Beta, double Tau = 0.05) : PairObjective
{
    private const double Most = 80; // e^u stays a number in float32

    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>τ, how sharply one turns into the other.</summary>
    public double Tau { get; } = Setting.Positive(Tau);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var u = pairs.Margin.Times(Beta);
        var mixture = u.Over(Tau);
        return (Logistic(u) * (-mixture).sigmoid()).Plus((-u).Within(most: Most).exp() * mixture.sigmoid());
    }
}
