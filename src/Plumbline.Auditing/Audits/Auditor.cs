using Microsoft.Extensions.AI;

namespace Plumbline.Auditing;

/// <summary>Asks a subject every item of a suite, has the judge read the answers, and counts.</summary>
/// <remarks>
/// A client with a batch gate (<see cref="IBatchGate"/>) answers waves of 64 conversations in lock-step; any other is asked a few at a time.
/// Every item has a seed of its own, derived from the audit's seed and the item's identifier, so that the result does not depend on scheduling.
/// What breaks is counted as <see cref="Outcome.Error"/> and not tried again.
/// </remarks>
/// <param name="seed">Same seed, same seeds for the items.</param>
/// <param name="concurrency">How many conversations run at a time without a gate, at least 1.</param>
public sealed class Auditor(long seed, int concurrency = 8)
{
    /// <summary>Conversations in a wave.</summary>
    public const int Wave = 64;

    private readonly int _concurrency = concurrency >= 1 ? concurrency : throw new ArgumentOutOfRangeException(nameof(concurrency), concurrency, "At least one conversation at a time.");

    /// <summary>Audits a subject.</summary>
    /// <param name="suite">What is asked, and who judges.</param>
    /// <param name="subject">Who answers.</param>
    /// <param name="progress">Told of every conversation that ends.</param>
    /// <param name="cancellationToken">Stops the audit with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InputException">Two items have the same identifier.</exception>
    public Task<SubjectAudit> AuditAsync(Suite suite, Subject subject, IProgress<AuditProgress>? progress = null, CancellationToken cancellationToken = default) =>
        AuditAsync(suite, subject, null, progress, cancellationToken);

    /// <summary>Audits a subject and keeps what it has in a file, so that an audit that was killed goes on where it stopped and ends the same.</summary>
    /// <param name="suite">What is asked, and who judges.</param>
    /// <param name="subject">Who answers.</param>
    /// <param name="transcriptsPath">A <c>transcripts.jsonl</c>; whole waves of the same audit without errors in it are taken over, the rest is asked anew.</param>
    /// <param name="progress">Told of every conversation that ends.</param>
    /// <param name="cancellationToken">Stops the audit with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InputException">Two items have the same identifier, or the file is of another audit or malformed.</exception>
    public async Task<SubjectAudit> AuditAsync(Suite suite, Subject subject, string? transcriptsPath, IProgress<AuditProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(subject);
        var audit = Begin(suite, subject);
        var done = new List<AuditedItem>(suite.Items.Count);
        if (transcriptsPath is not null)
            done.AddRange(await TranscriptFile.TakeUpAsync(transcriptsPath, audit, suite.Items, Wave, cancellationToken).ConfigureAwait(false));
        var tally = new Tally(subject.Name, suite.Items.Count, done.Count, progress);
        var gate = subject.Client.GetService<IBatchGate>();
        foreach (var items in suite.Items.Skip(done.Count).Chunk(Wave))
        {
            var transcripts = gate is null
                ? await AskSomeAsync(suite, subject, items, tally, cancellationToken).ConfigureAwait(false)
                : await AskTogetherAsync(suite, subject, gate, items, tally, cancellationToken).ConfigureAwait(false);
            var audited = new AuditedItem[items.Length];
            await EachAsync(items.Length, async (i, cancel) => audited[i] = new AuditedItem(transcripts[i], await JudgeAsync(suite.Judge, transcripts[i], cancel).ConfigureAwait(false)), cancellationToken)
                .ConfigureAwait(false);
            done.AddRange(audited);
            if (transcriptsPath is not null)
                await TranscriptFile.AppendAsync(transcriptsPath, audited, cancellationToken).ConfigureAwait(false);
        }

        return audit with { Items = done };
    }

    private SubjectAudit Begin(Suite suite, Subject subject)
    {
        if (suite.Items.GroupBy(item => item.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InputException($"suite '{suite.Name}'", $"the item '{twice.Key}' is there {twice.Count()} times.", "Give every item an identifier of its own: seeds and pairs are found by it.");
        return new SubjectAudit
        {
            Subject = subject.Name,
            Description = subject.Description,
            Suite = suite.Name,
            SuiteVersion = suite.Version,
            SuiteHash = SuiteHash.Of(suite.Items),
            Seed = seed,
            Measures = suite.Measures,
            Items = [],
        };
    }

    private async Task<Transcript[]> AskTogetherAsync(Suite suite, Subject subject, IBatchGate gate, Item[] items, Tally tally, CancellationToken cancel)
    {
        using var wave = gate.Open(items.Length);
        return await Task.WhenAll(items.Select((item, i) => Task.Run(async () =>
        {
            using var seat = wave.Take(i);
            return await AskAsync(suite, subject, item, tally, cancel).ConfigureAwait(false);
        }, CancellationToken.None))).ConfigureAwait(false);
    }

    private async Task<Transcript[]> AskSomeAsync(Suite suite, Subject subject, Item[] items, Tally tally, CancellationToken cancel)
    {
        var transcripts = new Transcript[items.Length];
        await EachAsync(items.Length, async (i, stop) => transcripts[i] = await AskAsync(suite, subject, items[i], tally, stop).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return transcripts;
    }

    private Task EachAsync(int count, Func<int, CancellationToken, Task> body, CancellationToken cancel) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = _concurrency, CancellationToken = cancel }, async (i, stop) => await body(i, stop).ConfigureAwait(false));

    private async Task<Transcript> AskAsync(Suite suite, Subject subject, Item item, Tally tally, CancellationToken cancel)
    {
        var options = subject.Options.Clone();
        options.Seed = (long)(new Draws(seed, $"audit/{suite.Name}/{item.Id}").NextBits() >> 1);
        Transcript transcript;
        try
        {
            var response = await subject.Client.GetResponseAsync(item.Messages, options, cancel).ConfigureAwait(false);
            var reasoning = string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text));
            transcript = new Transcript(item, response.Text, reasoning.Length == 0 ? null : reasoning, response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0);
        }
        catch (Exception broken) when (!cancel.IsCancellationRequested)
        {
            transcript = new Transcript(item, "", Error: Say(broken));
        }

        tally.Count(transcript);
        return transcript;
    }

    private static async Task<Verdict> JudgeAsync(IJudge judge, Transcript transcript, CancellationToken cancel)
    {
        if (transcript.Error is { } error)
            return Broken(error);
        try
        {
            var verdict = await judge.JudgeAsync(transcript, cancel).ConfigureAwait(false);
            var strange = verdict.Scores.FirstOrDefault(score => score.Value is not (>= 0 and <= 1));
            return strange.Key is null ? verdict : Broken($"The judge gave {strange.Key} a score outside 0 to 1.");
        }
        catch (Exception broken) when (!cancel.IsCancellationRequested)
        {
            return Broken($"The judge broke: {Say(broken)}");
        }

        Verdict Broken(string reason) => new(Outcome.Error, new Dictionary<string, double>(), transcript.Item.Reference.Rule, reason);
    }

    private static string Say(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";

    /// <summary>Counts conversations that end, from any thread.</summary>
    private sealed class Tally(string subject, int total, int done, IProgress<AuditProgress>? progress)
    {
        private readonly Lock _lock = new();
        private int _done = done;
        private int _errors;

        public void Count(Transcript transcript)
        {
            lock (_lock)
            {
                _done++;
                _errors += transcript.Error is null ? 0 : 1;
                progress?.Report(new AuditProgress(subject, _done, total, _errors));
            }
        }
    }
}
