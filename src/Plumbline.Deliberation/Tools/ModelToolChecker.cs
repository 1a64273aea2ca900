using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Has a model check calls and mend them (004, D-Artemis: the agents for consistency and for correction).</summary>
/// <param name="specification">Whose rules calls must keep.</param>
/// <param name="judge">Who checks; null: the model that answers.</param>
public sealed class ModelToolChecker(Specification specification, IChatClient? judge = null) : IToolChecker, IToolCorrector
{
    private const string CheckForm = """{"consistency":0.0 to 1.0,"error":"none | wrong-tool | wrong-argument | missing-target | wrong-moment | forbidden","rule":"the id of the rule that forbids it, or null","reason":"one sentence"}""";
    private const string CallForm = """{"tool":"its name","arguments":{}} or {"cannot":"why"}""";

    /// <inheritdoc/>
    public async ValueTask<ToolCheck> CheckAsync(ToolReview review, Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(review);
        ArgumentNullException.ThrowIfNull(turn);
        var reply = await turn.ConsultAsync(judge,
        [
            new(ChatRole.System, $"You check a call of a tool before it runs: does it do what the thought says and what was asked for, and do the rules allow it? {SpecificationPrompt.RenderRules(specification)}\n{Quoted.Notice}\nReply with JSON of this form alone: {CheckForm}"),
            new(ChatRole.User, Told(review)),
        ], cancellationToken, temperature: 0).ConfigureAwait(false);
        return Read(reply);
    }

    /// <inheritdoc/>
    public async ValueTask<FunctionCallContent?> CorrectAsync(ToolReview review, ToolCheck check, Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(review);
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(turn);
        if (check.Error is ToolError.Forbidden)
            return null; // no argument makes a forbidden thing allowed
        var tools = turn.Options?.Tools?.OfType<AIFunctionDeclaration>().ToArray() ?? [];
        var reply = await turn.ConsultAsync(judge,
        [
            new(ChatRole.System, $"You mend a call of a tool that must not run as it is ({Kind(check.Error)}). {SpecificationPrompt.RenderRules(specification)}\n{Quoted.Notice}\nTools: {string.Join("; ", tools.Select(tool => $"{tool.Name}: {tool.JsonSchema.GetRawText()}"))}\nReply with JSON of this form alone: {CallForm}"),
            new(ChatRole.User, $"{Told(review)}\n{Quoted.Text("what the checker says", check.Reason)}"),
        ], cancellationToken, temperature: 0).ConfigureAwait(false);
        using var document = ReplyJson.Read(reply);
        if (document is null || ReplyJson.Text(document.RootElement, "tool") is not { } name || tools.All(tool => tool.Name != name)
            || !document.RootElement.TryGetProperty("arguments", out var arguments) || arguments.ValueKind != JsonValueKind.Object)
            return null;
        return new(review.Call.CallId, name, arguments.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value.Clone(), StringComparer.Ordinal));
    }

    internal ToolCheck Read(string reply)
    {
        using var document = ReplyJson.Read(reply);
        if (document is null || ReplyJson.Number(document.RootElement, "consistency") is not (>= 0 and <= 1) || ReplyJson.Text(document.RootElement, "error") is not { } error)
            return new(0, ToolError.Unknown, "the checker's reply could not be read");
        var rule = ReplyJson.Text(document.RootElement, "rule") is { } id ? specification.Find(id) : null;
        var kind = Enum.GetValues<ToolError>().FirstOrDefault(each => Kind(each) == error.Trim(), ToolError.Unknown);
        return new(kind == ToolError.None ? ReplyJson.Number(document.RootElement, "consistency")!.Value : 0, kind, ReplyJson.Text(document.RootElement, "reason") ?? "", rule);
    }

    private static string Kind(ToolError error) => error switch
    {
        ToolError.None => "none",
        ToolError.WrongTool => "wrong-tool",
        ToolError.WrongArgument => "wrong-argument",
        ToolError.MissingTarget => "missing-target",
        ToolError.WrongMoment => "wrong-moment",
        ToolError.Forbidden => "forbidden",
        _ => "unknown",
    };

    private static string Told(ToolReview review) =>
        $"{Quoted.Conversation(review.Conversation)}\n{Quoted.Text("thought", review.Thought)}\n{Quoted.Text("call", $"{review.Call.Name}({JsonSerializer.Serialize(review.Call.Arguments, AIJsonUtilities.DefaultOptions)})")}";
}
