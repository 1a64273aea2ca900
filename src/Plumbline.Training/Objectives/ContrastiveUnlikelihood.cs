using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Learns from written judgments: what becomes likelier with the criticism in view is what the criticism is about (026, CUT).</summary>
/// <remarks>
/// p is the probability of a token without the judgment, q with it, under the same weights. Flagged: q / p &gt; λ, no gradient through the ratio. Of an answer with a judgment
/// loss = (L_x + L_j)/2, L_x = −(1/T)·[Σ over the others log p + α·Σ over the flagged p^γ·log(1 − p)], L_j = −(1/T)·Σ log q; of one without: −(1/T)·Σ log p.
/// T counts the tokens of the answer; the mean over answers, so a judged one weighs as much as one that is not.
/// </remarks>
/// <param name="Threshold">λ, ≥ 0; 1.1 where answers are the model's own, 1.2 where they are not. At 0 every token is flagged: unlikelihood of whole answers.</param>
/// <param name="Alpha">α, how much flagged tokens count, ≥ 0.</param>
/// <param name="Gamma">γ, how much less those count that are unlikely already, ≥ 0.</param>
public sealed record ContrastiveUnlikelihood(double Threshold = 1.1, double Alpha = 1, double Gamma = 0)
{
    private const double NearestToCertain = 1e-6; // log(1 − p) of a token that is certain is no number

    /// <summary>λ, the ratio above which a token is flagged.</summary>
    public double Threshold { get; } = Threshold >= 0 && double.IsFinite(Threshold) ? Threshold : throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "λ is at least 0.");

    /// <summary>α, how much flagged tokens count.</summary>
    public double Alpha { get; } = Alpha >= 0 && double.IsFinite(Alpha) ? Alpha : throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "α is at least 0.");

    /// <summary>γ, how much less those count that are unlikely already.</summary>
    public double Gamma { get; } = Gamma >= 0 && double.IsFinite(Gamma) ? Gamma : throw new ArgumentOutOfRangeException(nameof(Gamma), Gamma, "γ is at least 0.");

    /// <summary>Which tokens the judgment complains about, [tokens], bool, without gradient.</summary>
    /// <param name="plain">log p, [tokens].</param>
    /// <param name="judged">log q, [tokens].</param>
    public Tensor Flags(Tensor plain, Tensor judged)
    {
        ArgumentNullException.ThrowIfNull(plain);
        ArgumentNullException.ThrowIfNull(judged);
        return (judged.detach() - plain.detach()).GreaterThan(Math.Log(Threshold));
    }

    /// <summary>The loss of a batch.</summary>
    /// <param name="criticised">Answers with a judgment, read without it; null if there are none.</param>
    /// <param name="judged">log q: the same tokens with the judgment in view, [tokens]; null if there are none.</param>
    /// <param name="approved">Answers without a judgment; null if there are none.</param>
    /// <returns>With <c>flagged</c>: the share of the tokens of criticised answers.</returns>
    /// <exception cref="ArgumentException">There is no answer at all, or criticised answers come without their judged tokens.</exception>
    public ObjectiveLoss Compute(AnswerTokens? criticised, Tensor? judged, AnswerTokens? approved)
    {
        if (criticised is null != judged is null || criticised is null && approved is null)
            throw new ArgumentException("Criticised answers have judged tokens, and there is at least one answer.", nameof(judged));
        var statistics = new Dictionary<string, Tensor>();
        List<Tensor> losses = [];
        if (criticised is not null)
        {
            var flags = Flags(criticised.LogProbs, judged!);
            losses.Add((criticised.Means(where(flags, Unlikelihood(criticised.LogProbs), -criticised.LogProbs)) - criticised.Means(judged!)).Over(2));
            statistics["flagged"] = flags.to(ScalarType.Float32).mean();
        }
        if (approved is not null)
            losses.Add(-approved.Means(approved.LogProbs));
        return new ObjectiveLoss(cat(losses).mean(), statistics);
    }

    private Tensor Unlikelihood(Tensor logProbs)
    {
        var loss = -(-logProbs.Within(most: -NearestToCertain).expm1()).log();
        return (Gamma == 0 ? loss : loss * logProbs.Times(Gamma).exp()).Times(Alpha);
    }
}
