using System.Net;
using System.Text.Json;
using Plumbline.Auditing;
using Plumbline.Server.Records;

namespace Plumbline.Server.Tests;

public sealed class RequestLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-log").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Log => Path.Combine(_folder, "log.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_request_is_a_line_that_says_what_became_of_it_without_any_key()
    {
        await using var upstream = await HostileUpstream.StartAsync((number, _) => number == 3 ? Deed.HalfAnAnswer : number == 4 ? Deed.Fails : Deed.Fine);
        await using (var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], LogPath = Log, Forwarding = GatewayCaller.Quick }, Stop))
        {
            await caller.AskAsync(GatewayCaller.Question($"my key is {HostileUpstream.Key} and pl-01234567-abcdefghijklmnopqrstuvwxyz012345, Bearer abcdefghijklmnop123"), Stop);
            await caller.AskAsync(GatewayCaller.Question("two words", stream: true), Stop);
            await caller.AskAsync(GatewayCaller.Question("half of it", stream: true), Stop);
            await caller.AskAsync(GatewayCaller.Question("fail"), Stop);
            await caller.AskAsync("no json", Stop);
            await caller.GetAsync(caller.At("models"), Stop);
        }

        var text = await File.ReadAllTextAsync(Log, Stop);
        var records = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([(200, null), (200, null), (200, "upstream_cut_short"), (502, "upstream_failed"), (400, "invalid_request_error"), (200, null)],
            records.Select(record => (record.GetProperty("status").GetInt32(), record.GetProperty("error").GetString())));
        Assert.Equal(["you said my key is (key) and (key), (key)", "you said two words", "you", null], records.Take(4).Select(record => record.TryGetProperty("answer", out var answer) ? answer.GetString() : null));
        Assert.Equal((11, 4, false), (records[1].GetProperty("inputTokens").GetInt32(), records[1].GetProperty("outputTokens").GetInt32(), records[1].GetProperty("estimated").GetBoolean()));
        Assert.True(records[2].GetProperty("estimated").GetBoolean());
        Assert.DoesNotContain("sk-upstream", text, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghij", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_content_the_log_holds_neither_question_nor_answer()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using (var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], LogPath = Log, LogsContent = false }, Stop))
            await caller.AskAsync(GatewayCaller.Question("something private"), Stop);
        var text = await File.ReadAllTextAsync(Log, Stop);
        Assert.Contains("\"clerk\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("private", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_is_in_the_log_too()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Hangs);
        await using (var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], LogPath = Log }, Stop))
        {
            using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var asking = caller.PostAsync(GatewayCaller.Question("hello"), hangUp.Token);
            while (upstream.Asked.IsEmpty)
                await Task.Delay(5, Stop);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
            await upstream.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        }

        Assert.Contains("\"status\":499,\"error\":\"hung_up\"", Assert.Single(await File.ReadAllLinesAsync(Log, Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_becomes_transcripts_that_an_audit_reads()
    {
        await using var upstream = await HostileUpstream.StartAsync((number, _) => number == 2 ? Deed.Fails : Deed.Fine);
        await using (var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], LogPath = Log, Forwarding = GatewayCaller.Quick }, Stop))
        {
            await caller.AskAsync(GatewayCaller.Question("What is\nthe code?"), Stop);
            await caller.AskAsync(GatewayCaller.Question("and this?"), Stop);
            await caller.AskAsync("""{"model":"clerk","instructions":"Be kind.","input":"And that?"}""", Stop, "responses");
            await caller.AskAsync("""{"model":"clerk","input":"x"}""", Stop, "embeddings");
            await caller.GetAsync(caller.At("models"), Stop);
        }

        await File.AppendAllTextAsync(Log, "{\"form\":1,\"id\":\"half a li", Stop); // killed while it wrote
        var (audit, passedOver) = await RecordedRequests.ReadAsync(Log, Stop);
        var transcripts = Path.Combine(_folder, "asked.jsonl");
        await audit.SaveAsync(transcripts, Stop);
        var read = await SubjectAudit.ReadAsync(transcripts, Stop);
        Assert.Equal((3, 2), (read.Items.Count, passedOver));
        Assert.Equal(["What is\nthe code?", "and this?", "And that?"], read.Items.Select(item => item.Item.Messages[^1].Text));
        Assert.Equal("Be kind.", read.Items[2].Item.Messages[0].Text);
        Assert.Equal(["you said What is\nthe code?", "", "one two"], read.Items.Select(item => item.Transcript.Answer));
        Assert.Equal([Outcome.Unscored, Outcome.Error, Outcome.Unscored], read.Items.Select(item => item.Verdict.Outcome));
    }

    [Theory]
    [InlineData("{\"form\":1,\"id\":\"half a li")]
    [InlineData("{\"fo")]
    public async Task Half_a_record_of_a_gateway_that_was_killed_spoils_none_of_the_next(string half)
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        foreach (var question in (string[])["before", "after"])
        {
            await using (var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], LogPath = Log }, Stop))
                await caller.AskAsync(GatewayCaller.Question(question), Stop);
            await File.AppendAllTextAsync(Log, question == "before" ? half : "", Stop);
        }
        var (audit, passedOver) = await RecordedRequests.ReadAsync(Log, Stop);
        Assert.Equal(["before", "after"], audit.Items.Select(item => item.Item.Messages[^1].Text));
        Assert.Equal(1, passedOver);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"form\":2,\"id\":\"a\"}")]
    public async Task What_is_no_log_is_refused_with_its_line(string line)
    {
        await File.WriteAllTextAsync(Log, line + "\n", Stop);
        Assert.Equal($"{Log}:1", (await Assert.ThrowsAsync<InputException>(() => RecordedRequests.ReadAsync(Log, Stop))).Place);
    }

    [Theory]
    [InlineData("sk-proj-abcdefghijklmnop0123", "(key)")]
    [InlineData("the ask-me-anything-session-of-today", "the ask-me-anything-session-of-today")]
    [InlineData("{\"a\":\"Bearer abcdefghijklm\"}", "{\"a\":\"(key)\"}")]
    [InlineData("my-own-key-of-the-upstream", "(key)")]
    public void What_looks_like_a_key_or_is_one_is_taken_out(string text, string kept) => Assert.Equal(kept, new Redaction(["my-own-key-of-the-upstream"]).Of(text));
}
