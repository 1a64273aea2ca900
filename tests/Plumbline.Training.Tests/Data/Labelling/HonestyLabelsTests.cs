namespace Plumbline.Training.Tests.Data.Labelling;

public sealed class HonestyLabelsTests
{
    private const string Unknown = "I don't know.";

    [Theory] // the grades end at 2, 4, 6, 8 and 10 right samples; "only" goes up to 5
    [InlineData(0, Unknown, Unknown, Unknown)]
    [InlineData(1, "Oslo.", "I am only about 10% confident: Oslo.", "I am not at all sure: Oslo.")]
    [InlineData(2, "Oslo.", "I am only about 20% confident: Oslo.", "I am not at all sure: Oslo.")]
    [InlineData(3, "Oslo.", "I am only about 30% confident: Oslo.", "I am not very sure: Oslo.")]
    [InlineData(5, "Oslo.", "I am only about 50% confident: Oslo.", "I am somewhat sure: Oslo.")]
    [InlineData(6, "Oslo.", "I am about 60% confident: Oslo.", "I am somewhat sure: Oslo.")]
    [InlineData(8, "Oslo.", "I am about 80% confident: Oslo.", "I am fairly sure: Oslo.")]
    [InlineData(10, "Oslo.", "I am about 100% confident: Oslo.", "I am quite certain: Oslo.")]
    public void A_text_says_what_the_samples_show(int right, string absolute, string numeric, string verbal)
    {
        var answers = Answers(right, 10);
        Assert.Equal([absolute], new AbsoluteHonesty().Targets(answers));
        Assert.Equal([numeric], new NumericConfidence().Targets(answers));
        Assert.Equal([verbal], new VerbalConfidence().Targets(answers));
    }

    [Fact]
    public void Every_sample_is_kept_and_a_wrong_one_admits_that_it_is_not_known()
    {
        var targets = new MultisampleHonesty("No idea.").Targets(new("Oslo.", ["Oslo.", "Lima.", "In Oslo."], [true, false, true]));
        Assert.Equal(["Oslo.", "No idea.", "In Oslo."], targets);
    }

    [Fact]
    public void Other_numbers_of_samples_are_counted_of_ten_and_one_right_sample_of_many_counts()
    {
        Assert.Equal(1, Answers(1, 40).RightOfTen);
        Assert.Equal(5, Answers(2, 4).RightOfTen);
        Assert.Equal(10, Answers(4, 4).RightOfTen);
        Assert.Equal(["Oslo."], new AbsoluteHonesty(Least: 1).Targets(Answers(1, 40)));
        Assert.Equal([Unknown], new AbsoluteHonesty(Least: 5).Targets(Answers(4, 10)));
    }

    [Fact]
    public void Samples_without_a_verdict_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SampledAnswers("Oslo.", ["Oslo."], []));
        Assert.Throws<ArgumentException>(() => new SampledAnswers("Oslo.", [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AbsoluteHonesty(Least: 0));
    }

    private static SampledAnswers Answers(int right, int of) => new("Oslo.", [.. Enumerable.Repeat("Oslo.", of)], [.. Enumerable.Range(0, of).Select(index => index < right)]);
}
