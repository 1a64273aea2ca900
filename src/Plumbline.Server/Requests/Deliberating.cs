using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Deliberation;
using Plumbline.Server.Responses;
using Plumbline.Server.Upstreams;

namespace Plumbline.Server.Requests;

/// <summary>Answers a request with a chat client: the model in process, or strategies around a model.</summary>
/// <param name="parts">What the gateway holds.</param>
internal sealed class Deliberating(GatewayParts parts)
{
    /// <summary>Answers it.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="served">Which strategies and which model.</param>
    /// <param name="body">The whole of it.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task AnswerAsync(Exchange exchange, ServedModel served, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(body);
        var isChat = exchange.Shape == AnswerShape.ChatCompletion;
        var request = isChat ? CompletionRequest.Read(document.RootElement, parts.Pool is not null) : ResponseRequest.Read(document.RootElement);
        using var model = parts.Client(served.Model);
        var specification = parts.Specification?.Current; // an edit from here on is for the next request
        var client = model;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (served.Strategies is { } strategies)
        {
            var budget = RequestBudget.Read(exchange.Context.Request.Headers, parts.Options.Budget, exchange.Record.Model is { } named ? parts.Options.Prices.GetValueOrDefault(named) : null);
            client = new BudgetChatClient(strategies.Build(model, new StrategySettings { Specification = specification?.Specification, Placeholders = parts.Options.Placeholders }), budget, parts.Clock);
            (exchange.Record.Strategies, exchange.Record.Specification) = ([.. strategies.Steps.Select(step => step.Entry.Name)], specification?.Name);
            if (budget.Time is { } time)
                limit.CancelAfter(time + TimeSpan.FromMilliseconds(100)); // strategies keep it themselves and give what they have; this is for a stream
        }

        try
        {
            await WriteAsync(exchange, client, request, isChat, served.Strategies, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new BudgetSpentException("time");
        }
    }

    private async Task WriteAsync(Exchange exchange, IChatClient client, CompletionRequest request, bool isChat, StrategyPipeline? strategies, CancellationToken cancel)
    {
        var shown = exchange.Record.Model ?? request.Model ?? "model";
        var works = client.GetService<DeliberatingChatClient>() is not null; // then there is nothing to stream before the end
        Spending? spent = null;
        IAsyncEnumerable<ChatResponseUpdate>? updates = null;
        ChatResponse? whole = null;
        if (works || !request.Stream)
        {
            var begun = parts.Clock.GetTimestamp();
            whole = await client.GetResponseAsync(request.Messages, request.Options, cancel).ConfigureAwait(false);
            exchange.Cost(whole.Usage?.InputTokenCount, whole.Usage?.OutputTokenCount);
            Keep(exchange, whole);
            if (strategies is not null)
                spent = exchange.Spend(strategies.Name, CostOf(whole, exchange, parts.Clock.GetElapsedTime(begun)), Trace.Of(whole)?.Stages ?? []);
            updates = request.Stream ? Each(whole.ToChatResponseUpdates()) : null;
        }
        else
        {
            if (strategies is not null)
                exchange.Context.Response.Headers["x-plumbline-strategies"] = strategies.Name;
            updates = await BegunAsync(Booked(exchange, client.GetStreamingResponseAsync(request.Messages, request.Options, cancel), cancel), cancel).ConfigureAwait(false);
        }

        var cost = spent is null ? null : JsonSerializer.SerializeToNode(spent, CompletionWriter.Json);
        if (isChat && updates is null)
            await new CompletionWriter(shown, parts.Clock).WriteAsync(exchange.Context, whole!, request.LogProbabilities, cost, cancel).ConfigureAwait(false);
        else if (isChat)
            await new CompletionWriter(shown, parts.Clock).WriteAsync(exchange.Context, updates!, request.LogProbabilities, request.IncludeUsage, cost, cancel).ConfigureAwait(false);
        else if (updates is null)
            await new ResponseWriter(shown, parts.Clock).WriteAsync(exchange.Context, whole!, cost, cancel).ConfigureAwait(false);
        else
            await new ResponseWriter(shown, parts.Clock).WriteAsync(exchange.Context, updates, cost, cancel).ConfigureAwait(false);
    }

    private Cost CostOf(ChatResponse whole, Exchange exchange, TimeSpan took)
    {
        if (Trace.Of(whole)?.Spent is { Calls: > 0 } counted)
            return counted;
        var (input, output) = (whole.Usage?.InputTokenCount ?? 0, whole.Usage?.OutputTokenCount ?? 0); // the rules in the prompt, and one call
        return new Cost(1, input, output, took, exchange.Record.Model is { } model ? parts.Options.Prices.GetValueOrDefault(model)?.Of(input, output) ?? 0 : 0);
    }

    private static void Keep(Exchange exchange, ChatResponse whole)
    {
        if (!exchange.Keeps)
            return;
        var contents = whole.Messages.SelectMany(message => message.Contents).ToArray();
        (exchange.Record.Answer = new()).Add(whole.Text, string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text)), contents.OfType<FunctionCallContent>().Select(call => call.Name));
    }

    /// <summary>Keeps account of what passes by.</summary>
    private static async IAsyncEnumerable<ChatResponseUpdate> Booked(Exchange exchange, IAsyncEnumerable<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken cancel)
    {
        UsageDetails usage = new();
        exchange.Record.Answer = exchange.Keeps ? new() : null;
        await foreach (var update in updates.WithCancellation(cancel).ConfigureAwait(false))
        {
            foreach (var counted in update.Contents.OfType<UsageContent>())
                usage.Add(counted.Details);
            exchange.Cost(usage.InputTokenCount, usage.OutputTokenCount);
            exchange.Record.Answer?.Add(update.Text, string.Concat(update.Contents.OfType<TextReasoningContent>().Select(content => content.Text)), update.Contents.OfType<FunctionCallContent>().Select(call => call.Name));
            yield return update;
        }
    }

    /// <summary>Waits for the first piece, so that what goes wrong before it is still an error with a status.</summary>
    private static async Task<IAsyncEnumerable<ChatResponseUpdate>> BegunAsync(IAsyncEnumerable<ChatResponseUpdate> updates, CancellationToken cancel)
    {
        var pieces = updates.GetAsyncEnumerator(cancel);
        try
        {
            var any = await pieces.MoveNextAsync().ConfigureAwait(false);
            return Rest(pieces, any);
        }
        catch
        {
            await pieces.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        static async IAsyncEnumerable<ChatResponseUpdate> Rest(IAsyncEnumerator<ChatResponseUpdate> pieces, bool any)
        {
            await using var _ = pieces.ConfigureAwait(false);
            for (; any; any = await pieces.MoveNextAsync().ConfigureAwait(false))
                yield return pieces.Current;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Each(IEnumerable<ChatResponseUpdate> updates)
    {
        foreach (var update in updates)
            yield return update;
        await Task.CompletedTask.ConfigureAwait(false);
    }
}
