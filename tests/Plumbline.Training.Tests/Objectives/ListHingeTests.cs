using FsCheck.Xunit;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class ListHingeTests
{
    [Fact] // card 018: only the pair (first, second) is in the wrong order, by 0.2; the best costs 0.5
    public void CycleAlign_comes_to_the_numbers_on_the_card()
    {
        var loss = ListHinge.CycleAlign.Compute(One([-0.5, -0.3, -0.9], [3, 2, 1]));
        Assert.Equal(0.2, loss.Statistics["distance"].item<double>(), 6);
        Assert.Equal(0.7, loss.Value.item<double>(), 6);
    }

    [Theory] // card 108: gaps 0.114286 and −0.014286
    [InlineData(HingeOver.Mean, 1.010000)]
    [InlineData(HingeOver.EachInMean, 1.011429)]
    public void Stable_Alignment_comes_to_the_numbers_on_the_card(HingeOver over, double loss) =>
        Assert.Equal(loss, Loss(ListHinge.StableAlignment(1, 0.2, over), [-1.0, -1.6, -1.3], [7, 2, 5]), 6);

    [Fact] // trap 2: margins belong to the answers whatever their order
    public void The_order_of_answers_does_not_matter() =>
        Assert.Equal(1.011429, Loss(ListHinge.StableAlignment(1, 0.2, HingeOver.EachInMean), [-1.3, -1.0, -1.6], [5, 7, 2]), 6);

    [Property] // identity 5
    public void With_one_answer_or_without_weight_it_is_supervised_fine_tuning(byte seed)
    {
        var logProbs = Slopes.LogProbs(seed, 3);
        Assert.Equal(-logProbs[1], Loss(ListHinge.StableAlignment(10, 0), logProbs, [1, 7, 3]), 12);
        Assert.Equal(-logProbs[0], Loss(ListHinge.CycleAlign, logProbs[..1], [2]), 12);
    }

    [Fact] // (0.7 + 0.4)/2: lists of different length weigh the same
    public void The_loss_is_the_mean_over_lists() =>
        Assert.Equal(0.55, ListHinge.CycleAlign.Compute(new(tensor([-0.5, -0.3, -0.9, -0.4]), [[3, 2, 1], [5]])).Value.item<double>(), 12);

    [Fact]
    public void Answers_of_the_same_rating_are_not_told_apart() => Assert.Equal(0.9, Loss(ListHinge.CycleAlign, [-0.9, -0.1], [2, 2]), 12);

    [Theory]
    [InlineData(HingeOver.Each)]
    [InlineData(HingeOver.EachInMean)]
    [InlineData(HingeOver.Mean)]
    public void The_gradient_agrees_with_finite_differences(HingeOver over)
    {
        foreach (var objective in (ListHinge[])[ListHinge.StableAlignment(3, 0.7, over), new() { Margin = 0.2, Over = over }])
            Slopes.Check(Slopes.LogProbs(5, 6), logProbs => objective.Compute(new(logProbs, [[1, 6, 3, 4], [2, 5]])).Value);
    }

    [Fact]
    public void Lists_and_columns_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ListHinge.CycleAlign.Compute(One([-1, -2], [1, 2, 3])));
        Assert.Throws<ArgumentException>(() => ListHinge.CycleAlign.Compute(new(tensor([-1.0]), [[1], []])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListHinge { Margin = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListHinge { Weight = double.NaN });
    }

    private static RankedAnswers One(double[] logProbs, double[] ratings) => new(tensor(logProbs), [ratings]);

    private static double Loss(ListHinge objective, double[] logProbs, double[] ratings) => objective.Compute(One(logProbs, ratings)).Value.item<double>();
}
