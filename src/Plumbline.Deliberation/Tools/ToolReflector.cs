using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>What came of a call (004).</summary>
public enum ToolEffect
{
    /// <summary>What was meant.</summary>
    Done,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>Something else.</summary>
    Wrong,
}

/// <summary>What came of a call, and what to do about it.</summary>
/// <param name="Effect">What came of it.</param>
/// <param name="Guidance">A sentence for the next step.</param>
public sealed record ToolOutcome(ToolEffect Effect, string Guidance);

/// <summary>Looks at what a call gave, and says what to do next.</summary>
public interface IToolReflector
{
    /// <summary>Looks at one result.</summary>
    ValueTask<ToolOutcome> ReflectAsync(Turn turn, FunctionCallContent toolCall, FunctionResultContent result, CancellationToken cancellationToken);
}

/// <summary>Has a model look at results (004, D-Artemis: the agent that reflects on the status).</summary>
/// <param name="judge">Who looks; null: the model that answers.</param>
public sealed class ModelToolReflector(IChatClient? judge = null) : IToolReflector
{
    private const string Form = """{"effect":"done | none | wrong","guidance":"one sentence for the next step"}""";

    /// <inheritdoc/>
    public async ValueTask<ToolOutcome> ReflectAsync(Turn turn, FunctionCallContent toolCall, FunctionResultContent result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(toolCall);
        ArgumentNullException.ThrowIfNull(result);
        var reply = await turn.ConsultAsync(judge,
        [
            new(ChatRole.System, $"You look at what a call of a tool gave: was what was meant done, did nothing happen, or something else? {Quoted.Notice}\nReply with JSON of this form alone: {Form}"),
            new(ChatRole.User, $"{Quoted.Conversation(turn.Conversation)}\n{Quoted.Text("result of the last call", $"{toolCall.Name}: {result.Result ?? result.Exception?.GetType().Name}")}"),
        ], cancellationToken, temperature: 0).ConfigureAwait(false);
        using var document = ReplyJson.Read(reply);
        var effect = document is null ? null : ReplyJson.Text(document.RootElement, "effect") switch { "done" => ToolEffect.Done, "none" => ToolEffect.None, "wrong" => (ToolEffect?)ToolEffect.Wrong, _ => null };
        return effect is { } read ? new(read, ReplyJson.Text(document!.RootElement, "guidance") ?? "") : new(ToolEffect.Done, "");
    }
}
