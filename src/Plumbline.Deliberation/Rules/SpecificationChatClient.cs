using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Puts the rules of a specification in front of the conversation and asks the model to think about them (002, inference arm).</summary>
/// <remarks>The caller's own system text stays, as facts; the rules stand after it, so that they have the last word.</remarks>
/// <param name="inner">The client that answers.</param>
/// <param name="specification">What to hold the answer to.</param>
/// <param name="render">How the rules stand in the prompt.</param>
public sealed class SpecificationChatClient(IChatClient inner, Specification specification, Func<Specification, string> render) : DelegatingChatClient(inner)
{
    private readonly string _rules = render(specification);

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(SystemText.After(messages, _rules), options, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(SystemText.After(messages, _rules), options, cancellationToken);
}
