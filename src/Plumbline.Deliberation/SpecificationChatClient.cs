using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Puts the rules of a specification in front of the conversation and asks the model to think about them (002, inference arm).</summary>
/// <param name="inner">The client that answers.</param>
/// <param name="specification">What to hold the answer to.</param>
/// <param name="render">How the rules stand in the prompt.</param>
public sealed class SpecificationChatClient(IChatClient inner, Specification specification, Func<Specification, string> render) : DelegatingChatClient(inner)
{
    private readonly string _rules = render(specification);

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(WithRules(messages), options, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(WithRules(messages), options, cancellationToken);

    /// <summary>The caller's own system text stays, as facts; the rules stand after it, so that they have the last word.</summary>
    private List<ChatMessage> WithRules(IEnumerable<ChatMessage> messages)
    {
        var copied = messages.ToList();
        var facts = copied.Where(message => message.Role == ChatRole.System).Select(message => message.Text);
        var system = new ChatMessage(ChatRole.System, string.Join(' ', [.. facts, _rules]));
        return [system, .. copied.Where(message => message.Role != ChatRole.System)];
    }
}
