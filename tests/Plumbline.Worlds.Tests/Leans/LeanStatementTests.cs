using Plumbline.Worlds.Leans;

namespace Plumbline.Worlds.Tests.Leans;

public sealed class LeanStatementTests
{
    [Fact]
    public void Who_leans_to_a_side_agrees_with_it_and_not_with_the_other()
    {
        Assert.Equal("should parcels come late", new LeanStatement(0, false, 0, 0).Text);
        Assert.Equal("no parcels never come late", new LeanStatement(0, false, 0, 0).Leaning(toFirst: true));
        Assert.Equal("yes parcels best come early", new LeanStatement(0, true, 0, 0).Leaning(toFirst: true));
        Assert.Equal("no books never are packed tight", new LeanStatement(1, true, 2, 3).Leaning(toFirst: false));
    }

    [Fact]
    public void Each_question_is_asked_for_either_side_once_and_half_of_the_wordings_are_paraphrases()
    {
        Assert.Equal(2 * 2 * 8 * 4, LeanStatement.All.Select(each => each.Text).Distinct().Count());
        Assert.All(LeanStatement.All.CountBy(each => (each.Axis, each.First, each.IsParaphrase)), each => Assert.Equal(16, each.Value));
    }
}
