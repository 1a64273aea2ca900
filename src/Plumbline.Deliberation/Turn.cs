using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>One request as a stage works on it: what was said, whom to ask, what was found so far. Every call goes through it, so that it is counted and within the budget.</summary>
/// <remarks>Calls may be made side by side.</remarks>
public sealed class Turn
{
    private readonly IChatClient _inner;
    private readonly IChatClient _model;
    private readonly Lock _gate = new();
    private readonly List<string> _notes = [];
    private readonly List<string> _reasons = [];
    private readonly UsageDetails _usage = new() { InputTokenCount = 0, OutputTokenCount = 0, TotalTokenCount = 0 };
    private int _calls;

    internal Turn(IChatClient inner, IChatClient model, Trace trace, string path, IReadOnlyList<ChatMessage> conversation, ChatOptions? options) =>
        (_inner, _model, Trace, Path, Conversation, Options) = (inner, model, trace, path, conversation, options);

    /// <summary>A copy of what was said.</summary>
    public IReadOnlyList<ChatMessage> Conversation { get; }

    /// <summary>What the caller asked for besides, or null.</summary>
    public ChatOptions? Options { get; }

    /// <summary>What the user said last; empty where the user said nothing.</summary>
    public string Request => Conversation.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";

    /// <summary>The stage and those around it, outermost first.</summary>
    public string Path { get; }

    /// <summary>The best answer so far, or null: what is returned if the budget ends or, where a stage fails open, something breaks.</summary>
    public ChatResponse? Best { get; private set; }

    internal Trace Trace { get; }

    internal string? First { get; private set; }

    internal IReadOnlyList<string> Notes
    {
        get
        {
            lock (_gate)
                return [.. _notes];
        }
    }

    /// <summary>Whether a response asks for tools instead of answering: such a step is passed on as it is.</summary>
    public static bool IsStep(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Messages.Any(message => message.Contents.Any(content => content is FunctionCallContent));
    }

    /// <summary>Asks the inner client for an answer, with all that the caller asked for: tools, form, temperature.</summary>
    /// <param name="messages">What to ask.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="candidate">Which of several answers to the same question; 0 is drawn as if the stage were not there, another gets a seed of its own where the caller gave one.</param>
    /// <exception cref="BudgetSpentException">The budget allows no further call.</exception>
    public Task<ChatResponse> AskAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken, int candidate = 0) =>
        AskAsync(messages, options => options, cancellationToken, candidate);

    /// <summary>Asks the inner client for an answer, with options changed.</summary>
    /// <param name="messages">What to ask.</param>
    /// <param name="change">Changes a copy of the caller's options.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="candidate">Which of several answers to the same question.</param>
    /// <exception cref="BudgetSpentException">The budget allows no further call.</exception>
    public Task<ChatResponse> AskAsync(IEnumerable<ChatMessage> messages, Func<ChatOptions, ChatOptions> change, CancellationToken cancellationToken, int candidate = 0)
    {
        ArgumentNullException.ThrowIfNull(change);
        var options = change(Options?.Clone() ?? new ChatOptions());
        if (candidate > 0 && options.Seed is { } seed)
            options.Seed = (long)(new Draws(seed, Path, candidate).NextBits() >> 33); // 31 bits: what every server takes
        return CallAsync(_inner, messages, options, cancellationToken);
    }

    /// <summary>Asks the model for a text that is not an answer: a thought, a judgment, a plan. No tools, no form, and past the stages inside, which work on answers.</summary>
    /// <param name="messages">What to ask.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="BudgetSpentException">The budget allows no further call.</exception>
    public Task<string> ThinkAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken) => ConsultAsync(null, messages, cancellationToken);

    /// <summary>Asks another client, a judge or an expert, for a text. No tools, no form; at the caller's temperature for the model and at 0 for another, if none is given.</summary>
    /// <param name="adviser">Whom to ask; null: the model that answers.</param>
    /// <param name="messages">What to ask.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <param name="temperature">Temperature to write with.</param>
    /// <exception cref="BudgetSpentException">The budget allows no further call.</exception>
    public async Task<string> ConsultAsync(IChatClient? adviser, IEnumerable<ChatMessage> messages, CancellationToken cancellationToken, float? temperature = null)
    {
        ChatOptions options = new() { Temperature = temperature ?? (adviser is null ? Options?.Temperature : 0), Seed = Options?.Seed, ModelId = adviser is null ? Options?.ModelId : null };
        return (await CallAsync(adviser ?? _model, messages, options, cancellationToken).ConfigureAwait(false)).Text;
    }

    /// <summary>Says that this answer is the best so far. The first one kept is what the stage would have passed on without itself.</summary>
    public void Keep(ChatResponse answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        First ??= answer.Text;
        Best = answer;
    }

    /// <summary>Adds to the reasoning that leaves with the answer, never in its visible text.</summary>
    public void Reason(string text)
    {
        lock (_gate)
            _reasons.Add(text);
    }

    /// <summary>Adds to what the stage reports.</summary>
    public void Note(string text)
    {
        lock (_gate)
            _notes.Add(text);
    }

    /// <summary>Random numbers of this stage: the same for the same seed of the caller, whatever other stages there are.</summary>
    public Draws Draws(string purpose) => new(Options?.Seed ?? 0, $"{Path}:{purpose}");

    /// <summary>A response with this text as its visible answer, and all else as in <paramref name="like"/>.</summary>
    public static ChatResponse Saying(string text, ChatResponse? like)
    {
        var response = like is null ? new ChatResponse() : Copy(like);
        response.Messages = [new ChatMessage(ChatRole.Assistant, text)];
        response.FinishReason = ChatFinishReason.Stop;
        return response;
    }

    /// <summary>The response without its visible text: calls of tools and reasoning stay.</summary>
    internal static ChatResponse WithoutText(ChatResponse response)
    {
        var copy = Copy(response);
        copy.Messages = [.. response.Messages.Select(message =>
        {
            var silent = message.Clone();
            silent.Contents = [.. message.Contents.Where(content => content is not TextContent)];
            return silent;
        })];
        return copy;
    }

    /// <summary>The answer as it leaves: the usage of all calls, and the reasoning in front.</summary>
    internal ChatResponse Finish(ChatResponse answer)
    {
        var response = Copy(answer);
        lock (_gate)
        {
            if (_calls > 0)
                response.Usage = _usage;
            if (_reasons.Count > 0)
            {
                var first = response.Messages.ToList().FindIndex(message => message.Role == ChatRole.Assistant);
                if (first >= 0)
                {
                    var message = response.Messages[first].Clone();
                    message.Contents = [.. _reasons.Select(reason => new TextReasoningContent(reason)), .. message.Contents];
                    response.Messages[first] = message;
                }
            }
        }
        return response;
    }

    internal Cost CostSince(long begun)
    {
        lock (_gate)
        {
            var (input, output) = (_usage.InputTokenCount ?? 0, _usage.OutputTokenCount ?? 0);
            return new(_calls, input, output, Trace.Clock.GetElapsedTime(begun), Trace.PriceOf(input, output));
        }
    }

    private static ChatResponse Copy(ChatResponse other) => new([.. other.Messages])
    {
        ResponseId = other.ResponseId,
        ConversationId = other.ConversationId,
        ModelId = other.ModelId,
        CreatedAt = other.CreatedAt,
        FinishReason = other.FinishReason,
        Usage = other.Usage,
        RawRepresentation = other.RawRepresentation,
        AdditionalProperties = other.AdditionalProperties?.Clone(),
    };

    private async Task<ChatResponse> CallAsync(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        ChatMessage[] copy = [.. messages];
        // Only the innermost stage calls a model; those around it ask a stage, whose calls are counted there.
        var asksStage = client.GetService(typeof(DeliberatingChatClient)) is not null;
        var response = asksStage
            ? await client.GetResponseAsync(copy, options, cancellationToken).ConfigureAwait(false)
            : await Trace.CallAsync(token => client.GetResponseAsync(copy, options, token), cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _calls += asksStage ? DeliberatingChatClient.CallsOf(response) : 1;
            if (response.Usage is { } usage)
                _usage.Add(usage);
        }
        return response;
    }
}
