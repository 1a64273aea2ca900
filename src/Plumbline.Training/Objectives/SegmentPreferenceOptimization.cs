using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Direct preference optimisation by segments with a score each (2D-DPO), and three ways to bear noise in the scores (080).</summary>
/// <remarks>
/// n = the smaller number of segments. The n best segments of the better answer, best first, meet the n worst of the worse one, worst first: u_k = β·(r_w·d_w − r_l·d_l);
/// loss of a pair = Σ_k φ(u_k), φ(u) = −log σ(u); the mean over pairs. Robust:
/// to scores that are swapped at a rate ε, ((1 − ε)·φ(u) − ε·φ(−u)) / (1 − 2ε); to noise of deviation s around them, φ(u) − ½·s²·β²·(d_w² + d_l²)·σ(u)·(1 − σ(u)),
/// which takes off what such noise adds in the mean, to second order; to any noise up to δ, φ(u − β·δ·(|d_w| + |d_l|)). One segment of score 1 each is DPO.
/// </remarks>
/// <param name="Beta">β, strength of the pull to the reference, &gt; 0.</param>
public sealed record SegmentPreferenceOptimization(double Beta = 0.1)
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Beta > 0 && double.IsFinite(Beta) ? Beta : throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "β is greater than 0.");

    /// <summary>ε, how often the two scores of a term are believed to be swapped, from 0 to below 0.5.</summary>
    public double FlipRate { get; init => field = value is >= 0 and < 0.5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "ε is at least 0 and below 0.5."); }

    /// <summary>s, deviation of the noise in a score, ≥ 0.</summary>
    public double ScoreDeviation { get; init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "s is at least 0."); }

    /// <summary>δ, the most that a score may be wrong, ≥ 0.</summary>
    public double ScoreBound { get; init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "δ is at least 0."); }

    /// <summary>The mean over pairs.</summary>
    /// <param name="pairs">At least one.</param>
    /// <returns>With <c>margin</c>: the mean u of a term.</returns>
    public ObjectiveLoss Compute(SegmentPairs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.ChosenScores.Count != pairs.RejectedScores.Count || pairs.ChosenScores.Sum(scores => scores.Count) != pairs.Chosen.numel() || pairs.RejectedScores.Sum(scores => scores.Count) != pairs.Rejected.numel())
            throw new ArgumentException("Each pair has two answers, and each segment one score.", nameof(pairs));
        var (chosen, rejected) = (new List<Scored>(), new List<Scored>());
        var (from, fromRejected) = (0, 0);
        foreach (var (better, worse) in pairs.ChosenScores.Zip(pairs.RejectedScores))
        {
            var terms = Math.Min(better.Count, worse.Count);
            chosen.AddRange(In(better, from).OrderByDescending(each => each.Score).Take(terms));
            rejected.AddRange(In(worse, fromRejected).OrderBy(each => each.Score).Take(terms));
            (from, fromRejected) = (from + better.Count, fromRejected + worse.Count);
        }
        var (gained, lost) = (At(pairs.Chosen, chosen), At(pairs.Rejected, rejected)); // [terms]
        var margins = (gained * Scores(gained, chosen) - lost * Scores(lost, rejected)).Times(Beta);
        return new ObjectiveLoss(PerTerm(margins, gained, lost).sum().Over(pairs.ChosenScores.Count), new Dictionary<string, Tensor> { ["margin"] = margins.detach().mean() });
    }

    /// <summary>The loss of each term, [terms].</summary>
    /// <param name="margins">u.</param>
    /// <param name="gained">d_w.</param>
    /// <param name="lost">d_l.</param>
    public Tensor PerTerm(Tensor margins, Tensor gained, Tensor lost)
    {
        ArgumentNullException.ThrowIfNull(margins);
        ArgumentNullException.ThrowIfNull(gained);
        ArgumentNullException.ThrowIfNull(lost);
        var sure = ScoreBound == 0 ? margins : margins - gained.abs().Plus(lost.abs()).Times(Beta * ScoreBound);
        var loss = FlipRate == 0 ? Logistic(sure) : (Logistic(sure).Times(1 - FlipRate) - Logistic(-sure).Times(FlipRate)).Over(1 - 2 * FlipRate);
        if (ScoreDeviation == 0)
            return loss;
        var rise = sure.sigmoid();
        return loss - (gained.Squared().Plus(lost.Squared()) * rise * (-sure).sigmoid()).Times(ScoreDeviation * ScoreDeviation * Beta * Beta / 2);
    }

    private static Tensor Logistic(Tensor margins) => -nn.functional.logsigmoid(margins);

    private static IEnumerable<Scored> In(IReadOnlyList<double> scores, int from) => scores.Select((score, index) => new Scored(from + index, score));

    private static Tensor At(Tensor segments, List<Scored> which) => segments.index_select(0, tensor(which.Select(each => each.Segment).ToArray(), device: segments.device));

    private static Tensor Scores(Tensor like, List<Scored> which) => tensor(which.Select(each => each.Score).ToArray(), like.dtype, like.device);

    /// <param name="Segment">Which segment.</param>
    /// <param name="Score">What it is worth.</param>
    private sealed record Scored(long Segment, double Score);
}
