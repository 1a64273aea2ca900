using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Budgets;

public sealed class BudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_budget_that_allows_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Budget { Calls = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Budget { Tokens = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Budget { Time = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Budget { Money = 0 });
        using var client = new ScriptedChatClient();
        Assert.Throws<ArgumentException>(() => client.AsBuilder().UseBudget(new Budget { Money = 1 }));
    }

    [Fact] // 2 prices: 10 tokens read at 3 and 5 written at 12 a million are 0.00009 a call
    public async Task Money_is_spent_by_the_price_of_tokens_and_ends_the_work()
    {
        var model = new FunctionChatClient(_ => "Hello.");
        using var client = model.AsBuilder().UseBudget(new Budget { Money = 0.0002m, Price = new TokenPrice(3, 12) }).UseReflection(StrategyLawsTests.Specification, new ReflectionOptions { Rounds = 5 })
            .Use(inner => new Different(inner)).Build();
        var answer = await client.GetResponseAsync("Hi.", cancellationToken: Cancel);
        var trace = Trace.Of(answer)!;
        Assert.Equal(0.00027m, trace.Spent.Money); // the third call began at 0.00018
        Assert.Equal("0.0002 in money", trace.Stages[0].CutShort);
    }

    [Fact]
    public async Task Tokens_end_the_work_and_the_best_answer_by_then_leaves()
    {
        var model = new FunctionChatClient(_ => "Hello.");
        using var client = model.AsBuilder().UseBudget(new Budget { Tokens = 30 }).UseReflection(StrategyLawsTests.Specification, new ReflectionOptions { Rounds = 5 }).Use(inner => new Different(inner)).Build();
        var answer = await client.GetResponseAsync("Hi.", cancellationToken: Cancel);
        Assert.Equal((2, "Hello. 2"), (model.Calls.Count, answer.Text));
        Assert.Equal("30 tokens", Trace.Of(answer)!.Stages[0].CutShort);
    }

    [Fact]
    public async Task Requests_side_by_side_have_budgets_of_their_own()
    {
        using var client = new FunctionChatClient(_ => "Hello.").AsBuilder().UseBudget(new Budget { Calls = 2 }).UseReflection(StrategyLawsTests.Specification).Build();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetResponseAsync("Hi.", cancellationToken: Cancel)));
        Assert.All(answers, answer => Assert.Equal(2, Trace.Of(answer)!.Spent.Calls));
    }

    [Fact]
    public async Task A_stream_ends_with_its_trace()
    {
        using var client = new FunctionChatClient(_ => "Hello.").AsBuilder().UseBudget(new Budget { Calls = 2 }).UseReflection(StrategyLawsTests.Specification).Build();
        Trace? trace = null;
        await foreach (var update in client.GetStreamingResponseAsync("Hi.", cancellationToken: Cancel))
            trace = Trace.Of(update) ?? trace;
        Assert.Equal(2, trace!.Spent.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_pipeline_without_strategies_is_held_to_its_budget_as_well(bool streams)
    {
        var hangs = new FunctionChatClient(async (_, _, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        });
        using var slow = hangs.AsBuilder().UseBudget(new Budget { Time = TimeSpan.FromMilliseconds(50) }).UseSpecification(StrategyLawsTests.Specification).Build();
        Assert.Equal("0.05 s", (await Assert.ThrowsAsync<BudgetSpentException>(() => AskAsync(slow, streams))).Limit);
        using var plain = new FunctionChatClient(_ => "Hello.").AsBuilder().UseBudget(new Budget { Calls = 1 }).UseSpecification(StrategyLawsTests.Specification).Build();
        var trace = await AskAsync(plain, streams);
        Assert.Equal((1, 10L, 5L), (trace!.Spent.Calls, trace.Spent.InputTokens, trace.Spent.OutputTokens));
    }

    private static async Task<Trace?> AskAsync(IChatClient client, bool streams)
    {
        if (!streams)
            return Trace.Of(await client.GetResponseAsync("Hi.", cancellationToken: Cancel));
        Trace? trace = null;
        await foreach (var update in client.GetStreamingResponseAsync("Hi.", cancellationToken: Cancel))
            trace = Trace.Of(update) ?? trace;
        return trace;
    }

    /// <summary>Makes each answer another one, by its number.</summary>
    private sealed class Different(IChatClient inner) : DelegatingChatClient(inner)
    {
        private int _calls;

        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var answer = await base.GetResponseAsync(messages, options, cancellationToken);
            return new(new ChatMessage(ChatRole.Assistant, $"{answer.Text} {++_calls}")) { Usage = answer.Usage };
        }
    }
}
