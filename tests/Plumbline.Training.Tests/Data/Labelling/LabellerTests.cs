namespace Plumbline.Training.Tests.Data.Labelling;

/// <summary>Pairs of scored answers, against numbers worked out by hand.</summary>
public sealed class LabellerTests
{
    private static readonly AnswerScores[] Two = [new([1.0, 0.8, 0.2], [40, 10, 20]), new([0.9, 0.6, 0.1], [30, 12, 25])];

    [Fact] // at α = 0 chosen are 40 and 30 long, rejected 20 and 25: 35 − 22.5; from α = 0.2/30 on the first prompt prefers its second answer: 20 − 22.5 (card 117)
    public void The_length_term_is_the_first_at_which_both_sides_are_as_long_as_they_can_be()
    {
        Assert.Equal(12.5, LengthRegularised.Excess(Two, 0), 12);
        Assert.Equal(12.5, LengthRegularised.Excess(Two, 0.006), 12);
        Assert.Equal(-2.5, LengthRegularised.Excess(Two, 0.007), 12);
        Assert.Equal(0.007, new LengthRegularised().Coefficient(Two), 12);
        AnswerPair[] expected = [new(0, 1, 2, 0.8 - 0.2), new(1, 0, 2, 0.9 - 0.1)];
        Assert.Equal(expected, new LengthRegularised().Label(Two));
    }

    [Fact]
    public void Best_and_worst_make_a_pair_where_they_differ_by_enough()
    {
        AnswerScores[] groups = [new([0.5, 0.5], [3, 9]), new([0.2, 0.9, 0.4], [1, 1, 1]), new([0.4, 0.5], [1, 1])];
        Assert.Equal([(1, 1, 0), (2, 1, 0)], new BestWorst().Label(groups).Select(pair => (pair.Group, pair.Chosen, pair.Rejected)));
        Assert.Equal([1], new BestWorst(0.2).Label(groups).Select(pair => pair.Group));
        Assert.Equal(0.7, new BestWorst().Label(groups)[0].Gap, 12);
    }

    [Fact]
    public void A_threshold_pairs_right_answers_with_wrong_ones_in_their_order()
    {
        AnswerScores[] groups = [new([0, 1, 1, 0, 1], [1, 1, 1, 1, 1]), new([1, 1], [1, 1])];
        Assert.Equal([(0, 1, 0), (0, 2, 3)], new Threshold(1).Label(groups).Select(pair => (pair.Group, pair.Chosen, pair.Rejected)));
    }

    [Fact] // a judge who gives the first answer 0.3 too much: (0.6 + 0.3) − … of answers worth 0.2, 0.5 and 0.5; the last two cannot be told apart
    public void Both_orders_take_the_liking_for_the_first_place_away()
    {
        double[] worth = [0.2, 0.5, 0.5];
        var rates = BothOrders.WinRates(3, (first, second) => 0.5 + (worth[first] - worth[second]) / 2 + 0.3);
        Assert.Equal([0.35, 0.575, 0.575], rates, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.5, BothOrders.Average(0.9, 0.9), 12);
        Assert.Equal(0.75, BothOrders.Average(0.9, 0.4), 12);
    }

    [Fact]
    public void Replayed_pairs_are_their_share_and_the_same_ones_each_time()
    {
        PairExample[] Make(int from, int count) => [.. Enumerable.Range(from, count).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];
        var (offline, fresh) = (Make(0, 5), Make(10, 6));
        var mixed = new ReplayMix(offline, 0.25, 3).With(4, fresh);
        Assert.Equal(8, mixed.Count);
        Assert.Equal(2, mixed.Count(offline.Contains));
        Assert.All(fresh, pair => Assert.Contains(pair, mixed));
        Assert.Equal(mixed, new ReplayMix(offline, 0.25, 3).With(4, fresh));
        Assert.NotEqual(mixed, new ReplayMix(offline, 0.25, 3).With(5, fresh));
        Assert.Empty(new ReplayMix(offline, 0.5, 3).With(4, []));
    }

    [Theory]
    [InlineData("start", 1, 0, 0, 0)]
    [InlineData("behaviour=0.5,earlier=0.25, start = 0.25", 0.25, 0.5, 0, 0.25)]
    [InlineData("round", 0, 0, 1, 0)]
    public void An_anchor_is_a_moment_or_several_with_weights(string text, double start, double behaviour, double round, double earlier) =>
        Assert.Equal([start, behaviour, round, earlier], AnchorMixture.Parse(text, "--anchor").Weights);

    [Theory]
    [InlineData("begin", "no moment")]
    [InlineData("start=0.5", "add up to 0.5")]
    [InlineData("start=0.5,start=0.5", "given twice")]
    [InlineData("start=x,round=0.5", "'x'")]
    [InlineData("start=NaN", "'NaN'")]
    public void An_anchor_that_is_none_is_named(string text, string said) =>
        Assert.Contains(said, Assert.Throws<InputException>(() => AnchorMixture.Parse(text, "--anchor")).Message, StringComparison.Ordinal);
}
