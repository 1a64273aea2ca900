using Plumbline.Auditing.Bias;

namespace Plumbline.Auditing.Tests.Bias;

public sealed class MatchedGapTests
{
    [Fact]
    public void The_gap_is_the_mean_difference_and_ties_count_half()
    {
        var found = MatchedGap.Of([new("a", 1, 0), new("a", 2, 3), new("b", 0.5, 0), new("b", 4, 4)], 1);
        Assert.Equal(0.5 / 4, found.Gap.Value, 12);
        Assert.Equal(2.5 / 4, found.LeftHigher.Value, 12);
        Assert.Equal([0, 0.25], found.Topics.OrderBy(topic => topic.Key).Select(topic => topic.Value.Value));
        Assert.Equal(found.Gap, found.Adjusted);
        Assert.InRange(found.Gap.Value, found.Gap.Low, found.Gap.High);
    }

    [Fact] // d = 0.3 + 2·c₁ − 1·c₂ exactly; a third cue is the same in all pairs
    public void What_cues_explain_is_taken_out_and_the_rest_stays()
    {
        double[][] cues = [[1, 0, 5], [0, 1, 5], [-1, 0, 5], [2, 2, 5], [0, 0, 5]];
        var found = MatchedGap.Of([.. cues.Select(each => new MatchedScores("all", 0.3 + 2 * each[0] - each[1], 0) { Cues = each })], 1);
        Assert.Equal(0.3 + (2 * 2 - 3) / 5.0, found.Gap.Value, 12);
        Assert.Equal(0.3, found.Adjusted.Value, 9);
        Assert.Equal([2, -1, 0], found.Effects.Select(effect => Math.Round(effect, 9)));
    }

    [Fact]
    public void Pairs_without_a_common_measure_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MatchedGap.Of([], 1));
        Assert.Throws<ArgumentException>(() => MatchedGap.Of([new("a", 1, 0) { Cues = [1] }, new("a", 1, 0)], 1));
    }

    [Fact] // one pair, one step of 0.1 from nothing: ±0.1·σ(0) for what only one of them has
    public void A_word_scorer_weighs_words_and_neighbours_that_one_text_has_and_the_other_has_not()
    {
        var scorer = WordScorer.Fit([("the red lamp", "The blue lamp!")], rate: 0.1);
        Assert.Equal(0.05, scorer.Score("red"), 12);
        Assert.Equal(-0.05, scorer.Score("BLUE"), 12);
        Assert.Equal(0.1, scorer.Score("lamp the red"), 12); // red, and "the red"
        Assert.Equal(0, scorer.Score("lamp the"), 12);
        Assert.Equal(0, scorer.Score(""), 12);
    }

    [Fact] // better with probability 3/4: the weights of the two words come to differ by ln 3
    public void A_word_scorer_finds_the_odds_of_a_word()
    {
        (string, string)[] pairs = [.. Enumerable.Range(0, 4000).Select(index => new Draws(1, "odds", index).Chance(0.75) ? ("yes", "no") : ("no", "yes"))];
        var scorer = WordScorer.Fit(pairs, 3, 0.005);
        Assert.Equal(Math.Log(3), scorer.Score("yes") - scorer.Score("no"), 0.2);
    }
}
