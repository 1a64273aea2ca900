using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Plumbline.Auditing;

/// <summary>Audits as JSON lines: a header that says whose and of what, then a line for each item.</summary>
internal static class TranscriptFile
{
    private const string Format = "plumbline-transcripts";
    private const long Version = 1;
    private const int LongestLine = 4_000_000; // characters: far more than a conversation has

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the whole audit; a file that is there is replaced only once the new one is complete.</summary>
    public static async Task WriteAsync(string path, SubjectAudit audit, CancellationToken cancel)
    {
        var unfinished = path + ".part";
        await File.WriteAllLinesAsync(unfinished, audit.Items.Select(Write).Prepend(WriteHeader(audit)), cancel).ConfigureAwait(false);
        File.Move(unfinished, path, overwrite: true);
    }

    public static Task AppendAsync(string path, IEnumerable<AuditedItem> items, CancellationToken cancel) => File.AppendAllLinesAsync(path, items.Select(Write), cancel);

    /// <summary>Reads a whole audit.</summary>
    public static async Task<SubjectAudit> ReadAsync(string path, CancellationToken cancel)
    {
        SubjectAudit? audit = null;
        var items = new List<AuditedItem>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var line in LinesAsync(path, cancel).ConfigureAwait(false))
        {
            var record = JsonRecord.Parse(line.Text, $"{path}:{line.Number}");
            if (audit is null)
                audit = ReadHeader(record);
            else
                items.Add(Read(record));
            if (items.Count > 0 && !ids.Add(items[^1].Item.Id))
                throw record.Wrong($"the item '{items[^1].Item.Id}' is there twice.");
        }

        return audit is null
            ? throw new InputException($"{path}:1", "the file is empty.", "The first line says whose audit it is; audit again.")
            : audit with { Items = items };
    }

    /// <summary>Takes over what an audit that was killed has left: its leading whole waves, up to the first in which something broke. The file then holds just these.</summary>
    public static async Task<IReadOnlyList<AuditedItem>> TakeUpAsync(string path, SubjectAudit audit, IReadOnlyList<Item> items, int wave, CancellationToken cancel)
    {
        var found = File.Exists(path) ? await ReadLeadingAsync(path, audit, items, cancel).ConfigureAwait(false) : [];
        var kept = found.Chunk(wave)
            .TakeWhile((chunk, i) => (chunk.Length == wave || i * wave + chunk.Length == items.Count) && chunk.All(item => item.Verdict.Outcome != Outcome.Error))
            .SelectMany(chunk => chunk).ToArray();
        await WriteAsync(path, audit with { Items = kept }, cancel).ConfigureAwait(false);
        return kept;
    }

    private static async Task<List<AuditedItem>> ReadLeadingAsync(string path, SubjectAudit audit, IReadOnlyList<Item> items, CancellationToken cancel)
    {
        var found = new List<AuditedItem>();
        await foreach (var line in LinesAsync(path, cancel).ConfigureAwait(false))
        {
            if (!line.Ended)
                break; // killed while it was written
            var record = JsonRecord.Parse(line.Text, $"{path}:{line.Number}");
            if (line.Number == 1)
            {
                var header = ReadHeader(record);
                if ((header.Subject, header.Suite, header.SuiteVersion, header.SuiteHash, header.Seed) != (audit.Subject, audit.Suite, audit.SuiteVersion, audit.SuiteHash, audit.Seed))
                {
                    throw new InputException($"{path}:1", $"the file is of another audit: {Name(header)}, not {Name(audit)}.",
                        "Resume with the same suite, subject and seed, or keep the new audit elsewhere.");
                }

                continue;
            }

            var read = Read(record);
            if (found.Count == items.Count || read.Item.Id != items[found.Count].Id)
                throw record.Wrong($"the item '{read.Item.Id}' stands here, {(found.Count == items.Count ? "after the last one" : $"not '{items[found.Count].Id}'")}.");
            found.Add(read with { Transcript = read.Transcript with { Item = items[found.Count] } });
        }

        return found;

        static string Name(SubjectAudit audit) => $"'{audit.Subject}' on '{audit.Suite}' {audit.SuiteVersion} ({audit.SuiteHash}) with seed {audit.Seed}";
    }

    private static string WriteHeader(SubjectAudit audit) => new JsonObject
    {
        ["format"] = Format,
        ["version"] = Version,
        ["subject"] = audit.Subject,
        ["description"] = audit.Description,
        ["suite"] = audit.Suite,
        ["suiteVersion"] = audit.SuiteVersion,
        ["suiteHash"] = audit.SuiteHash,
        ["seed"] = audit.Seed,
        ["measures"] = new JsonArray([.. audit.Measures.Select(measure => new JsonObject { ["name"] = measure.Name, ["title"] = measure.Title, ["higherIsBetter"] = measure.HigherIsBetter })]),
    }.ToJsonString(Plain);

    private static SubjectAudit ReadHeader(JsonRecord record)
    {
        if (record.OptionalText("format") != Format)
            throw record.Wrong("the first line does not say that these are transcripts of Plumbline.");
        if (record.Whole("version") is var version and not Version)
            throw record.Wrong($"the transcripts have version {version}; this program reads version {Version}.");
        return new SubjectAudit
        {
            Subject = record.Text("subject"),
            Description = record.Text("description"),
            Suite = record.Text("suite"),
            SuiteVersion = record.Text("suiteVersion"),
            SuiteHash = record.Text("suiteHash"),
            Seed = record.Whole("seed"),
            Measures = [.. record.Objects("measures").Select(measure => new Measure(measure.Text("name"), measure.Text("title"), measure.Flag("higherIsBetter")))],
            Items = [],
        };
    }

    private static string Write(AuditedItem audited)
    {
        var (transcript, verdict) = audited;
        return new JsonObject
        {
            ["item"] = transcript.Item.Id,
            ["messages"] = new JsonArray([.. transcript.Item.Messages.Select(message => new JsonObject { ["role"] = message.Role.Value, ["text"] = message.Text })]),
            ["tags"] = new JsonObject(transcript.Item.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))),
            ["decidedBy"] = transcript.Item.Reference.Rule,
            ["answer"] = transcript.Answer,
            ["reasoning"] = transcript.Reasoning,
            ["inputTokens"] = transcript.InputTokens,
            ["outputTokens"] = transcript.OutputTokens,
            ["error"] = transcript.Error,
            ["outcome"] = verdict.Outcome.ToString().ToLowerInvariant(),
            ["scores"] = new JsonObject(verdict.Scores.Select(score => KeyValuePair.Create(score.Key, (JsonNode?)score.Value))),
            ["rule"] = verdict.Rule,
            ["reason"] = verdict.Reason,
        }.ToJsonString(Plain);
    }

    private static AuditedItem Read(JsonRecord record)
    {
        var item = new Item
        {
            Id = record.Text("item"),
            Messages = [.. record.Objects("messages").Select(message => new ChatMessage(new ChatRole(Role(message)), message.Text("text")))],
            Reference = new RecordedReference(record.OptionalText("decidedBy")),
            Tags = record.Texts("tags"),
        };
        var transcript = new Transcript(item, record.Text("answer"), record.OptionalText("reasoning"), record.Whole("inputTokens", 0), record.Whole("outputTokens", 0), record.OptionalText("error"));
        return new AuditedItem(transcript, new Verdict(record.Choice<Outcome>("outcome"), record.Proportions("scores"), record.OptionalText("rule"), record.Text("reason")));

        static string Role(JsonRecord message) => message.Text("role") is { Length: > 0 } role ? role : throw message.Wrong("'role' is empty.");
    }

    private static IAsyncEnumerable<UntrustedLines.Line> LinesAsync(string path, CancellationToken cancel) =>
        UntrustedLines.ReadAsync(path, LongestLine, "Name a transcripts.jsonl that an audit has written.", "A transcripts.jsonl has one conversation on each line", cancel);
}
