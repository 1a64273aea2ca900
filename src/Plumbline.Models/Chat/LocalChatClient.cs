using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Plumbline.Models.Chat;
using Plumbline.Models.Generation;

namespace Plumbline.Models;

/// <summary>A chat client over a language model in this process.</summary>
/// <remarks>
/// <para>Of <see cref="ChatOptions"/> it honours Instructions, Temperature, TopP, TopK, MaxOutputTokens, Seed, FrequencyPenalty, PresencePenalty, StopSequences,
/// ResponseFormat (text, JSON, a JSON schema: <see cref="OutputConstraint"/>) and Tools (unless ToolMode is None; where it requires a call, the model can write
/// nothing else, with arguments that are valid), and the additional properties <c>min_p</c>,
/// <c>repetition_penalty</c> and <c>chat_template_kwargs</c>: variables for the chat template, for example <c>enable_thinking</c>. Reasoning comes as
/// <see cref="TextReasoningContent"/> before the text, calls of tools as <see cref="FunctionCallContent"/> after it.</para>
/// <para>Safe from any thread: calls join the running batch of the model and leave it when they are answered or given up; through <see cref="IBatchGate"/> conversations
/// go on together. A call with a seed is answered the same whenever it is asked. Without one, its samples follow from the seed of the defaults and, in a wave, from the seat and the number of the call; outside of a wave, every call is alike.</para>
/// </remarks>
public sealed class LocalChatClient : IChatClient, IBatchGate
{
    private readonly LanguageModel model;
    private readonly BatchGenerator generator;
    private readonly GenerationOptions defaults;
    private readonly ChatClientMetadata metadata;
    private readonly ChatSampling sampling;
    private readonly AsyncLocal<BatchWave.Seat?> seat = new();
    private readonly GenerationLane lane;

    /// <param name="model">The model; not owned, and its weights must not change during a call.</param>
    /// <param name="name">What responses call the model.</param>
    /// <param name="defaults">Where <see cref="ChatOptions"/> says nothing.</param>
    public LocalChatClient(LanguageModel model, string name = "local", GenerationOptions? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        this.defaults = (defaults ?? new()).Checked();
        generator = new(model);
        sampling = new(model.Template.Calls);
        lane = new(this.defaults.BatchSize);
        metadata = new("plumbline", defaultModelId: name);
    }

    /// <inheritdoc/>
    public IBatchWave Open(int conversations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(conversations, 1);
        return new BatchWave(conversations, rows => generator.Write(rows, defaults.BatchSize, CancellationToken.None), seat);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">A message cannot be written as tokens, or the conversation is too long for the model.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var row = Row(messages, options);
        if (OpenSeat is { } here)
            await here.AskAsync(row, cancellationToken).ConfigureAwait(false);
        else
            await WriteAsync(row, written: null, cancellationToken).ConfigureAwait(false);
        var answer = model.Read(row.Completion, TemplateOptions.Inputs(options));
        return new(answer)
        {
            ModelId = metadata.DefaultModelId,
            FinishReason = Reason(row.Completion, answer.Contents),
            Usage = Usage(row),
        };
    }

    /// <inheritdoc/>
    /// <remarks>Token by token; inside a wave, where answers are written together, all at once.</remarks>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (OpenSeat is not null)
        {
            var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
            foreach (var update in response.ToChatResponseUpdates())
                yield return update;
            yield break;
        }

        var row = Row(messages, options);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tokens = Channel.CreateUnbounded<int>(new() { SingleReader = true, SingleWriter = true });
        var writing = Stream(row, tokens.Writer, abandoned.Token);
        try
        {
            var (reader, held) = (model.Template.Reader(TemplateOptions.Inputs(options)), new HeldBackText(row.StopTexts));
            var called = new List<AIContent>();
            await foreach (var token in tokens.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var content in Shown(reader.Read(token), held))
                {
                    called.AddRange(content is FunctionCallContent ? [content] : []);
                    yield return Update(content);
                }
            }
            foreach (var content in Shown(reader.Finish(), held))
            {
                called.AddRange(content is FunctionCallContent ? [content] : []);
                yield return Update(content);
            }
            if (held.Finish() is { Length: > 0 } last)
                yield return Update(new TextContent(last));
            yield return Update(new UsageContent(Usage(row)), Reason(row.Completion, called));
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType == typeof(LanguageModel) ? model
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private BatchWave.Seat? OpenSeat => seat.Value is { Open: true } here ? here : null;

    private GenerationRow Row(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var prompt = model.Template.Prompt(options?.Instructions is { Length: > 0 } instructions ? messages.Prepend(new(ChatRole.System, instructions)) : messages, TemplateOptions.Inputs(options));
        var generation = sampling.Read(defaults, options);
        var stream = options?.Seed is { } seed ? RandomStream.Of((ulong)seed, 0)
            : OpenSeat is { } here ? RandomStream.Of(RandomStream.Of(defaults.Seed, (ulong)here.Index), (ulong)here.Calls)
            : RandomStream.Of(defaults.Seed, 0);
        return generator.Row(prompt, generation, stream, "conversation");
    }

    /// <summary>Joins the running batch of the model.</summary>
    private Task WriteAsync(GenerationRow row, Action<GenerationRow>? written, CancellationToken cancellationToken) => model.Engine.Fits
        ? model.Engine.WriteAsync(row, lane, written, cancellationToken)
        : Task.Run(() => LockStep.Write(model, [row], 1, written, cancellationToken), cancellationToken);

    /// <summary>Hands over each token as it is written, but for the one that ends the answer; what goes wrong reaches the reader through the channel.</summary>
    private async Task Stream(GenerationRow row, ChannelWriter<int> tokens, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(row, each => _ = each.Ended || tokens.TryWrite(each.Tokens[^1]), cancellationToken).ConfigureAwait(false);
            tokens.Complete();
        }
        catch (Exception e)
        {
            tokens.Complete(e);
        }
    }

    /// <summary>What can be shown of it: reasoning all, of the answer what cannot be the beginning of a stop string.</summary>
    private static IEnumerable<AIContent> Shown(IEnumerable<AIContent> contents, HeldBackText held)
    {
        foreach (var content in contents)
        {
            if (content is not TextContent text)
                yield return content;
            else if (held.Add(text.Text) is { Length: > 0 } shown)
                yield return new TextContent(shown);
        }
    }

    private ChatResponseUpdate Update(AIContent content, ChatFinishReason? reason = null) =>
        new(ChatRole.Assistant, [content]) { ModelId = metadata.DefaultModelId, FinishReason = reason };

    private static ChatFinishReason Reason(Completion completion, IEnumerable<AIContent> contents) =>
        contents.Any(content => content is FunctionCallContent) ? ChatFinishReason.ToolCalls
        : completion.Stop == StopReason.Length ? ChatFinishReason.Length
        : ChatFinishReason.Stop;

    private static UsageDetails Usage(GenerationRow row) => new()
    {
        InputTokenCount = row.Prompt.Length,
        OutputTokenCount = row.Tokens.Count,
        TotalTokenCount = row.Prompt.Length + row.Tokens.Count,
    };
}
