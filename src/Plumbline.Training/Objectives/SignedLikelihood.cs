using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Likelihood with signed weights: what a revision added becomes likelier, what it removed less likely (102, FIGA).</summary>
/// <remarks>
/// loss of a revision = −Σ w_t·l_t / n over the tokens that count: w = α of what was added, −β of what was removed, and of the latter only those with
/// Least ≤ −l_t ≤ Most, no gradient through the choice. n is how many count after it. The mean over revisions.
/// </remarks>
/// <param name="Least">Removed tokens that are likelier than e^−Least are left alone, ≥ 0.</param>
/// <param name="Most">Removed tokens that are less likely than e^−Most are left alone, ≥ Least; infinity for no bound.</param>
public sealed record SignedLikelihood(double Least = 0.6, double Most = 1)
{
    /// <summary>Pushes every removed token down, whatever its likelihood.</summary>
    public static SignedLikelihood Unfiltered { get; } = new(0, double.PositiveInfinity);

    /// <summary>Removed tokens that are likelier than e^−Least are left alone.</summary>
    public double Least { get; } = Least >= 0 ? Least : throw new ArgumentOutOfRangeException(nameof(Least), Least, "It is at least 0.");

    /// <summary>Removed tokens that are less likely than e^−Most are left alone.</summary>
    public double Most { get; } = Most >= Least ? Most : throw new ArgumentOutOfRangeException(nameof(Most), Most, "It is at least the least.");

    /// <summary>The loss of a batch.</summary>
    /// <param name="tokens">Of both answers of each revision, with their signed weights.</param>
    /// <returns>With <c>pushed</c>: the share of removed tokens that are likely enough, and not too likely, to be pushed down; absent where nothing was removed.</returns>
    public ObjectiveLoss Compute(AnswerTokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var (counts, removed) = Counting(tokens);
        var sums = tokens.Sums(where(counts, -tokens.Weights * tokens.LogProbs, zeros_like(tokens.LogProbs)));
        var value = (sums / tokens.Sums(counts.to(tokens.LogProbs.dtype)).Within(least: 1)).mean();
        var pushed = (counts & removed).to(ScalarType.Float32).sum() / removed.to(ScalarType.Float32).sum().Within(least: 1);
        return new ObjectiveLoss(value, new Dictionary<string, Tensor> { ["pushed"] = pushed });
    }

    private (Tensor Counts, Tensor Removed) Counting(AnswerTokens tokens)
    {
        using var off = no_grad();
        var costs = -tokens.LogProbs.detach();
        var outside = (-costs).GreaterThan(-Least).logical_or(costs.GreaterThan(Most));
        var removed = (-tokens.Weights).GreaterThan(0);
        return (tokens.Weights.abs().GreaterThan(0) & (removed & outside).logical_not(), removed);
    }
}
