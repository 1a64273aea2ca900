using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Selection;

public sealed class BestOfChatClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Writes a number that depends on the seed alone.</summary>
    private static FunctionChatClient Numbers() => new((_, options, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"{new Draws(options?.Seed ?? 0, "numbers").Next(1000)}"))));

    private static async Task<string> AskAsync(IChatClient client, long seed) => (await client.GetResponseAsync("A number?", new ChatOptions { Seed = seed }, Cancel)).Text;

    [Fact]
    public async Task A_scorer_that_knows_nothing_or_a_single_candidate_changes_nothing()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var plain = await AskAsync(Numbers(), seed);
            Assert.Equal(plain, await AskAsync(Numbers().AsBuilder().UseBestOf(new FunctionScorer(_ => 1), 8).Build(), seed));
            Assert.Equal(plain, await AskAsync(Numbers().AsBuilder().UseBestOf(new FunctionScorer(answer => int.Parse(answer.Text, null)), 1).Build(), seed));
        }
    }

    [Fact]
    public async Task A_perfect_scorer_never_makes_it_worse_and_mostly_better()
    {
        var better = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var (plain, best) = (int.Parse(await AskAsync(Numbers(), seed), null), int.Parse(await AskAsync(Numbers().AsBuilder().UseBestOf(new FunctionScorer(answer => int.Parse(answer.Text, null)), 8).Build(), seed), null));
            Assert.True(best >= plain);
            better += best > plain ? 1 : 0;
        }
        Assert.InRange(better, 35, 50); // the best of eight is the first in 1 of 8: 44 are expected
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_answer_and_another_stage_does_not_change_it()
    {
        var scorer = new FunctionScorer(answer => int.Parse(answer.Text, null));
        var once = await AskAsync(Numbers().AsBuilder().UseBestOf(scorer, 8).Build(), 7);
        Assert.Equal(once, await AskAsync(Numbers().AsBuilder().UseBestOf(scorer, 8).Build(), 7));
        Assert.Equal(once, await AskAsync(Numbers().AsBuilder().UseBestOf(scorer, 8).UseSpecification(StrategyLawsTests.Specification).Build(), 7));
    }

    [Fact]
    public async Task A_scorer_that_throws_leaves_the_first_candidate_and_a_note()
    {
        using var client = Numbers().AsBuilder().UseBestOf(new FunctionScorer(_ => throw new InvalidOperationException("secret")), 4).Build();
        var answer = await client.GetResponseAsync("A number?", new ChatOptions { Seed = 3 }, Cancel);
        Assert.Equal(await AskAsync(Numbers(), 3), answer.Text);
        Assert.Contains(Trace.Of(answer)!.Stages[0].Notes, note => note.Contains("InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(Trace.Of(answer)!.Stages[0].Notes, note => note.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Candidates_that_break_are_left_out()
    {
        var calls = 0;
        var model = new FunctionChatClient((_, _, _) => Interlocked.Increment(ref calls) % 2 == 0 ? throw new HttpRequestException("busy") : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"{calls}"))));
        using var client = model.AsBuilder().UseBestOf(new FunctionScorer(answer => int.Parse(answer.Text, null)), 8).Build();
        var answer = await client.GetResponseAsync("A number?", cancellationToken: Cancel);
        Assert.Equal("7", answer.Text);
        Assert.Equal(4, Trace.Of(answer)!.Stages[0].Notes.Count(note => note.EndsWith("HttpRequestException.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_first_candidate_that_breaks_breaks_the_request()
    {
        var model = new FunctionChatClient((_, _, _) => throw new HttpRequestException("busy"));
        using var client = model.AsBuilder().UseBestOf(new FunctionScorer(_ => 1), 3).Build();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetResponseAsync("A number?", cancellationToken: Cancel));
    }
}
