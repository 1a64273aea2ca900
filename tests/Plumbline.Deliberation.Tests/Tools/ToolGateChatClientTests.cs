using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Tools;

public sealed class ToolGateChatClientTests
{
    private readonly List<int> _refunded = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AIFunction Refund => AIFunctionFactory.Create((int order) =>
    {
        _refunded.Add(order);
        return $"refunded {order}";
    }, "refund", "Pays an order back.");

    /// <summary>Calls refund for one order after the other until one was refunded or there are no more, and then says what came last.</summary>
    private static FunctionChatClient Refunding(params int[] orders) => new((messages, options, _) => Task.FromResult(new ChatResponse(
        messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().ToArray() is var results && results.Length < orders.Length && !results.Any(result => $"{result.Result}".StartsWith("refunded", StringComparison.Ordinal)) && options?.Tools is { Count: > 0 }
            ? new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("I pay back what was asked for."), new FunctionCallContent($"{results.Length}", "refund", new Dictionary<string, object?> { ["order"] = orders[results.Length] })])
            : new ChatMessage(ChatRole.Assistant, $"Result: {results.LastOrDefault()?.Result}"))));

    private sealed class Checker(Func<ToolReview, ToolCheck> check) : IToolChecker, IToolCorrector
    {
        public FunctionCallContent? Mended { get; init; }

        public ValueTask<ToolCheck> CheckAsync(ToolReview review, Turn turn, CancellationToken cancellationToken) => ValueTask.FromResult(check(review));

        public ValueTask<FunctionCallContent?> CorrectAsync(ToolReview review, ToolCheck check, Turn turn, CancellationToken cancellationToken) => ValueTask.FromResult(Mended);
    }

    private static Checker OnlySeven(int? mended = null) => new(review => $"{review.Call.Arguments!["order"]}" == "7" ? new(1, ToolError.None, "") : new(0.1, ToolError.WrongArgument, "another order was asked for"))
    {
        Mended = mended is null ? null : new FunctionCallContent("0", "refund", new Dictionary<string, object?> { ["order"] = mended }),
    };

    private Task<ChatResponse> AskAsync(IChatClient model, ToolGateOptions options, AIFunction? tool = null) => model.AsBuilder().UseFunctionInvocation().UseToolGate(options).Build()
        .GetResponseAsync("Refund order 7.", new ChatOptions { Tools = [tool ?? options.Approval.Guard(Refund)] }, Cancel);

    [Fact]
    public async Task A_call_that_does_what_was_asked_runs_once()
    {
        var answer = await AskAsync(Refunding(7), new ToolGateOptions { Checker = OnlySeven() });
        Assert.Equal([7], _refunded);
        Assert.Equal("Result: refunded 7", answer.Text);
    }

    [Fact]
    public async Task A_call_that_does_not_is_mended_before_it_runs()
    {
        var checker = OnlySeven(mended: 7);
        await AskAsync(Refunding(8), new ToolGateOptions { Checker = checker, Corrector = checker });
        Assert.Equal([7], _refunded);
    }

    [Fact]
    public async Task A_call_that_cannot_be_mended_does_not_run_and_the_model_plans_anew()
    {
        var answer = await AskAsync(Refunding(8, 7), new ToolGateOptions { Checker = OnlySeven() });
        Assert.Equal([7], _refunded);
        Assert.Equal("Result: refunded 7", answer.Text);
    }

    [Fact]
    public async Task A_model_that_plans_the_same_again_is_told_no_and_the_answer_says_so()
    {
        var answer = await AskAsync(Refunding(8, 9, 10, 11), new ToolGateOptions { Checker = OnlySeven(), Plans = 2 });
        Assert.Empty(_refunded);
        Assert.Equal("I did not do this: refund is not allowed here.", answer.Text);
    }

    [Fact]
    public async Task A_checker_that_breaks_stops_the_call()
    {
        await AskAsync(Refunding(7), new ToolGateOptions { Checker = new Checker(_ => throw new HttpRequestException("down")), Plans = 0 });
        Assert.Empty(_refunded);
    }

    [Theory]
    [InlineData(ToolDecision.Run, 8)]
    [InlineData(ToolDecision.Correct, 7)]
    [InlineData(ToolDecision.Stop, 0)]
    public async Task A_person_who_is_asked_decides(ToolDecision decision, int ran)
    {
        var checker = OnlySeven(mended: 7);
        await AskAsync(Refunding(8), new ToolGateOptions { Checker = checker, Corrector = checker, Plans = 0, Ask = (_, _, _) => ValueTask.FromResult(decision) });
        Assert.Equal(ran == 0 ? [] : [ran], _refunded);
    }

    [Fact]
    public async Task Of_several_calls_in_one_step_all_run_or_none()
    {
        var model = new FunctionChatClient((messages, _, _) => Task.FromResult(new ChatResponse(messages.Any(message => message.Role == ChatRole.Tool) ? new ChatMessage(ChatRole.Assistant, "Done.")
            : new ChatMessage(ChatRole.Assistant, [.. new[] { 7, 8 }.Select(order => new FunctionCallContent($"{order}", "refund", new Dictionary<string, object?> { ["order"] = order }))]))));
        await AskAsync(model, new ToolGateOptions { Checker = OnlySeven() });
        Assert.Empty(_refunded);
        var results = model.Calls.Last().Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().ToDictionary(result => result.CallId, result => $"{result.Result}");
        Assert.Equal("Not run: another order was asked for", results["8"]);
        Assert.StartsWith("Not run, because another call", results["7"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_was_not_offered_and_a_call_without_what_the_tool_requires_are_stopped_without_asking_anyone()
    {
        var checker = new Checker(_ => throw new InvalidOperationException("asked"));
        foreach (var call in new[] { new FunctionCallContent("1", "pay", new Dictionary<string, object?>()), new FunctionCallContent("1", "refund", new Dictionary<string, object?> { ["item"] = 7 }) })
        {
            var model = new FunctionChatClient((_, _, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [call]))));
            var answer = await AskAsync(model, new ToolGateOptions { Checker = checker, Plans = 0 });
            Assert.StartsWith("I did not do this", answer.Text, StringComparison.Ordinal);
        }
        Assert.Empty(_refunded);
    }

    [Fact]
    public async Task A_guarded_tool_does_not_run_without_a_gate_or_with_other_arguments_than_were_approved()
    {
        var approval = new ToolApproval();
        var ungated = Refunding(7).AsBuilder().UseFunctionInvocation().Build();
        await ungated.GetResponseAsync("Refund order 7.", new ChatOptions { Tools = [approval.Guard(Refund)] }, Cancel);
        Assert.Empty(_refunded); // the invoker tells the model of the failure, and goes on
        await Assert.ThrowsAsync<ToolNotApprovedException>(async () => await approval.Guard(Refund).InvokeAsync(new AIFunctionArguments { ["order"] = 7 }, Cancel));
        var call = approval.Approve(new FunctionCallContent("1", "refund", new Dictionary<string, object?> { ["order"] = 7, ["note"] = "x" }));
        Assert.True(approval.IsApproved(call));
        Assert.False(new ToolApproval().IsApproved(call)); // another gate's key
        call.Arguments!["order"] = 8;
        Assert.False(approval.IsApproved(call));
    }

    [Fact]
    public async Task What_came_of_a_call_is_looked_at_and_told_to_the_next_step_as_material()
    {
        var model = Refunding(7);
        var answer = await AskAsync(model, new ToolGateOptions { Checker = OnlySeven(), Reflect = new Reflector() });
        var system = model.Calls.Last().Messages[0];
        Assert.Equal(ChatRole.System, system.Role);
        Assert.Contains("had no effect", system.Text, StringComparison.Ordinal);
        Assert.Contains(": what was seen>\nlook at refunded 7\n</data", system.Text, StringComparison.Ordinal);
        Assert.Equal("Result: refunded 7", answer.Text);
    }

    private sealed class Reflector : IToolReflector
    {
        public ValueTask<ToolOutcome> ReflectAsync(Turn turn, FunctionCallContent toolCall, FunctionResultContent result, CancellationToken cancellationToken) => ValueTask.FromResult(new ToolOutcome(ToolEffect.None, $"look at {result.Result}"));
    }

    [Fact]
    public void A_tip_is_told_where_its_tool_is_offered_and_nowhere_else()
    {
        Tip[] tips = [new("refund", "Check the order first."), new("refund", "Lamps have their own desk."), new("mail", "Write lamps.")];
        Assert.Equal(["Lamps have their own desk.", "Check the order first."], Tip.For(tips, ["refund"], "lamps, please", 5).Select(tip => tip.Text));
        Assert.Single(Tip.For(tips, ["refund"], "", 1));
    }

    [Theory]
    [InlineData("""{"consistency":0.9,"error":"none","reason":"fine"}""", 0.9, ToolError.None, null)]
    [InlineData("""{"consistency":0.9,"error":"forbidden","rule":"no-secrets","reason":"no"}""", 0.0, ToolError.Forbidden, "no-secrets")]
    [InlineData("""{"consistency":7,"error":"none"}""", 0.0, ToolError.Unknown, null)]
    [InlineData("""{"consistency":1,"error":"unheard-of"}""", 0.0, ToolError.Unknown, null)]
    [InlineData("yes, run it", 0.0, ToolError.Unknown, null)]
    public void A_checkers_reply_that_cannot_be_read_lets_nothing_through(string reply, double consistency, ToolError error, string? rule)
    {
        var check = new ModelToolChecker(StrategyLawsTests.Specification).Read(reply);
        Assert.Equal((consistency, error, rule), (check.Consistency, check.Error, check.Rule?.Id));
    }

    [Fact]
    public async Task A_model_checks_and_mends_by_its_replies()
    {
        var judge = new FunctionChatClient(messages => messages[0].Text.Contains("\"consistency\"", StringComparison.Ordinal)
            ? """{"consistency":0.1,"error":"wrong-argument","rule":null,"reason":"order 7 was asked for"}""" : """{"tool":"refund","arguments":{"order":7}}""");
        var checker = new ModelToolChecker(StrategyLawsTests.Specification, judge);
        await AskAsync(Refunding(8), new ToolGateOptions { Checker = checker, Corrector = checker });
        Assert.Equal([7], _refunded);
        Assert.All(judge.Calls, call => Assert.DoesNotContain("refund(", call.Messages[0].Text, StringComparison.Ordinal)); // the call is quoted, in what the user says
    }
}
