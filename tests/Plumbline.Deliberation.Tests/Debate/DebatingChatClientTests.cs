using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Debate;

public sealed class DebatingChatClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Debaters_see_the_others_answers_as_material_and_what_most_hold_in_the_end_is_given()
    {
        var calls = -1;
        string[] first = ["41", "42", "43"];
        var model = new FunctionChatClient((messages, _, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant,
            messages[0].Role == ChatRole.System ? messages[0].Text.Contains(">\n42\n</data", StringComparison.Ordinal) ? "42" : "unsure" : first[Interlocked.Increment(ref calls)]))));
        using var client = model.AsBuilder().UseDebate().Build();
        var answer = await client.GetResponseAsync("Six by seven?", cancellationToken: Cancel);
        Assert.Equal("42", answer.Text);
        Assert.Equal(6, model.Calls.Count); // three, and three again; then all agree
        Assert.True(Trace.Of(answer)!.Stages[0].Changed);
    }

    [Fact]
    public async Task Those_who_agree_at_once_do_not_debate()
    {
        var model = new FunctionChatClient(_ => "42.");
        using var client = model.AsBuilder().UseDebate(new DebateOptions { Debaters = 4 }).Build();
        Assert.Equal("42.", (await client.GetResponseAsync("Six by seven?", cancellationToken: Cancel)).Text);
        Assert.Equal(4, model.Calls.Count);
    }

    [Fact]
    public async Task Where_there_is_no_majority_the_scorer_chooses_and_without_one_the_first_debater_stands()
    {
        foreach (var (scorer, answer) in new (IAnswerScorer?, string)[] { (new FunctionScorer(each => each.Text[^1]), "3"), (null, "1") })
        {
            var others = -1;
            var model = new FunctionChatClient((messages, options, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, messages[0].Role == ChatRole.System
                ? messages[0].Text[messages[0].Text.IndexOf(">\n", StringComparison.Ordinal) + 2].ToString() // each stays with its own
                : options!.Seed == 7 ? "1" : $"{2 + Interlocked.Increment(ref others) % 2}"))));
            using var client = model.AsBuilder().UseDebate(new DebateOptions { Rounds = 1, Scorer = scorer }).Build();
            Assert.Equal(answer, (await client.GetResponseAsync("A number?", new ChatOptions { Seed = 7 }, Cancel)).Text);
        }
    }

    [Theory]
    [InlineData("a a b", "a")]
    [InlineData("a b", null)]
    [InlineData("", null)]
    [InlineData("a", "a")]
    public void A_majority_is_more_than_any_other(string choices, string? most) => Assert.Equal(most, ControlledDebate.Majority(choices.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
