using FsCheck.Xunit;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class SegmentPreferenceOptimizationTests
{
    private static readonly double[] Chosen = [0.1, 0.3], Rejected = [-0.6, 0.0];
    private static readonly double[][] ChosenScores = [[0.9, 0.4]], RejectedScores = [[0.2, 0.7]];

    [Fact] // hand batch H1: 0.682702 + 0.687165
    public void The_hand_batch_comes_to_the_number_on_the_card() => Assert.Equal(1.369867, Loss(new(), Chosen, Rejected, ChosenScores, RejectedScores), 6);

    [Fact] // best against worst whatever the order in the text; the third segment of the better answer has nobody to meet
    public void Segments_meet_by_their_scores_and_what_is_left_over_does_not_count() =>
        Assert.Equal(1.369867, Loss(new(), [5, 0.3, 0.1], [0.0, -0.6], [[0.1, 0.4, 0.9]], [[0.7, 0.2]]), 6);

    [Property] // identity 3
    public void One_segment_of_score_one_is_DPO(sbyte gained, sbyte lost)
    {
        var (up, down) = (gained / 16.0, lost / 16.0);
        var pairs = new PairLogProbs(tensor([up]), tensor([down]), zeros(1, float64), zeros(1, float64), ones(1, float64), ones(1, float64));
        Assert.Equal(new DirectPreferenceOptimization(0.3).Compute(pairs).Value.item<double>(), Loss(new(0.3), [up], [down], [[1]], [[1]]), 10);
    }

    [Fact] // card 080: β 1, r 1, d .8, s .5: clean .371101, second order .388213
    public void The_deviation_term_takes_off_what_noise_adds_to_second_order()
    {
        var (clean, without) = (Term(new(1), 0.8, 0.8, 0), Term(new(1) { ScoreDeviation = 0.5 }, 0.8, 0.8, 0));
        Assert.Equal(.371101, clean, 6);
        Assert.Equal(.388213 - .371101, clean - without, 2e-6);
    }

    [Fact] // the same by simulation: the mean over noisy scores is nearer to the clean loss with the term than without
    public void The_mean_over_noisy_scores_is_nearly_the_clean_loss()
    {
        var draws = new Draws(1, "scores");
        double[] noisy = [.. Enumerable.Range(0, 4000).Select(_ => 0.8 * (1 + 0.5 * draws.NextNormal()))];
        Assert.Equal(.387623, noisy.Average(margin => Math.Log(1 + Math.Exp(-margin))), 0.01);
        Assert.Equal(.371101, noisy.Average(margin => Term(new(1) { ScoreDeviation = 0.5 }, margin, 0.8, 0)), 0.01);
    }

    [Property] // identity 2: averaged over swaps at the rate that it was told, the loss is the clean one
    public void Averaged_over_swapped_scores_it_is_the_clean_loss(sbyte margin)
    {
        var (u, robust) = (margin / 32.0, new SegmentPreferenceOptimization(1) { FlipRate = 0.2 });
        Assert.Equal(Term(new(1), u, 0, 0), 0.8 * Term(robust, u, 0, 0) + 0.2 * Term(robust, -u, 0, 0), 10);
    }

    [Fact] // u = 0.5·(1·0.8 − 1·(−0.4)) = 0.6; worst case 0.6 − 0.5·0.3·1.2 = 0.42
    public void The_bound_is_the_worst_that_noise_can_do()
    {
        double Loss1(double better, double worse) => Loss(new(0.5), [0.8], [-0.4], [[better]], [[worse]]);
        var worst = Loss(new(0.5) { ScoreBound = 0.3 }, [0.8], [-0.4], [[1]], [[1]]);
        Assert.Equal(Math.Log(1 + Math.Exp(-0.42)), worst, 10);
        Assert.Equal(new[] { (.7, .7), (.7, 1.3), (1.3, .7), (1.3, 1.3) }.Max(scores => Loss1(scores.Item1, scores.Item2)), worst, 10);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.2, 0, 0)]
    [InlineData(0, 0.6, 0)]
    [InlineData(0, 0, 0.3)]
    [InlineData(0.1, 0.4, 0.2)]
    public void The_gradient_agrees_with_finite_differences(double flips, double deviation, double bound)
    {
        var objective = new SegmentPreferenceOptimization(0.8) { FlipRate = flips, ScoreDeviation = deviation, ScoreBound = bound };
        Slopes.Check([0.1, 0.3, -0.5, -0.6, 0.2], both => objective.Compute(new(both.narrow(0, 0, 3), both.narrow(0, 3, 2), [[0.9, 0.4], [0.5]], [[0.2], [0.7]])).Value);
    }

    [Fact]
    public void Settings_that_mean_nothing_and_columns_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentPreferenceOptimization(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentPreferenceOptimization { FlipRate = 0.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentPreferenceOptimization { ScoreDeviation = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentPreferenceOptimization { ScoreBound = double.NaN });
        Assert.Throws<ArgumentException>(() => Loss(new(), Chosen, Rejected, [[1]], RejectedScores));
    }

    private static double Term(SegmentPreferenceOptimization objective, double margin, double gained, double lost) =>
        objective.PerTerm(tensor([margin]), tensor([gained]), tensor([lost])).item<double>();

    private static double Loss(SegmentPreferenceOptimization objective, double[] chosen, double[] rejected, double[][] chosenScores, double[][] rejectedScores) =>
        objective.Compute(new SegmentPairs(tensor(chosen), tensor(rejected), chosenScores, rejectedScores)).Value.item<double>();
}
