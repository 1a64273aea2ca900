using Plumbline.Worlds.Ratings;

namespace Plumbline.Worlds.Tests.Ratings;

public sealed class RatedTextsTests
{
    private const string Prompt = "tell anna about rain";
    private readonly RatedTexts _world = RatedTexts.Draw(3, 3);

    [Theory] // eight words that count for one rating: 1 + 8, at most 5
    [InlineData(0, new double[] { 5, 1, 1 })]
    [InlineData(2, new double[] { 1, 1, 5 })]
    [InlineData(3, new double[] { 1, 1, 1 })]
    public void A_rating_is_one_and_the_words_that_count_for_it(int kind, double[] expected)
    {
        var shares = new double[4];
        shares[kind] = 1;
        Assert.Equal(expected, _world.Rate(Prompt, _world.Answer(Prompt, shares, new Draws(1, "test"))));
    }

    [Fact]
    public void Words_are_counted_one_by_one_and_only_the_first_eight()
    {
        string Of(int kind, int count) => string.Join(' ', _world.Answer(Prompt, [.. Enumerable.Range(0, 4).Select(each => each == kind ? 1.0 : 0)], new Draws(1, "test")).Split(' ').Take(count));
        Assert.Equal([4, 2, 1], _world.Rate(Prompt, $"{Of(0, 3)} {Of(1, 1)}"));
        Assert.Equal([1, 3, 5], _world.Rate(Prompt, $"{Of(1, 2)} {Of(2, 6)} {Of(0, 8)}"));
        Assert.Equal([1, 1, 1], _world.Rate("tell anna about tea", Of(0, 8))); // words of another subject
        Assert.Equal([1, 1, 1], _world.Rate(Prompt, ""));
    }

    [Fact]
    public void Held_out_prompts_are_a_quarter_of_all_and_never_trained_on()
    {
        HashSet<string> Of(bool heldOut) => [.. Enumerable.Range(0, 1000).Select(index => RatedTexts.Prompt(new Draws(1, "test", index), heldOut))];
        Assert.Equal((36, 12), (Of(false).Count, Of(true).Count));
        Assert.Empty(Of(false).Intersect(Of(true)));
    }

    [Fact]
    public void The_same_seed_is_the_same_world_and_every_word_of_a_world_is_there_to_be_learnt()
    {
        Assert.Equal(_world.Texts, RatedTexts.Draw(3, 3).Texts);
        Assert.NotEqual(_world.Texts, RatedTexts.Draw(4, 3).Texts);
        var words = _world.Texts.SelectMany(text => text.Split(' ').Skip(1)).CountBy(word => word).ToDictionary();
        Assert.Equal("useful five gentle zero ", _world.Say([5, null, 0]));
        foreach (var word in Enumerable.Range(0, 50).SelectMany(index => (_world.Say([1, 3, 2]) + Prompt + " " + _world.Answer(Prompt, new Draws(1, "test", index))).Split(' ')))
            Assert.InRange(words[word], 2, int.MaxValue);
    }
}
