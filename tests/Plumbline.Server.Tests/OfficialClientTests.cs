using System.ClientModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using Plumbline.Models.Tests;

namespace Plumbline.Server.Tests;

/// <summary>Clients that people have must just work, with and without strategies: <c>openai</c> and <c>ai</c> from npm, and OpenAI's for .NET.</summary>
public sealed class OfficialClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-clients").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("clerk")]
    [InlineData("reflection+spec/clerk")]
    public async Task The_clients_of_npm_read_answers_streams_calls_responses_models_and_errors(string model)
    {
        var (upstream, caller) = await StartAsync(model != "clerk");
        await using var _ = upstream;
        await using var __ = caller;
        var seen = await Task.Run(() => NodeOracle.Ask<Dictionary<string, JsonElement>>("openai", "gateway.mjs", new { endpoint = caller.Server.Endpoint, key = caller.Key, model }), Stop);
        var response = model == "clerk" ? "one two" : "you said one two";
        Assert.Equal(("you said one two", "you said one two", response, response), (Said("chat"), Said("streamed"), Said("response"), Said("responseStreamed")));
        Assert.Equal(("you said one two", "you said one two", response, response), (Said("aiChat"), Said("aiStreamed"), Said("aiResponse"), Said("aiResponseStreamed")));
        Assert.Equal(model == "clerk" ? 4 : 8, seen["tokens"].GetInt32());
        Assert.All((string[])["calls", "streamedCalls", "aiCalls"], name => Assert.Equal("refund {\"order\":7}", Assert.Single(seen[name].EnumerateArray()).GetString()));
        Assert.Equal("clerk", Assert.Single(seen["models"].EnumerateArray()).GetString());
        Assert.Equal("401 invalid_api_key", Said("wrongKey"));
        Assert.EndsWith("upstream_cut_short", Said("brokenStream"), StringComparison.Ordinal);

        string Said(string name) => seen[name].GetString()!;
    }

    [Fact]
    public async Task The_client_for_dotnet_reads_log_probabilities_and_embeddings_that_the_upstream_gives()
    {
        var (upstream, caller) = await StartAsync(specified: false);
        await using var _ = upstream;
        await using var __ = caller;
        var client = new OpenAIClient(new ApiKeyCredential(caller.Key!), new OpenAIClientOptions { Endpoint = caller.Server.Endpoint });
        ClientResult<OpenAIEmbedding> embedding = await client.GetEmbeddingClient("clerk").GenerateEmbeddingAsync("x", cancellationToken: Stop);
        Assert.Equal([0.25f, -1f], embedding.Value.ToFloats().ToArray());
        ChatCompletion completion = await client.GetChatClient("clerk").CompleteChatAsync([new UserChatMessage("log")], new ChatCompletionOptions { IncludeLogProbabilities = true }, Stop);
        Assert.Equal(("log", -0.5f), (completion.ContentTokenLogProbabilities[0].Token, completion.ContentTokenLogProbabilities[0].LogProbability));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_probabilities_pass_through_the_rules(bool stream)
    {
        var (upstream, caller) = await StartAsync(specified: true);
        await using var _ = upstream;
        await using var __ = caller;
        var chat = new OpenAIClient(new ApiKeyCredential(caller.Key!), new OpenAIClientOptions { Endpoint = caller.Server.Endpoint }).GetChatClient("clerk");
        var options = new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 1 };
        var tokens = stream
            ? await chat.CompleteChatStreamingAsync([new UserChatMessage("log")], options, Stop).SelectMany(update => update.ContentTokenLogProbabilities.ToAsyncEnumerable()).ToListAsync(Stop)
            : [.. (await chat.CompleteChatAsync([new UserChatMessage("log")], options, Stop)).Value.ContentTokenLogProbabilities];
        Assert.Equal(("log", -0.5f, "lag"), (Assert.Single(tokens).Token, tokens[0].LogProbability, tokens[0].TopLogProbabilities[0].Token));
        Assert.Contains("\"logprobs\":true", upstream.Asked.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clerk")]
    [InlineData("spec/clerk")]
    public async Task A_schema_reaches_the_upstream(string model)
    {
        var (upstream, caller) = await StartAsync(model != "clerk");
        await using var _ = upstream;
        await using var __ = caller;
        using var client = new OpenAIClient(new ApiKeyCredential(caller.Key!), new OpenAIClientOptions { Endpoint = caller.Server.Endpoint }).GetChatClient(model).AsIChatClient();
        var answer = await client.GetResponseAsync("json", new ChatOptions { ResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"days":{"type":"integer"}},"required":["days"],"additionalProperties":false}"""), "answer") }, Stop);
        Assert.Equal("""{"days":3}""", answer.Text);
        Assert.All(upstream.Asked, asked => Assert.Contains("\"days\":{\"type\":\"integer\"}", string.Concat(asked.Where(letter => !char.IsWhiteSpace(letter))).Replace("\\n", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private async Task<(HostileUpstream, GatewayCaller)> StartAsync(bool specified)
    {
        var upstream = await HostileUpstream.StartAsync((_, body) => body.Contains("\"call\"", StringComparison.Ordinal) ? Deed.CallsATool : body.Contains("\"break\"", StringComparison.Ordinal) ? Deed.HalfAnAnswer : Deed.Fine,
            asked => asked is "json" ? """{"days":3}""" : asked == SpecificationPrompt.Review ? "you said one two" : $"you said {asked}");
        var (keys, spec) = (Path.Combine(_folder, "keys.json"), Path.Combine(_folder, "small.spec.yaml"));
        await File.WriteAllTextAsync(spec, "specification: Small\nversion: 1.0.0\nvalues: [{ id: kindness, text: Be kind. }]\nrules: [{ id: be-kind, must: be kind, serves: [kindness] }]\n", Stop);
        var key = KeyFile.Add(keys, "client", new KeyLimits(), TimeProvider.System);
        var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], KeysPath = keys, SpecificationPath = specified ? spec : null, Forwarding = GatewayCaller.Quick }, Stop);
        caller.Key = key;
        return (upstream, caller);
    }
}
