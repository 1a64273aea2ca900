using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>The base of every strategy: works out a whole answer, calling only its inner client and its judges, and streams it when it is done.</summary>
/// <remarks>
/// The caller's messages are copied, never edited. Reasoning leaves as <see cref="TextReasoningContent"/>, never in the visible text. Usage is summed over all calls; what a stage cost
/// and changed stands in the <see cref="Trace"/> that the response carries, in an activity and in metrics (OpenTelemetry's names for generative AI).
/// When the budget ends, the best answer so far is returned and the report says so. (062: a strategy is a frozen model, candidates, a judge and a selector.)
/// </remarks>
/// <param name="inner">The client that answers.</param>
public abstract class DeliberatingChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    /// <summary>Name of the source of activities and of the meter of all strategies.</summary>
    public const string TelemetryName = "Plumbline.Deliberation";

    private const string CallsProperty = "plumbline.calls";
    private static readonly ActivitySource Activities = new(TelemetryName);
    private static readonly Meter Meter = new(TelemetryName);
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "Time that a stage took.");
    private static readonly Histogram<long> TokenUsage = Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens that a stage and those inside it cost.");
    private static readonly AsyncLocal<string?> Around = new();

    /// <summary>The strategy's name in traces: lower-case words joined by hyphens.</summary>
    protected abstract string Strategy { get; }

    /// <summary>Whether an answer that was kept is returned when a later part of the strategy breaks. False where the answer must not leave without it: rules of safety, tools.</summary>
    protected virtual bool FailsOpen => true;

    /// <summary>Works out an answer.</summary>
    /// <param name="turn">What was said, and whom to ask.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    protected abstract Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken);

    /// <summary>The last look at an answer before it leaves, however it came about: also when the budget ended or something broke. It costs no call.</summary>
    /// <param name="turn">What was said.</param>
    /// <param name="answer">What is about to leave.</param>
    protected virtual ChatResponse Release(Turn turn, ChatResponse answer) => answer;

    /// <inheritdoc/>
    public sealed override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (Trace.Current is { } shared)
            return await AnswerAsync(shared, [.. messages], options, cancellationToken).ConfigureAwait(false);
        using var trace = new Trace(Budget.Unlimited, TimeProvider.System);
        Trace.Current = trace; // this method's own: what an async method sets is gone when it returns
        return trace.Sign(await AnswerAsync(trace, [.. messages], options, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public sealed override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var update in response.ToChatResponseUpdates())
            yield return update;
    }

    /// <summary>Who answers in the end: what stands inside the innermost strategy.</summary>
    private IChatClient Model => InnerClient.GetService(typeof(DeliberatingChatClient)) is DeliberatingChatClient inside ? inside.Model : InnerClient;

    internal static int CallsOf(ChatResponse response) => response.AdditionalProperties?.TryGetValue(CallsProperty, out int calls) is true ? calls : 1;

    private async Task<ChatResponse> AnswerAsync(Trace trace, ChatMessage[] conversation, ChatOptions? options, CancellationToken cancellationToken)
    {
        var path = Around.Value is { } around ? $"{around}/{Strategy}" : Strategy;
        Around.Value = path;
        var turn = new Turn(InnerClient, Model, trace, path, conversation, options);
        var begun = trace.Clock.GetTimestamp();
        using var activity = Activities.StartActivity($"deliberate {Strategy}");
        string? cutShort = null;
        ChatResponse answer;
        try
        {
            answer = await DeliberateAsync(turn, cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetSpentException spent) when (turn.Best is not null)
        {
            (answer, cutShort) = (turn.Best, spent.Limit);
        }
        catch (Exception broken) when (FailsOpen && turn.Best is not null && broken is not BudgetSpentException && !cancellationToken.IsCancellationRequested)
        {
            turn.Note($"{broken.GetType().Name}: what was kept by then is the answer."); // not its message, which may tell more than a trace should
            answer = turn.Best;
        }
        catch (Exception broken)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", broken.GetType().FullName);
            throw;
        }

        var left = turn.Finish(Release(turn, answer));
        var report = new StageReport(path, turn.CostSince(begun), turn.First is { } first ? left.Text != first : null, turn.Notes, cutShort);
        trace.Add(report);
        Publish(activity, report, left);
        (left.AdditionalProperties ??= [])[CallsProperty] = report.Cost.Calls;
        return left;
    }

    private void Publish(Activity? activity, StageReport report, ChatResponse answer)
    {
        activity?.SetTag("gen_ai.operation.name", "chat");
        activity?.SetTag("gen_ai.response.model", answer.ModelId);
        activity?.SetTag("gen_ai.usage.input_tokens", report.Cost.InputTokens);
        activity?.SetTag("gen_ai.usage.output_tokens", report.Cost.OutputTokens);
        activity?.SetTag("plumbline.calls", report.Cost.Calls);
        activity?.SetTag("plumbline.changed", report.Changed);
        activity?.SetTag("plumbline.cut_short", report.CutShort);
        TagList tags = new() { { "gen_ai.operation.name", "chat" }, { "plumbline.strategy", Strategy } };
        if (answer.ModelId is { } model)
            tags.Add("gen_ai.response.model", model);
        Durations.Record(report.Cost.Time.TotalSeconds, tags);
        TokenUsage.Record(report.Cost.InputTokens, [.. tags, new("gen_ai.token.type", "input")]);
        TokenUsage.Record(report.Cost.OutputTokens, [.. tags, new("gen_ai.token.type", "output")]);
    }
}
