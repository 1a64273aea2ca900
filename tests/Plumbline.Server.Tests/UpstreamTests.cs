using System.Net;
using System.Text;
using System.Text.Json;

namespace Plumbline.Server.Tests;

/// <summary>What is asked and answered through a gateway without a specification, over real sockets, with upstreams that misbehave.</summary>
public sealed class UpstreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_asked_arrives_byte_for_byte_with_the_gateways_own_key()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        caller.Key = "pl-of-the-caller";
        const string odd = "{ \"unknown\" : [1,2.50, {\"a\":null}],\n\t\"messages\":[{\"role\":\"user\",\"content\":\"caf\\u00e9 ☕\"}] , \"model\":\"clerk\" }";
        var (status, body) = await caller.AskAsync(odd, Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(odd, Assert.Single(upstream.Asked));
        Assert.Equal($"Bearer {HostileUpstream.Key}", Assert.Single(upstream.Authorizations));
        Assert.Equal("""{"id":"c1","object":"chat.completion","created":1,"model":"clerk","choices":[{"index":0,"message":{"role":"assistant","content":"you said caf\u00E9 \u2615"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":4,"total_tokens":15}}""", body);
    }

    [Theory]
    [InlineData("models", null, "\"id\":\"clerk\"")]
    [InlineData("embeddings", """{"model":"clerk","input":"x"}""", "0.25,-1")]
    [InlineData("responses", """{"model":"clerk","input":"x"}""", "one two")]
    public async Task The_other_parts_of_the_api_are_handed_on_too(string path, string? question, string wanted)
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        var (status, body) = question is null ? await caller.GetAsync(caller.At(path), Stop) : await caller.AskAsync(question, Stop, path);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(wanted, body, StringComparison.Ordinal);
        Assert.Equal(question ?? "", Assert.Single(upstream.Asked));
    }

    [Fact]
    public async Task A_long_stream_arrives_as_it_was_sent()
    {
        var words = string.Join(' ', Enumerable.Range(0, 3000).Select(number => number % 7 == 0 ? "\"finish_reason\":null}]}\n\ndata:{" : $"word{number}"));
        await using var upstream = await HostileUpstream.StartAsync((_, _) => Deed.Fine, _ => words);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        using var direct = new HttpClient();
        using var content = new StringContent(GatewayCaller.Question("x", stream: true), Encoding.UTF8, "application/json");
        using var sent = await direct.PostAsync(new Uri($"{upstream.Address}/chat/completions"), content, Stop);
        Assert.Equal(await sent.Content.ReadAsStringAsync(Stop), (await caller.AskAsync(GatewayCaller.Question("x", stream: true), Stop)).Body);
    }

    [Fact]
    public async Task An_event_is_handed_on_before_the_next_one_is_there()
    {
        await using var upstream = await HostileUpstream.StartAsync((_, _) => Deed.Fine, waitsAfterFirst: true);
        await using var caller = await GatewayCaller.InFrontOf([upstream], GatewayCaller.Quick with { IdleLimit = TimeSpan.FromMinutes(1) }, Stop);
        using var response = await caller.PostAsync(GatewayCaller.Question("one two", stream: true), Stop);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        Assert.Contains("\"you\"", await reader.ReadLineAsync(Stop), StringComparison.Ordinal); // the upstream waits for us here
        upstream.GoOn.SetResult();
        var rest = await reader.ReadToEndAsync(Stop);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        Assert.Equal(4, rest.Split("data: {").Length - 1); // said, one, two, and the reason
    }

    [Theory]
    [InlineData(Deed.Busy, 429, "upstream_busy")]
    [InlineData(Deed.BusyForLong, 429, "upstream_busy")]
    [InlineData(Deed.Fails, 502, "upstream_failed")]
    [InlineData(Deed.Garbage, 502, "upstream_unreadable")]
    [InlineData(Deed.WrongSchema, 502, "upstream_unreadable")]
    [InlineData(Deed.HalfAnAnswer, 502, "upstream_cut_short")]
    [InlineData(Deed.Nothing, 502, "upstream_unreachable")]
    [InlineData(Deed.Hangs, 504, "upstream_timeout")]
    [InlineData(Deed.ErrorInside, 502, "upstream_unreadable")]
    [InlineData(Deed.RefusesTheKey, 502, "upstream_key_refused")]
    [InlineData(Deed.TellsTheKey, 400, "upstream_refused")]
    public async Task Whatever_a_lonely_upstream_does_the_caller_reads_what_happened_and_no_key(Deed deed, int status, string code)
    {
        await using var upstream = await HostileUpstream.StartAsync(deed);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        var (got, body) = await caller.AskAsync(GatewayCaller.Question("my secret question"), Stop);
        Assert.Equal((status, code), ((int)got, GatewayCaller.Code(body)));
        Assert.DoesNotContain(HostileUpstream.Key, body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret question", body, StringComparison.Ordinal);
        Assert.Single(upstream.Asked);
        Assert.Empty(caller.Failures);
    }

    [Theory]
    [InlineData(Deed.Busy, 429, "upstream_busy")]
    [InlineData(Deed.Fails, 502, "upstream_failed")]
    [InlineData(Deed.Garbage, 502, "upstream_unreadable")]
    [InlineData(Deed.WrongSchema, 502, "upstream_unreadable")]
    [InlineData(Deed.Nothing, 502, "upstream_unreachable")]
    [InlineData(Deed.Hangs, 504, "upstream_timeout")]
    [InlineData(Deed.ErrorInside, 502, "upstream_failed")]
    [InlineData(Deed.EndlessToken, 502, "upstream_too_large")]
    public async Task What_breaks_before_the_first_event_of_a_stream_is_an_error_with_a_status(Deed deed, int status, string code)
    {
        await using var upstream = await HostileUpstream.StartAsync(deed);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        var (got, body) = await caller.AskAsync(GatewayCaller.Question("hello", stream: true), Stop);
        Assert.Equal((status, code), ((int)got, GatewayCaller.Code(body)));
    }

    [Theory]
    [InlineData(Deed.HalfAnAnswer)]
    [InlineData(Deed.HalfACall)]
    public async Task A_stream_that_breaks_in_the_middle_says_so_and_is_not_begun_again(Deed deed)
    {
        await using var upstream = await HostileUpstream.StartAsync(deed);
        await using var second = await HostileUpstream.StartAsync(Deed.CallsATool);
        await using var caller = await GatewayCaller.InFrontOf([upstream, second], GatewayCaller.Quick with { Retries = 2 }, Stop);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello there", stream: true), Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.EndsWith("(cut)", body, StringComparison.Ordinal); // also for a client that knows no events of errors
        var events = body.Replace("(cut)", "", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.True(events.Length == 2, body); // the one that was whole, and the error; never half an event
        Assert.Equal("upstream_cut_short", GatewayCaller.Code(events[1]["data: ".Length..]));
        Assert.DoesNotContain("[DONE]", body, StringComparison.Ordinal);
        Assert.Single(upstream.Asked);
        Assert.Empty(second.Asked);
    }

    [Theory]
    [InlineData(Deed.Busy)]
    [InlineData(Deed.BusyForLong)]
    [InlineData(Deed.Fails)]
    [InlineData(Deed.Garbage)]
    [InlineData(Deed.WrongSchema)]
    [InlineData(Deed.HalfACall)]
    [InlineData(Deed.Nothing)]
    [InlineData(Deed.Hangs)]
    [InlineData(Deed.ErrorInside)]
    [InlineData(Deed.RefusesTheKey)]
    public async Task The_next_upstream_answers_where_the_first_does_not_and_a_tool_is_called_once(Deed deed)
    {
        await using var first = await HostileUpstream.StartAsync(deed);
        await using var second = await HostileUpstream.StartAsync(Deed.CallsATool);
        await using var caller = await GatewayCaller.InFrontOf([first, second], null, Stop);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        using var json = JsonDocument.Parse(body);
        Assert.Single(json.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray());
        Assert.Equal((1, 1), (first.Asked.Count, second.Asked.Count));
    }

    [Fact]
    public async Task An_upstream_is_tried_again_until_it_answers()
    {
        await using var upstream = await HostileUpstream.StartAsync((number, _) => number switch { 1 => Deed.Fails, 2 => Deed.Garbage, _ => Deed.Fine });
        await using var caller = await GatewayCaller.InFrontOf([upstream], GatewayCaller.Quick with { Retries = 2 }, Stop);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("you said hello", body, StringComparison.Ordinal);
        Assert.Equal(3, upstream.Asked.Count);
    }

    [Fact]
    public async Task A_key_that_is_not_accepted_is_not_tried_again_but_an_upstream_beside_it_is()
    {
        await using var failing = await HostileUpstream.StartAsync((number, _) => number == 1 ? Deed.Fails : Deed.Fine);
        await using var refusing = await HostileUpstream.StartAsync(Deed.RefusesTheKey);
        await using var alone = await GatewayCaller.InFrontOf([refusing], GatewayCaller.Quick with { Retries = 3 }, Stop);
        Assert.Equal("upstream_key_refused", GatewayCaller.Code((await alone.AskAsync(GatewayCaller.Question("hello"), Stop)).Body));
        Assert.Single(refusing.Asked);
        await using var both = await GatewayCaller.InFrontOf([failing, refusing], GatewayCaller.Quick with { Retries = 3 }, Stop);
        Assert.Equal(HttpStatusCode.OK, (await both.AskAsync(GatewayCaller.Question("hello"), Stop)).Status);
    }

    [Fact]
    public async Task An_upstream_that_wants_to_be_left_alone_for_an_hour_is_and_the_caller_is_told()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.BusyForLong);
        await using var caller = await GatewayCaller.InFrontOf([upstream], GatewayCaller.Quick with { Retries = 5 }, Stop);
        using var response = await caller.PostAsync(GatewayCaller.Question("hello"), Stop);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromHours(1), response.Headers.RetryAfter?.Delta);
        Assert.Single(upstream.Asked);
    }

    [Fact]
    public async Task A_busy_upstream_is_passed_over_while_another_is_well()
    {
        await using var first = await HostileUpstream.StartAsync(Deed.BusyForLong);
        await using var second = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await GatewayCaller.InFrontOf([first, second], null, Stop);
        for (var i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.OK, (await caller.AskAsync(GatewayCaller.Question("hello"), Stop)).Status);
        Assert.Equal((1, 4), (first.Asked.Count, second.Asked.Count));
        Assert.Contains("\"busy\"", (await caller.GetAsync(caller.Health("ready"), Stop)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_first_is_slow_the_second_is_asked_too_and_the_first_let_go()
    {
        await using var first = await HostileUpstream.StartAsync(Deed.Hangs);
        await using var second = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await GatewayCaller.InFrontOf([first, second], GatewayCaller.Quick with { AttemptLimit = TimeSpan.FromMinutes(1), HedgeAfter = TimeSpan.FromMilliseconds(30) }, Stop);
        var (status, _) = await caller.AskAsync(GatewayCaller.Question("hello", stream: true), Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        await first.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task An_upstream_is_let_go_when_the_caller_hangs_up()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Hangs);
        await using var caller = await GatewayCaller.InFrontOf([upstream], GatewayCaller.Quick with { AttemptLimit = TimeSpan.FromMinutes(1), Retries = 3 }, Stop);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var asking = caller.PostAsync(GatewayCaller.Question("hello"), hangUp.Token);
        while (upstream.Asked.IsEmpty)
            await Task.Delay(5, Stop);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await upstream.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Single(upstream.Asked);
    }

    [Fact]
    public async Task A_token_of_a_megabyte_is_handed_on_whole()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.MegabyteToken);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello", stream: true), Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(new string('x', 1 << 20), body, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_refused_and_not_asked_for_again()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.MegabyteToken);
        await using var caller = await GatewayCaller.InFrontOf([upstream], GatewayCaller.Quick with { Retries = 2, LongestAnswer = 100_000, LongestEvent = 100_000 }, Stop);
        Assert.Equal("upstream_too_large", GatewayCaller.Code((await caller.AskAsync(GatewayCaller.Question("hello"), Stop)).Body));
        Assert.Equal("upstream_too_large", GatewayCaller.Code((await caller.AskAsync(GatewayCaller.Question("hello", stream: true), Stop)).Body));
        Assert.Equal(2, upstream.Asked.Count);
    }

    [Fact]
    public async Task What_the_upstream_says_of_a_wrong_request_reaches_the_caller()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Refuses);
        await using var caller = await GatewayCaller.InFrontOf([upstream], GatewayCaller.Quick with { Retries = 2 }, Stop);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("no such temperature", body, StringComparison.Ordinal);
        Assert.Single(upstream.Asked);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("[1]", "body")]
    [InlineData("{\"model\":7}", "model")]
    [InlineData("{\"stream\":\"yes\"}", "stream")]
    [InlineData("{} {}", "body")]
    [InlineData("{\"model\":\"cheap\",\"messages\":[],\"model\":\"dear\"}", "model")]
    [InlineData("{\"model\":\"half \\ud800\"}", "body")]
    public async Task What_is_no_request_is_refused_here(string request, string place)
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        var (status, body) = await caller.AskAsync(request, Stop);
        using var json = JsonDocument.Parse(body);
        Assert.Equal((HttpStatusCode.BadRequest, place), (status, json.RootElement.GetProperty("error").GetProperty("param").GetString()));
        Assert.Empty(upstream.Asked);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_refused_before_it_is_read()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], LongestRequest = 2000 }, Stop);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question(new string('x', 3000)), Stop);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "request_too_large"), (status, GatewayCaller.Code(body)));
        Assert.Empty(upstream.Asked);
    }

    [Fact]
    public async Task Models_are_asked_of_the_upstream_that_serves_them()
    {
        await using var first = await HostileUpstream.StartAsync((_, _) => Deed.Fine, _ => "first");
        await using var second = await HostileUpstream.StartAsync((_, _) => Deed.Fine, _ => "second");
        await using var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [first.Options with { Models = ["small"] }, second.Options with { Models = ["large"] }] }, Stop);
        Assert.Contains("second", (await caller.AskAsync(GatewayCaller.Question("x", model: "large"), Stop)).Body, StringComparison.Ordinal);
        Assert.Contains("first", (await caller.AskAsync(GatewayCaller.Question("x", model: "small"), Stop)).Body, StringComparison.Ordinal);
        Assert.Equal("model_not_found", GatewayCaller.Code((await caller.AskAsync(GatewayCaller.Question("x", model: "huge"), Stop)).Body));
    }

    [Fact]
    public async Task An_upstream_that_is_ill_shows_in_readiness()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fails);
        await using var caller = await GatewayCaller.InFrontOf([upstream], null, Stop);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync(caller.Health("ready"), Stop)).Status);
        for (var i = 0; i < 40; i++)
            await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
        var (status, body) = await caller.GetAsync(caller.Health("ready"), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("\"ill\"", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync(caller.Health("live"), Stop)).Status);
    }
}
