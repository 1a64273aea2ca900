using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Before a call of a tool runs, checks that it does what the thought says and that the rules allow it; mends it, asks a person, or stops it; and afterwards looks at what came of it (004, D-Artemis).</summary>
/// <remarks>
/// It stands directly inside function invocation: <c>UseFunctionInvocation().UseToolGate(…)</c>. Of an answer with several calls all run or none does. A call that is stopped is told to the model with the reason, and it plans anew, a
/// stated number of times; then an answer says what was not done. A checker that breaks or cannot be read stops the call. Calls that were let through carry a mark (<see cref="ToolApproval"/>).
/// </remarks>
/// <param name="inner">The client that answers.</param>
/// <param name="gate">Who checks, and what happens then.</param>
public sealed class ToolGateChatClient(IChatClient inner, ToolGateOptions gate) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "tool-gate";

    /// <inheritdoc/>
    protected override bool FailsOpen => false;

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        List<ChatMessage> conversation = [.. await WithGuidanceAsync(turn, cancellationToken).ConfigureAwait(false)];
        for (var plan = 0; ; plan++)
        {
            var answer = await turn.AskAsync(conversation, cancellationToken).ConfigureAwait(false);
            var calls = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToArray();
            if (calls.Length == 0)
                return answer;
            var (passed, stopped) = await ReviewAsync(turn, answer, calls, cancellationToken).ConfigureAwait(false);
            if (stopped is null)
                return With(answer, passed);
            turn.Note($"Stopped: {stopped.Value.Call.Name} ({stopped.Value.Check.Error}{(stopped.Value.Check.Rule is { } rule ? $", {rule.Id}" : "")}).");
            if (plan == gate.Plans)
                return Turn.Saying($"I did not do this: {stopped.Value.Call.Name} is not allowed here{(stopped.Value.Check.Rule is { } broken ? $" ({broken.Id})" : "")}.", answer);
            conversation.AddRange(answer.Messages);
            conversation.Add(new(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, call == stopped.Value.Call ? $"Not run: {stopped.Value.Check.Reason}" : "Not run, because another call of this step was not."))]));
        }
    }

    private async Task<(Dictionary<FunctionCallContent, FunctionCallContent> Passed, (FunctionCallContent Call, ToolCheck Check)? Stopped)> ReviewAsync(Turn turn, ChatResponse answer, FunctionCallContent[] calls, CancellationToken cancellationToken)
    {
        var thought = string.Join('\n', answer.Messages.SelectMany(message => message.Contents).Select(content => content switch { TextReasoningContent reasoning => reasoning.Text, TextContent text => text.Text, _ => "" }).Where(text => text.Length > 0));
        var offered = turn.Options?.Tools?.OfType<AIFunctionDeclaration>().ToDictionary(tool => tool.Name, StringComparer.Ordinal) ?? [];
        var passed = new Dictionary<FunctionCallContent, FunctionCallContent>(ReferenceEqualityComparer.Instance);
        foreach (var call in calls)
        {
            var review = new ToolReview(turn.Conversation, thought, call, offered.GetValueOrDefault(call.Name));
            var check = await CheckAsync(review, turn, cancellationToken).ConfigureAwait(false);
            if (check.Consistency >= gate.Threshold)
            {
                passed[call] = call;
                continue;
            }
            turn.Reason($"{call.Name}: {check.Error}.");
            var decision = gate.Ask is null ? ToolDecision.Correct : await gate.Ask(review, check, cancellationToken).ConfigureAwait(false);
            var mended = decision switch
            {
                ToolDecision.Run => call,
                ToolDecision.Correct when gate.Corrector is not null => await gate.Corrector.CorrectAsync(review, check, turn, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
            if (mended is null || !offered.TryGetValue(mended.Name, out var tool) || Missing(tool, mended).Length > 0)
                return ([], (call, check));
            if (!ReferenceEquals(mended, call))
                turn.Note($"Mended: {call.Name}.");
            passed[call] = mended;
        }
        return (passed, null);
    }

    /// <summary>What a machine can tell first: there is such a tool, and it has what it requires. Then the checker; one that breaks stops the call.</summary>
    private async Task<ToolCheck> CheckAsync(ToolReview review, Turn turn, CancellationToken cancellationToken)
    {
        if (review.Tool is null)
            return new(0, ToolError.WrongTool, "There is no tool of that name.");
        if (Missing(review.Tool, review.Call) is { Length: > 0 } missing)
            return new(0, ToolError.WrongArgument, $"Arguments are missing: {string.Join(", ", missing)}.");
        if (review.Call.Exception is not null)
            return new(0, ToolError.WrongArgument, "The arguments could not be read.");
        try
        {
            return await gate.Checker.CheckAsync(review, turn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is not BudgetSpentException && !cancellationToken.IsCancellationRequested)
        {
            turn.Note($"The checker: {broken.GetType().Name}.");
            return new(0, ToolError.Unknown, "It could not be checked.");
        }
    }

    private static string[] Missing(AIFunctionDeclaration tool, FunctionCallContent call) =>
        tool.JsonSchema.ValueKind == System.Text.Json.JsonValueKind.Object && tool.JsonSchema.TryGetProperty("required", out var required) && required.ValueKind == System.Text.Json.JsonValueKind.Array
            ? [.. required.EnumerateArray().Select(each => each.GetString()).OfType<string>().Where(name => call.Arguments?.ContainsKey(name) is not true)] : [];

    /// <summary>Tips for the tools on offer, and what is to be made of what the last calls gave.</summary>
    private async Task<IReadOnlyList<ChatMessage>> WithGuidanceAsync(Turn turn, CancellationToken cancellationToken)
    {
        List<string> told = [];
        var tools = turn.Options?.Tools?.Select(tool => tool.Name).ToArray() ?? [];
        if (Tip.For(gate.Tips, tools, turn.Request, gate.TipsTold) is { Count: > 0 } tips)
            told.Add($"Tips: {string.Join(' ', tips.Select(tip => $"{tip.Tool}: {tip.Text}"))}");
        if (gate.Reflect is { } reflect && turn.Conversation is [.., var last] && last.Contents.OfType<FunctionResultContent>().ToArray() is { Length: > 0 } results)
        {
            foreach (var result in results)
            {
                var call = turn.Conversation.SelectMany(message => message.Contents).OfType<FunctionCallContent>().LastOrDefault(each => each.CallId == result.CallId);
                if (call is null)
                    continue;
                var outcome = await reflect.ReflectAsync(turn, call, result, cancellationToken).ConfigureAwait(false);
                turn.Reason($"{call.Name}: {outcome.Effect}.");
                if (outcome.Effect != ToolEffect.Done)
                    told.Add($"The last call of {call.Name} had {(outcome.Effect == ToolEffect.None ? "no effect" : "another effect than was meant")}. {Quoted.Notice}\n{Quoted.Text("what was seen", outcome.Guidance)}");
            }
        }
        return told.Count == 0 ? turn.Conversation : SystemText.After(turn.Conversation, string.Join('\n', told));
    }

    private ChatResponse With(ChatResponse answer, Dictionary<FunctionCallContent, FunctionCallContent> passed)
    {
        answer.Messages = [.. answer.Messages.Select(message =>
        {
            var marked = message.Clone();
            marked.Contents = [.. message.Contents.Select(content => content is FunctionCallContent call ? gate.Approval.Approve(passed[call]) : content)];
            return marked;
        })];
        return answer;
    }
}

/// <summary>How <see cref="ToolGateChatClient"/> works.</summary>
public sealed record ToolGateOptions
{
    /// <summary>Who checks calls.</summary>
    public required IToolChecker Checker { get; init; }

    /// <summary>Who mends calls that were refused; null: they are stopped.</summary>
    public IToolCorrector? Corrector { get; init; }

    /// <summary>Asks a person about a call that was refused; null: the corrector has it at once.</summary>
    public Func<ToolReview, ToolCheck, CancellationToken, ValueTask<ToolDecision>>? Ask { get; init; }

    /// <summary>Looks at what a call gave; null: nobody does.</summary>
    public IToolReflector? Reflect { get; init; }

    /// <summary>The consistency from which on a call runs, above 0 to 1.</summary>
    public double Threshold
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A threshold is above 0 and at most 1.");
    } = 0.5;

    /// <summary>How often the model plans anew after a call was stopped, 0 to 5.</summary>
    public int Plans
    {
        get;
        init => field = value is >= 0 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The model plans anew 0 to 5 times.");
    } = 1;

    /// <summary>Notes on tools; each is told only where its tool is offered.</summary>
    public IReadOnlyList<Tip> Tips { get; init; } = [];

    /// <summary>How many notes are told at most.</summary>
    public int TipsTold { get; init; } = 5;

    /// <summary>Marks calls that were let through; share it with <see cref="ToolApproval.Guard"/>.</summary>
    public ToolApproval Approval { get; init; } = new();
}
