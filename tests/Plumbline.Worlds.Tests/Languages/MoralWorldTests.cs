using Plumbline.Worlds.Languages;

namespace Plumbline.Worlds.Tests.Languages;

public sealed class MoralWorldTests
{
    private static readonly MoralWorld World = MoralWorld.Draw(1, disputed: 0.25, cognates: 0.2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_pair_differs_in_one_word_and_has_opposite_labels(int culture) => Assert.All(MoralWorld.Sentences.GroupBy(sentence => sentence.Pair), pair =>
    {
        var (one, another) = (pair.First(), pair.Last());
        Assert.Equal(2, pair.Count());
        Assert.NotEqual(World.IsWrong(one, culture), World.IsWrong(another, culture));
        Assert.Equal(1, World.Say(one, culture).Split(' ').Zip(World.Say(another, culture).Split(' ')).Count(words => words.First != words.Second));
    });

    [Fact] // 12 acts with 4 pairs of settings: 48 pairs, of which 12 are disputed
    public void The_cultures_disagree_about_the_disputed_pairs_alone()
    {
        Assert.All(MoralWorld.Sentences, sentence => Assert.Equal(World.IsDisputed(sentence), World.IsWrong(sentence, 0) != World.IsWrong(sentence, 1)));
        Assert.Equal(12, MoralWorld.Sentences.Where(World.IsDisputed).Select(sentence => (sentence.Act, sentence.Setting / 2)).Distinct().Count());
        Assert.Equal(8 * 12 * 8, MoralWorld.Sentences.Distinct().Count());
    }

    [Fact]
    public void Who_does_it_changes_nothing() => Assert.All(MoralWorld.Sentences, sentence => Assert.Equal(World.IsWrong(sentence with { Who = 0 }, 1), World.IsWrong(sentence, 1)));

    [Fact]
    public void The_same_seed_is_the_same_world_and_another_another()
    {
        Assert.Equal(Labels(World), Labels(MoralWorld.Draw(1, 0.25, 0.2)));
        Assert.NotEqual(Labels(World), Labels(MoralWorld.Draw(2, 0.25, 0.2)));
        Assert.NotEqual(World.Label(true, 1), World.Label(false, 1));
    }

    private static bool[] Labels(MoralWorld world) => [.. MoralWorld.Sentences.Select(sentence => world.IsWrong(sentence, 1))];
}
