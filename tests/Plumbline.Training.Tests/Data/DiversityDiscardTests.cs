namespace Plumbline.Training.Tests.Data;

public sealed class DiversityDiscardTests
{
    [Theory] // sources (.6, .3, .1), categories (.5, .3, .2): the means are 1/3 each, so only the first of both is common
    [InlineData(.6, .5, .3)]
    [InlineData(.6, .3, 0)]
    [InlineData(.3, .5, 0)]
    [InlineData(.1, .2, 0)]
    public void Only_what_is_common_twice_over_is_discarded(double source, double category, double probability) =>
        Assert.Equal(probability, DiversityDiscard.Probability(source, category, 1 / 3.0, 1 / 3.0), 12);

    [Fact]
    public void What_is_rare_stays_and_the_size_is_reached()
    {
        var examples = Enumerable.Range(0, 1000).Select(i => (Source: i < 800 ? "a" : "b", Category: i % 10 < 8 ? "x" : "y", Index: i)).ToArray();
        var kept = DiversityDiscard.Apply(examples, each => each.Source, each => each.Category, 500, 1);
        Assert.Equal(500, kept.Count);
        Assert.Equal(200, kept.Count(each => each.Source == "b"));
        Assert.Equal(160, kept.Count(each => each is { Source: "a", Category: "y" }));
    }

    [Fact]
    public void The_same_seed_chooses_the_same() => Assert.Equal(
        DiversityDiscard.Apply(Enumerable.Range(0, 50).ToArray(), i => i < 40 ? "a" : "b", i => i < 45 ? "x" : "y", 20, 3),
        DiversityDiscard.Apply(Enumerable.Range(0, 50).ToArray(), i => i < 40 ? "a" : "b", i => i < 45 ? "x" : "y", 20, 3));
}
