using System.Globalization;
using Microsoft.AspNetCore.Http;
using Plumbline.Server.Keys;
using Plumbline.Server.Records;
using Plumbline.Server.Upstreams;

namespace Plumbline.Server.Requests;

/// <summary>One request and what becomes of it.</summary>
/// <param name="context">Where it came from, and the answer goes.</param>
/// <param name="shape">Which part of the API it asks.</param>
/// <param name="parts">What the gateway holds.</param>
internal sealed class Exchange(HttpContext context, AnswerShape shape, GatewayParts parts)
{
    private readonly long _begun = parts.Clock.GetTimestamp();

    public HttpContext Context { get; } = context;

    public AnswerShape Shape { get; } = shape;

    /// <summary>Who asks, or null if everybody may.</summary>
    public KeyAccount? Account { get; set; }

    /// <summary>Whether it has to be known what the answer costs.</summary>
    public bool Counts => Account is { Counts: true } || parts.Log is not null;

    /// <summary>Whether the answer is kept in the log.</summary>
    public bool Keeps => parts.Log is not null && parts.Options.LogsContent;

    /// <summary>Whether the answer was broken off in the middle, so that its body must not come to an orderly end.</summary>
    public bool IsCutShort { get; private set; }

    public RequestRecord Record { get; } = new() { Id = $"req_{Guid.NewGuid():N}", Time = parts.Clock.GetUtcNow(), Path = context.Request.Path.Value ?? "" };

    /// <summary>Says what the answer cost, as far as it is known.</summary>
    /// <param name="input">Tokens read, or null.</param>
    /// <param name="output">Tokens written, or null.</param>
    /// <param name="bytes">Bytes of question and answer, to estimate by: about four to a token.</param>
    public void Cost(long? input, long? output, (long Input, long Output) bytes = default)
    {
        Record.Estimated = input is null && output is null && bytes != default;
        Record.InputTokens = input ?? (Record.Estimated ? bytes.Input / 4 : 0);
        Record.OutputTokens = output ?? (Record.Estimated ? bytes.Output / 4 : 0);
    }

    /// <summary>Books the request: on the account of its key, and in the log.</summary>
    public async ValueTask CloseAsync()
    {
        var (tokens, price) = (Record.InputTokens + Record.OutputTokens, Record.Model is { } model ? parts.Options.Prices.GetValueOrDefault(model) : null);
        Record.Money = price?.Of(Record.InputTokens, Record.OutputTokens) ?? 0;
        if (tokens > 0)
            Account?.Add(tokens, Record.Money);
        if (parts.Log is null)
            return;
        Record.Status = Record.Error == HungUp ? 499 : Context.Response.StatusCode;
        Record.Took = parts.Clock.GetElapsedTime(_begun);
        await parts.Log.AddAsync(Record).ConfigureAwait(false);
    }

    /// <summary>The error of a caller who did not wait.</summary>
    public const string HungUp = "hung_up";

    /// <summary>Answers with an error; where half an answer was sent in events, the last of them is the error, and none says that the answer is done.</summary>
    public async Task FailAsync(ApiError error)
    {
        Record.Error = error.Code ?? error.Kind;
        if (!Context.Response.HasStarted)
        {
            if (error.Status == StatusCodes.Status401Unauthorized)
                Context.Response.Headers.WWWAuthenticate = "Bearer";
            await error.WriteAsync(Context, CompletionWriter.Json).ConfigureAwait(false);
            return;
        }

        IsCutShort = true;
        if (Context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) is true)
            await CompletionWriter.SendAsync(Context, error.Body, Context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Says in headers what strategies spent.</summary>
    /// <returns>The same, for the body.</returns>
    public Spending Spend(string strategies, Plumbline.Deliberation.Cost cost, IReadOnlyList<Plumbline.Deliberation.StageReport> stages)
    {
        var headers = Context.Response.Headers;
        headers["x-plumbline-strategies"] = strategies;
        headers["x-plumbline-calls"] = cost.Calls.ToString(CultureInfo.InvariantCulture);
        headers["x-plumbline-tokens"] = (cost.InputTokens + cost.OutputTokens).ToString(CultureInfo.InvariantCulture);
        headers["x-plumbline-seconds"] = cost.Time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        headers["x-plumbline-money"] = cost.Money.ToString(CultureInfo.InvariantCulture);
        return new Spending(strategies, cost.Calls, cost.InputTokens + cost.OutputTokens, Math.Round(cost.Time.TotalSeconds, 3), cost.Money,
            [.. stages.Select(stage => new StageSpending(stage.Path, stage.Cost.Calls, stage.Cost.InputTokens + stage.Cost.OutputTokens, stage.Changed, stage.CutShort))]);
    }
}

/// <summary>What strategies spent on an answer; <c>usage.plumbline</c> of it.</summary>
internal sealed record Spending(string Strategies, int Calls, long Tokens, double Seconds, decimal Money, IReadOnlyList<StageSpending> Stages);

/// <summary>What one stage spent, and whether it changed the answer.</summary>
internal sealed record StageSpending(string Path, int Calls, long Tokens, bool? Changed, string? CutShort);
