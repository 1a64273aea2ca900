using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Auditing;

namespace Plumbline.Server;

/// <summary>Reads a gateway's log back as what an audit asks: the conversations that people had become the items of a suite.</summary>
public static class RecordedRequests
{
    /// <summary>Name of suites made of a log.</summary>
    public const string SuiteName = "gateway-log";

    private const int LongestLine = 16_000_000;
    private const int MostItems = 1_000_000;

    /// <summary>Makes transcripts of a log: what was asked and what was answered, not judged yet. <see cref="SubjectAudit.ReadAsync"/> reads what <see cref="SubjectAudit.SaveAsync"/> makes of it.</summary>
    /// <param name="path">The log.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The transcripts of every chat that the log holds whole, and how many records were passed over: without content, other parts of the API, without text, or cut off when the gateway was killed.</returns>
    /// <exception cref="InputException">A line is no record of a gateway.</exception>
    public static async Task<(SubjectAudit Audit, int PassedOver)> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var items = new List<AuditedItem>();
        var passedOver = 0;
        await foreach (var (number, line, ended) in UntrustedLines.ReadAsync(path, LongestLine, "Name the log of a gateway, which 'plumbline serve --log FILE' writes.", "A log has one record on each line", cancellationToken).ConfigureAwait(false))
        {
            if (!ended)
                break; // it was being written when the gateway was killed
            if (Read(line, $"{path}:{number}") is not { } item)
                passedOver++;
            else if (items.Count == MostItems)
                throw new InputException($"{path}:{number}", $"the log has more than {MostItems:N0} chats.", "Give a part of it.");
            else
                items.Add(item);
        }

        return (new SubjectAudit
        {
            Subject = "gateway",
            Description = $"What a gateway answered, from its log {Path.GetFileName(path)}.",
            Suite = SuiteName,
            SuiteVersion = "1",
            SuiteHash = SuiteHash.Of(items.Select(item => item.Item)),
            Seed = 0,
            Measures = [],
            Items = items,
        }, passedOver);
    }

    private static AuditedItem? Read(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 64 });
            var record = document.RootElement;
            if (record.ValueKind != JsonValueKind.Object || !record.TryGetProperty("form", out var form) || !form.TryGetInt32(out var version) || version != Records.RequestRecord.Form || Text(record, "id") is not { } id)
                throw Wrong("it is no record of a gateway, or of another version.");
            if (!record.TryGetProperty("request", out var request) || request.ValueKind != JsonValueKind.Object)
                return null;
            var messages = Messages(request, Text(record, "path"));
            if (messages.Count == 0)
                return null;
            var error = Text(record, "error");
            var item = new Item { Id = id, Messages = messages, Reference = new RecordedReference(null), Tags = Tags(record) };
            var transcript = new Transcript(item, Text(record, "answer") ?? "", Text(record, "reasoning"), Count(record, "inputTokens"), Count(record, "outputTokens"), error);
            return new AuditedItem(transcript, new Verdict(error is null ? Outcome.Unscored : Outcome.Error, new Dictionary<string, double>(), null, error ?? "Nobody has judged it yet."));
        }
        catch (JsonException) when (line.StartsWith(Records.RequestRecord.Beginning, StringComparison.Ordinal) || Records.RequestRecord.Beginning.StartsWith(line, StringComparison.Ordinal))
        {
            return null; // a record that was being written when the gateway was killed or the disk full
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw Wrong("it is not JSON.");
        }

        InputException Wrong(string problem) => new(place, problem, "The file was changed or is no log of 'plumbline serve --log FILE'; take it from a backup.");
    }

    /// <summary>What was said, without what no item of a suite has: calls of tools and their results, pictures.</summary>
    private static IReadOnlyList<ChatMessage> Messages(JsonElement request, string? path)
    {
        try
        {
            var read = path == "/v1/responses" ? Responses.ResponseRequest.Read(request) : CompletionRequest.Read(request, givesLogProbabilities: true);
            return read.Messages.All(message => message.Contents.All(content => content is TextContent)) && read.Messages[^1].Role == ChatRole.User ? read.Messages : [];
        }
        catch (InputException)
        {
            return []; // another part of the API, or something that only the upstream knows
        }
    }

    private static Dictionary<string, string> Tags(JsonElement record)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (string[])["model", "specification"])
        {
            if (Text(record, name) is { Length: > 0 } value)
                tags[name] = value;
        }

        if (record.TryGetProperty("strategies", out var strategies) && strategies.ValueKind == JsonValueKind.Array)
            tags["strategies"] = string.Join('+', strategies.EnumerateArray().Select(each => each.GetString()));
        if (record.TryGetProperty("upstream", out var upstream) && upstream.TryGetInt32(out var number))
            tags["upstream"] = number.ToString(CultureInfo.InvariantCulture);
        return tags;
    }

    private static string? Text(JsonElement holder, string name) => holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long Count(JsonElement holder, string name) => holder.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var count) && count >= 0 ? count : 0;
}
