using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>The best answer becomes likelier, and each worse answer keeps its distance from a better one (kernel K4; 018, 108).</summary>
/// <remarks>
/// loss of a list = −p_best + λ·H, H made of p_worse − p_better + M·(s_better − s_worse) over pairs of answers; s are ratings, of equal ones the first is best.
/// The mean over lists. A list of one answer is supervised fine-tuning, and so is λ = 0.
/// </remarks>
public sealed record ListHinge
{
    /// <summary>CycleAlign (018): every pair of different rating, H = Σ max(0, p_worse − p_better), λ = 1.</summary>
    public static ListHinge CycleAlign { get; } = new();

    /// <summary>Which pairs there are.</summary>
    public RankedPairs Pairs { get; init; }

    /// <summary>What is made of the pairs of a list.</summary>
    public HingeOver Over { get; init; }

    /// <summary>M, how far apart answers should be for each point of rating between them, ≥ 0.</summary>
    public double Margin { get; init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "M is at least 0."); }

    /// <summary>λ, how much distances count beside the likelihood of the best answer, ≥ 0.</summary>
    public double Weight { get; init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "λ is at least 0."); } = 1;

    /// <summary>Stable Alignment (108): the best answer against each other one.</summary>
    /// <param name="margin">M of the paper, for the whole span of ratings from 1 to 7.</param>
    /// <param name="weight">λ.</param>
    /// <param name="over">The hinge of the mean, or the mean of hinges: they differ.</param>
    public static ListHinge StableAlignment(double margin = 1, double weight = 0.5, HingeOver over = HingeOver.Mean) =>
        new() { Pairs = RankedPairs.WithBest, Over = over, Margin = margin / 7, Weight = weight };

    /// <summary>The loss of a batch.</summary>
    /// <param name="answers">At least one list.</param>
    /// <returns>With <c>best</c> (mean p of the best answers) and <c>distance</c> (mean H).</returns>
    public ObjectiveLoss Compute(RankedAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var lists = answers.Ratings.Count;
        var best = answers.LogProbs.index_select(0, tensor(Starts(answers).Zip(answers.Ratings, (start, ratings) => (long)(start + Best(ratings))).ToArray(), device: answers.LogProbs.device));
        var pairs = Starts(answers).Zip(answers.Ratings).SelectMany((list, index) => Of(index, list.First, list.Second)).ToArray();
        var distance = pairs.Length == 0 ? zeros_like(best) : Distance(answers.LogProbs, pairs, lists);
        var value = (distance.Times(Weight) - best).mean();
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor> { ["best"] = best.mean(), ["distance"] = distance.mean() });
    }

    private Tensor Distance(Tensor logProbs, Pair[] pairs, int lists)
    {
        var of = tensor(pairs.Select(pair => (long)pair.List).ToArray(), device: logProbs.device);
        var gaps = (At(pair => pair.Worse) - At(pair => pair.Better)).Plus(Column(pair => pair.Margin));
        var each = (Over == HingeOver.Mean ? gaps : gaps.relu()) * Column(pair => pair.Share); // [pairs]
        var sums = zeros(lists, logProbs.dtype, logProbs.device).PlusAt(of, each);
        return Over == HingeOver.Mean ? sums.relu() : sums;

        Tensor At(Func<Pair, long> answer) => logProbs.index_select(0, tensor(pairs.Select(answer).ToArray(), device: logProbs.device));
        Tensor Column(Func<Pair, double> number) => tensor(pairs.Select(number).ToArray(), logProbs.dtype, logProbs.device);
    }

    private IEnumerable<Pair> Of(int list, int start, IReadOnlyList<double> ratings)
    {
        var best = Best(ratings);
        var pairs = (from better in Enumerable.Range(0, ratings.Count)
                     from worse in Enumerable.Range(0, ratings.Count)
                     where Pairs == RankedPairs.WithBest ? better == best && worse != best : ratings[better] > ratings[worse]
                     select (better, worse)).ToArray();
        return pairs.Select(pair => new Pair(list, start + pair.better, start + pair.worse, Margin * (ratings[pair.better] - ratings[pair.worse]), Over == HingeOver.Each ? 1 : 1.0 / pairs.Length));
    }

    private static IEnumerable<int> Starts(RankedAnswers answers)
    {
        var start = 0;
        foreach (var ratings in answers.Ratings)
        {
            if (ratings.Count == 0)
                throw new ArgumentException("A list has at least one answer.", nameof(answers));
            yield return start;
            start += ratings.Count;
        }
        if (start != answers.LogProbs.numel())
            throw new ArgumentException("Each answer has one rating.", nameof(answers));
    }

    private static int Best(IReadOnlyList<double> ratings) => ratings.Index().MaxBy(each => each.Item).Index;

    /// <param name="List">Which list.</param>
    /// <param name="Better">The better answer.</param>
    /// <param name="Worse">The worse one.</param>
    /// <param name="Margin">How far apart they should be.</param>
    /// <param name="Share">What the pair counts in its list.</param>
    private sealed record Pair(int List, long Better, long Worse, double Margin, double Share);
}

/// <summary>Which pairs of a list keep their distance.</summary>
public enum RankedPairs
{
    /// <summary>All of different rating.</summary>
    All,

    /// <summary>The best answer with each other one.</summary>
    WithBest,
}

/// <summary>What is made of the pairs of a list.</summary>
public enum HingeOver
{
    /// <summary>Σ max(0, ·).</summary>
    Each,

    /// <summary>The mean of max(0, ·).</summary>
    EachInMean,

    /// <summary>max(0, the mean): pairs that are further apart than they need be make up for others.</summary>
    Mean,
}
