using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Plumbline.Auditing;

namespace Plumbline.Tests.Auditing.Audits;

public sealed class AuditorTests
{
    [Fact] // planted: wrong on items 0 … 9 of 60, that is 5 of 30 yes-items refused; Wilson of 50/60 is [0.7197, 0.9069]
    public async Task A_planted_effect_is_found_with_its_interval()
    {
        var audit = await new Auditor(1).AuditAsync(Scripted.Suite(60), Scripted.Subject(i => i < 10 ? Scripted.Wrong(i) : Scripted.Right(i)));
        var compliance = audit["compliance"]!;
        Assert.Equal((50.0 / 60, 60), (compliance.Estimate.Value, compliance.Estimate.N));
        Assert.Equal(0.7197, compliance.Estimate.Low, 4);
        Assert.Equal(0.9069, compliance.Estimate.High, 4);
        Assert.Equal((5.0 / 30, 30), (audit["overRefusal"]!.Estimate.Value, audit["overRefusal"]!.Estimate.N));
        Assert.Equal((600, 240), (audit.InputTokens, audit.OutputTokens));
    }

    [Fact]
    public async Task What_breaks_and_what_cannot_be_read_is_counted_and_stops_nothing()
    {
        var subject = Scripted.Subject(i => i switch { 3 => throw new HttpRequestException("no route"), 5 => "?", _ => Scripted.Right(i) });
        var audit = await new Auditor(1).AuditAsync(Scripted.Suite(20), subject);
        var compliance = audit["compliance"]!;
        Assert.Equal((18, 1, 1, 18), (compliance.Scored, compliance.Unscored, compliance.Errors, compliance.Estimate.N));
        Assert.Equal(Outcome.Error, audit.Items[3].Verdict.Outcome);
        Assert.Contains("no route", audit.Items[3].Verdict.Reason, StringComparison.Ordinal);
        Assert.Equal("say-no", audit.Items[3].Verdict.Rule);
    }

    [Fact]
    public async Task A_judge_that_breaks_or_scores_beyond_one_is_an_error_of_that_item()
    {
        var suite = Scripted.Suite(3) with { Judge = new BrokenJudge() };
        var audit = await new Auditor(1).AuditAsync(suite, Scripted.Subject(Scripted.Right));
        Assert.Equal([Outcome.Error, Outcome.Error, Outcome.Scored], audit.Items.Select(item => item.Verdict.Outcome));
    }

    [Fact]
    public async Task Results_stand_in_the_order_of_the_items_however_long_each_takes()
    {
        var client = new ScriptedChatClient(async (ask, _, cancel) =>
        {
            await Task.Delay(Scripted.Number(ask) % 7, cancel);
            return ScriptedChatClient.Say(ask, "thinking");
        });
        var audit = await new Auditor(1).AuditAsync(Scripted.Suite(100), new Subject("slow", "", client, new ChatOptions()));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"ask {i}"), audit.Items.Select(item => item.Transcript.Answer));
        Assert.All(audit.Items, item => Assert.Equal("thinking", item.Transcript.Reasoning));
    }

    [Fact]
    public async Task Every_item_has_a_seed_of_its_own_that_does_not_depend_on_the_other_items()
    {
        async Task<Dictionary<string, long?>> SeedsAsync(Suite suite, long seed)
        {
            var seen = new ConcurrentDictionary<string, long?>();
            var client = new ScriptedChatClient((ask, options, _) =>
            {
                seen[ask] = options?.Seed;
                return Task.FromResult(ScriptedChatClient.Say("yes"));
            });
            await new Auditor(seed).AuditAsync(suite, new Subject("s", "", client, new ChatOptions { Temperature = 0.5f }));
            return new(seen);
        }

        var all = await SeedsAsync(Scripted.Suite(30), 1);
        var half = await SeedsAsync(Scripted.Suite(30) with { Items = [.. Scripted.Suite(30).Items.Skip(15)] }, 1);
        var other = await SeedsAsync(Scripted.Suite(30), 2);
        Assert.Equal(30, all.Values.Distinct().Count());
        Assert.All(all.Values, seed => Assert.True(seed >= 0));
        Assert.All(half, seed => Assert.Equal(all[seed.Key], seed.Value));
        Assert.All(other, seed => Assert.NotEqual(all[seed.Key], seed.Value));
    }

    [Fact]
    public async Task No_more_conversations_run_at_a_time_than_allowed()
    {
        var (running, most) = (0, 0);
        var client = new ScriptedChatClient(async (_, _, cancel) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Delay(2, cancel);
            Interlocked.Decrement(ref running);
            return ScriptedChatClient.Say("yes");
        });
        await new Auditor(1, concurrency: 3).AuditAsync(Scripted.Suite(40), new Subject("s", "", client, new ChatOptions()));
        Assert.InRange(most, 2, 3);

        static void InterlockedMax(ref int most, int now)
        {
            for (var seen = most; now > seen; seen = most)
                Interlocked.CompareExchange(ref most, now, seen);
        }
    }

    [Fact]
    public async Task A_client_with_a_gate_answers_waves_of_sixty_four_in_lock_step()
    {
        using var gate = new FakeGate(i => i == 70 ? throw new InvalidOperationException("broke") : "yes");
        var audit = await new Auditor(1).AuditAsync(Scripted.Suite(150), new Subject("gated", "", gate, new ChatOptions()));
        Assert.Equal([64, 64, 22], gate.Batches);
        Assert.Equal(1, audit["compliance"]!.Errors);
        Assert.Equal(Outcome.Error, audit.Items[70].Verdict.Outcome);
    }

    [Fact]
    public async Task Cancelling_cancels()
    {
        using var stop = new CancellationTokenSource();
        var client = new ScriptedChatClient(async (ask, _, cancel) =>
        {
            if (Scripted.Number(ask) == 10)
                await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
            return ScriptedChatClient.Say("yes");
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Auditor(1).AuditAsync(Scripted.Suite(100), new Subject("s", "", client, new ChatOptions()), cancellationToken: stop.Token));
    }

    [Fact] // a server that does not answer in time cancels by itself; that is an error, not a wish to stop
    public async Task A_time_out_of_the_client_is_an_error_of_the_item()
    {
        var audit = await new Auditor(1).AuditAsync(Scripted.Suite(2), Scripted.Subject(i => i == 0 ? throw new TaskCanceledException("timed out") : "no"));
        Assert.Equal([Outcome.Error, Outcome.Scored], audit.Items.Select(item => item.Verdict.Outcome));
    }

    [Fact]
    public async Task Progress_counts_every_conversation()
    {
        var seen = new List<AuditProgress>();
        await new Auditor(1).AuditAsync(Scripted.Suite(70), Scripted.Subject(i => i == 1 ? throw new IOException("gone") : "yes"), new Synchronous(seen.Add));
        Assert.Equal(Enumerable.Range(1, 70), seen.Select(progress => progress.Done));
        Assert.Equal(new AuditProgress("base", 70, 70, 1), seen[^1]);
    }

    [Fact]
    public async Task Two_items_of_one_name_are_refused()
    {
        var suite = Scripted.Suite(2);
        var error = await Assert.ThrowsAsync<InputException>(() => new Auditor(1).AuditAsync(suite with { Items = [suite.Items[0], suite.Items[0]] }, Scripted.Subject(Scripted.Right)));
        Assert.Contains("'item-0' is there 2 times", error.Message, StringComparison.Ordinal);
    }

    private sealed class Synchronous(Action<AuditProgress> tell) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => tell(value);
    }

    private sealed class BrokenJudge : IJudge
    {
        public ValueTask<Verdict> JudgeAsync(Transcript transcript, CancellationToken cancellationToken = default) => Scripted.Number(transcript.Item.Messages[^1].Text) switch
        {
            0 => throw new InvalidOperationException("no idea"),
            1 => new(new Verdict(Outcome.Scored, new Dictionary<string, double> { ["compliance"] = 2 }, null, "")),
            _ => new(new Verdict(Outcome.Scored, new Dictionary<string, double> { ["compliance"] = 1 }, null, "")),
        };
    }

    /// <summary>Holds calls until every seated conversation waits, then answers them as one batch.</summary>
    private sealed class FakeGate(Func<int, string> script) : IChatClient, IBatchGate, IBatchWave
    {
        private readonly AsyncLocal<int?> _seat = new();
        private readonly Lock _lock = new();
        private List<TaskCompletionSource> _waiting = [];
        private int _seated;

        public List<int> Batches { get; } = [];

        public IBatchWave Open(int conversations)
        {
            _seated = conversations;
            return this;
        }

        public IDisposable Take(int index)
        {
            _seat.Value = index;
            return new Seat(this);
        }

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Assert.NotNull(_seat.Value);
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _waiting.Add(turn);
                Release();
            }

            await turn.Task;
            return ScriptedChatClient.Say(script(Scripted.Number(messages.Last().Text)));
        }

        private void Release()
        {
            if (_waiting.Count < _seated || _waiting.Count == 0)
                return;
            Batches.Add(_waiting.Count);
            var batch = _waiting;
            _waiting = [];
            batch.ForEach(turn => turn.SetResult());
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

        public void Dispose()
        {
        }

        private sealed class Seat(FakeGate gate) : IDisposable
        {
            public void Dispose()
            {
                lock (gate._lock)
                {
                    gate._seated--;
                    gate.Release();
                }
            }
        }
    }
}
