using FsCheck.Xunit;
using Plumbline.Training.Data;

namespace Plumbline.Training.Tests.Data;

public sealed class RouteByDifficultyTests
{
    [Fact]
    public void Parts_end_at_the_quantiles_and_of_equals_the_earlier_is_easier() =>
        Assert.Equal([[1, 3], [4, 0], [2, 5]], RouteByDifficulty.Split([0.5, 0.1, 0.9, 0.1, 0.2, 0.9], 1 / 3.0, 2 / 3.0));

    [Property]
    public bool Every_item_is_in_one_part_and_no_part_is_harder_than_the_next(byte[] difficulty)
    {
        var parts = RouteByDifficulty.Split([.. difficulty.Select(each => (double)each)], 0.2, 0.7);
        return parts.Count == 3 && parts.SelectMany(part => part).Order().SequenceEqual(Enumerable.Range(0, difficulty.Length))
            && parts.SelectMany(part => part).Select(index => difficulty[index]).SequenceEqual(difficulty.Order());
    }

    [Fact]
    public void Quantiles_that_do_not_rise_and_difficulties_that_are_no_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RouteByDifficulty.Split([1], 0.5, 0.5));
        Assert.Throws<ArgumentException>(() => RouteByDifficulty.Split([1], 1.0));
        Assert.Throws<ArgumentException>(() => RouteByDifficulty.Split([double.NaN], 0.5));
    }

    [Fact]
    public void Disagreement_is_what_the_commonest_answer_leaves()
    {
        Assert.Equal(0.5, RouteByDifficulty.Disagreement(["a", "b", "a", "c"]));
        Assert.Equal(0, RouteByDifficulty.Disagreement(["a", "a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RouteByDifficulty.Disagreement([]));
    }
}
