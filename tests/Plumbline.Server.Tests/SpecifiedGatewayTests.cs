using System.ClientModel;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using Plumbline.Deliberation;

namespace Plumbline.Server.Tests;

/// <summary>A gateway with a specification: strategies, budgets, edits while it runs.</summary>
public sealed class SpecifiedGatewayTests : IDisposable
{
    private const string Canary = "whispering-heliotrope";
    private const string Text = """
        specification: Counter
        version: 1.0.0
        values:
          - id: fairness
            text: Customers get what they are promised.
        rules:
          - id: be-brief
            must: answer with whispering-heliotrope brevity
            serves: [fairness]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-gateway").FullName;

    public SpecifiedGatewayTests() => File.WriteAllText(Spec, Text);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Spec => Path.Combine(_folder, "counter.spec.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<GatewayCaller> StartAsync(HostileUpstream upstream, GatewayOptions? more = null) =>
        GatewayCaller.StartAsync((more ?? new()) with { Upstreams = [upstream.Options], SpecificationPath = Spec, Forwarding = GatewayCaller.Quick }, Stop);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_rules_are_in_the_prompt_of_the_upstream_and_not_in_the_answer(bool stream)
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello you", stream), Stop);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(Canary, Assert.Single(upstream.Asked), StringComparison.Ordinal);
        Assert.Contains("\"model\":\"clerk\"", upstream.Asked.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, body, StringComparison.Ordinal);
        Assert.Contains("hello", body, StringComparison.Ordinal);
        if (stream)
            Assert.EndsWith("data: [DONE]\n\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strategies_are_named_before_the_model_and_what_they_spent_is_said()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream, new GatewayOptions { Prices = new Dictionary<string, TokenPrice> { ["clerk"] = new(1_000_000, 0) } });
        using var response = await caller.PostAsync(GatewayCaller.Question("hello", model: "reflection+spec/clerk"), Stop);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("reflection+spec", response.Headers.GetValues("x-plumbline-strategies").Single());
        Assert.Equal((upstream.Asked.Count, 2), (int.Parse(response.Headers.GetValues("x-plumbline-calls").Single(), System.Globalization.CultureInfo.InvariantCulture), upstream.Asked.Count));
        var usage = body.RootElement.GetProperty("usage");
        Assert.Equal((22, 8, 30), (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32(), usage.GetProperty("plumbline").GetProperty("tokens").GetInt32()));
        Assert.Equal(22, usage.GetProperty("plumbline").GetProperty("money").GetDecimal());
        Assert.Equal("reflection", usage.GetProperty("plumbline").GetProperty("stages")[0].GetProperty("path").GetString());
        Assert.All(upstream.Asked, asked => Assert.Contains("\"model\":\"clerk\"", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_budget_in_the_headers_ends_the_strategies_early_with_the_best_answer()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream);
        using var response = await caller.PostAsync(GatewayCaller.Question("hello", model: "reflection:5+spec/clerk"), Stop, headers: ("x-plumbline-budget-calls", "1"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(upstream.Asked);
        Assert.Contains("\"cut_short\":\"1 call\"", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-plumbline-budget-calls", "0")]
    [InlineData("x-plumbline-budget-calls", "1.5")]
    [InlineData("x-plumbline-budget-tokens", "many")]
    [InlineData("x-plumbline-budget-seconds", "-1")]
    [InlineData("x-plumbline-budget-money", "5")] // there is no price of 'clerk'
    public async Task A_budget_that_is_none_is_refused(string header, string value)
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello"), Stop, headers: (header, value));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(header, body, StringComparison.Ordinal);
        Assert.Empty(upstream.Asked);
    }

    [Fact]
    public async Task A_strategy_that_is_misspelt_is_named_and_a_model_with_a_slash_is_a_model()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream);
        var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello", model: "spec+reflecton/clerk"), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Did you mean \\u0027reflection\\u0027?", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await caller.AskAsync(GatewayCaller.Question("hello", model: "meta/clerk"), Stop)).Status);
        Assert.Contains("\"model\":\"meta/clerk\"", Assert.Single(upstream.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_may_be_held_to_the_strategies_of_the_gateway()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream, new GatewayOptions { Strategy = "reflection+spec", CallersChoose = false });
        Assert.Equal(HttpStatusCode.BadRequest, (await caller.AskAsync(GatewayCaller.Question("hello", model: "spec/clerk"), Stop)).Status);
        await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
        Assert.Equal(2, upstream.Asked.Count);
    }

    [Theory]
    [InlineData(Deed.Refuses)]
    [InlineData(Deed.TellsTheKey)]
    [InlineData(Deed.Fails)]
    [InlineData(Deed.Garbage)]
    [InlineData(Deed.Nothing)]
    [InlineData(Deed.Hangs)]
    [InlineData(Deed.WrongSchema)]
    public async Task Whatever_breaks_no_rule_and_no_key_is_told(Deed deed)
    {
        await using var upstream = await HostileUpstream.StartAsync(deed);
        await using var caller = await StartAsync(upstream);
        foreach (var question in new[] { GatewayCaller.Question("hello"), GatewayCaller.Question("hello", stream: true), GatewayCaller.Question("hello", model: "rules/clerk") })
        {
            var (status, body) = await caller.AskAsync(question, Stop);
            Assert.True((int)status is >= 400 and < 600 and not 500, $"{deed} became {status}: {body}");
            Assert.NotNull(GatewayCaller.Code(body));
            Assert.DoesNotContain(Canary, body, StringComparison.Ordinal);
            Assert.DoesNotContain(HostileUpstream.Key, body, StringComparison.Ordinal);
        }
        Assert.All(caller.Said, said => Assert.DoesNotContain(Canary, said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tool_call_passes_through_the_rules_once()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.CallsATool);
        await using var caller = await StartAsync(upstream);
        using var client = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = caller.Server.Endpoint }).GetChatClient("clerk").AsIChatClient();
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("refund", "Refunds", JsonElement.Parse("""{"type":"object","properties":{"order":{"type":"integer"}}}"""))] };
        var whole = await client.GetResponseAsync("hello", options, Stop);
        var streamed = await client.GetStreamingResponseAsync("hello", options, Stop).ToChatResponseAsync(Stop);
        Assert.All([whole, streamed], response => Assert.Equal("refund", Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()).Name));
        Assert.All(upstream.Asked, asked => Assert.Contains("\"tools\"", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_good_edit_counts_from_the_next_request_on_and_a_bad_one_keeps_the_old_and_says_so()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream);
        await File.WriteAllTextAsync(Spec, Text.Replace("1.0.0", "1.1.0", StringComparison.Ordinal).Replace("be-brief", "be-short", StringComparison.Ordinal), Stop);
        await UntilReadyAsync(caller, body => body.Contains("1.1.0", StringComparison.Ordinal));
        await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
        Assert.Contains("be-short", upstream.Asked.Last(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Spec, $"specification: broken {Canary}\n  : [", Stop);
        var ready = await UntilReadyAsync(caller, body => body.Contains("cannot be read", StringComparison.Ordinal));
        Assert.Contains("1.1.0", ready, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, ready, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await caller.AskAsync(GatewayCaller.Question("hello"), Stop)).Status);
        Assert.Contains("be-short", upstream.Asked.Last(), StringComparison.Ordinal);
        Assert.Contains(caller.Said, said => said.Contains("is kept", StringComparison.Ordinal) && !said.Contains(Canary, StringComparison.Ordinal));

        await File.WriteAllTextAsync(Spec, Text, Stop);
        await UntilReadyAsync(caller, body => body.Contains("1.0.0", StringComparison.Ordinal) && !body.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_request_is_lost_while_the_specification_is_edited()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        await using var caller = await StartAsync(upstream);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        enough.CancelAfter(TimeSpan.FromSeconds(2));
        var editing = Task.Run(async () =>
        {
            for (var version = 0; !enough.IsCancellationRequested; version++)
            {
                await File.WriteAllTextAsync(Spec, version % 3 == 2 ? "nothing" : Text.Replace("1.0.0", $"1.{version}.0", StringComparison.Ordinal), Stop);
                await Task.Delay(60, Stop);
            }
        }, Stop);
        var (asked, answered) = (0, 0);
        while (!enough.IsCancellationRequested)
        {
            asked++;
            answered += (await caller.AskAsync(GatewayCaller.Question("hello", stream: asked % 2 == 0), Stop)).Status == HttpStatusCode.OK ? 1 : 0;
        }
        await editing;
        Assert.Equal((asked, asked), (answered, upstream.Asked.Count));
    }

    private static async Task<string> UntilReadyAsync(GatewayCaller caller, Func<string, bool> wanted)
    {
        while (true)
        {
            var (_, body) = await caller.GetAsync(caller.Health("ready"), Stop);
            if (wanted(body))
                return body;
            await Task.Delay(50, Stop);
        }
    }
}
