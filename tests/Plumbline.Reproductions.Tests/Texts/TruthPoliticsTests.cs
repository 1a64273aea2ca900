using Plumbline.Auditing.Bias;
using Plumbline.Reproductions.Texts;

namespace Plumbline.Reproductions.Tests.Texts;

public sealed class TruthPoliticsTests
{
    [Fact]
    public void Cells_in_quotation_marks_hold_commas_line_ends_and_doubled_marks() =>
        Assert.Equal([["l", "r"], ["a, b", "say \"no\""], ["", "two\nlines"], ["last", ""]], TruthPolitics.Rows("\"l\",\"r\"\r\n\"a, b\",\"say \"\"no\"\"\"\n,\"two\nlines\"\nlast,"));

    [Fact] // as the paper counts them; words alone tell true from false statements better than chance
    public void The_pairs_of_the_paper_are_read_whole()
    {
        var folder = TruthPolitics.Find();
        Assert.SkipWhen(folder is null, "The pairs of the paper (sfulay/truth_politics) are not in shared/data/truth-politics beside the project.");
        var (views, truths) = (TruthPolitics.Views(folder), TruthPolitics.Truths(folder));
        Assert.Equal((13_855, 1_987), (views.Count, truths.Count));
        Assert.All(views, view => Assert.False(string.IsNullOrWhiteSpace(view.Left) || string.IsNullOrWhiteSpace(view.Right) || string.IsNullOrWhiteSpace(view.Topic)));
        var scorer = WordScorer.Fit([.. truths.Take(1500)], 3);
        Assert.InRange(truths.Skip(1500).Average(pair => scorer.Score(pair.True) > scorer.Score(pair.False) ? 1.0 : 0), 0.6, 1);
    }
}
