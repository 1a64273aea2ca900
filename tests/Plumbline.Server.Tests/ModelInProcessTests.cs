using System.ClientModel;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Plumbline.Server.Tests;

/// <summary>Over real HTTP, with the client that .NET people use.</summary>
public sealed class ModelInProcessTests : IAsyncLifetime
{
    private readonly ScriptedClient _model = new();
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private GatewayServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync(new GatewayOptions { Model = _model, ModelName = "counter" }, failed: _failures.Enqueue, cancellationToken: Stop);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_client_of_the_openai_api_gets_the_answer_without_the_reasoning()
    {
        using var client = Client();
        var response = await client.GetResponseAsync(
            [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, "two words")], new ChatOptions { Temperature = 0.25f, MaxOutputTokens = 9, Seed = long.MaxValue }, Stop);
        Assert.Equal("two words ", response.Text);
        Assert.Equal((ChatFinishReason.Length, 7, 5), (response.FinishReason, response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
        Assert.Equal([(ChatRole.System, "Be brief."), (ChatRole.User, "two words")], _model.Heard.Select(message => (message.Role, message.Text)));
        Assert.Equal((0.25f, 9, long.MaxValue), (_model.Options?.Temperature, _model.Options?.MaxOutputTokens, _model.Options?.Seed));
    }

    [Fact]
    public async Task A_client_that_knows_reasoning_gets_it_beside_the_answer()
    {
        using var client = Client();
        var whole = await client.GetResponseAsync("hello", cancellationToken: Stop);
        var streamed = await client.GetStreamingResponseAsync("hello", cancellationToken: Stop).ToChatResponseAsync(Stop);
        Assert.All([whole, streamed], response =>
        {
            Assert.Equal("a private thought", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
            Assert.Equal("hello ", response.Text);
        });
    }

    [Fact]
    public async Task A_streamed_answer_comes_piece_by_piece_and_ends_with_its_reason()
    {
        using var client = Client();
        var updates = await client.GetStreamingResponseAsync("one two three", cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(["one ", "two ", "three "], updates.Select(update => update.Text).Where(text => text.Length > 0));
        var whole = updates.ToChatResponse();
        Assert.Equal((ChatFinishReason.Length, 7, 5), (whole.FinishReason, whole.Usage?.InputTokenCount, whole.Usage?.OutputTokenCount));
    }

    [Fact]
    public async Task A_stream_is_events_of_which_the_first_names_the_role_and_the_last_says_that_it_is_done()
    {
        using var content = Json("""{"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hello"}]}""");
        using var response = await _http.PostAsync(Completions, content, Stop);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = (await response.Content.ReadAsStringAsync(Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        var chunks = events[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement).ToArray();
        Assert.Equal("""{"role":"assistant","reasoning_content":"a private thought"}""", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal("""{"content":"hello "}""", chunks[1].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal("length", chunks[2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("""{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}""", chunks[3].GetProperty("usage").GetRawText());
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task The_reasoning_has_a_field_of_its_own()
    {
        var (status, body) = await PostAsync("""{"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var message = body.GetProperty("choices")[0].GetProperty("message");
        Assert.Equal(("hello ", "a private thought"), (message.GetProperty("content").GetString(), message.GetProperty("reasoning_content").GetString()));
        Assert.Equal("counter", body.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("[1", "body")]
    [InlineData("[]", "body")]
    [InlineData("{}", "messages")]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":"hi"}""", "messages")]
    [InlineData("""{"messages":["hi"]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"function","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":7,"content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","text":"a cat"}]}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":"half \ud800 a pair"}]}""", "body")]
    [InlineData("""{"model":7,"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"seed":0.5,"messages":[{"role":"user","content":"x"}]}""", "seed")]
    [InlineData("""{"seed":99999999999999999999,"messages":[{"role":"user","content":"x"}]}""", "seed")]
    [InlineData("""{"stream":"yes","messages":[{"role":"user","content":"x"}]}""", "stream")]
    [InlineData("""{"stop":[""],"messages":[{"role":"user","content":"x"}]}""", "stop")]
    [InlineData("""{"stop":7,"messages":[{"role":"user","content":"x"}]}""", "stop")]
    [InlineData("""{"response_format":{"type":"grammar"},"messages":[{"role":"user","content":"x"}]}""", "response_format")]
    [InlineData("""{"response_format":{"type":"json_schema"},"messages":[{"role":"user","content":"x"}]}""", "response_format")]
    [InlineData("""{"frequency_penalty":2.5,"messages":[{"role":"user","content":"x"}]}""", "frequency_penalty")]
    [InlineData("""{"top_k":-1,"messages":[{"role":"user","content":"x"}]}""", "top_k")]
    [InlineData("""{"min_p":2,"messages":[{"role":"user","content":"x"}]}""", "min_p")]
    [InlineData("""{"logprobs":true,"messages":[{"role":"user","content":"x"}]}""", "logprobs")]
    [InlineData("""{"temperature":3,"messages":[{"role":"user","content":"x"}]}""", "temperature")]
    [InlineData("""{"top_p":"half","messages":[{"role":"user","content":"x"}]}""", "top_p")]
    [InlineData("""{"max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"n":2,"messages":[{"role":"user","content":"x"}]}""", "n")]
    [InlineData("""{"tools":[{}],"messages":[{"role":"user","content":"x"}]}""", "tools[0]")]
    [InlineData("""{"tools":7,"messages":[{"role":"user","content":"x"}]}""", "tools")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a b"}}],"messages":[{"role":"user","content":"x"}]}""", "tools[0].function.name")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a","parameters":[]}}],"messages":[{"role":"user","content":"x"}]}""", "tools[0].function.parameters")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"a"}}],"messages":[{"role":"user","content":"x"}]}""", "tools")]
    [InlineData("""{"tool_choice":"required","messages":[{"role":"user","content":"x"}]}""", "tool_choice")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":"b"}},"tools":[{"type":"function","function":{"name":"a"}}],"messages":[{"role":"user","content":"x"}]}""", "tool_choice")]
    [InlineData("""{"tool_choice":"perhaps","messages":[{"role":"user","content":"x"}]}""", "tool_choice")]
    [InlineData("""{"functions":[{"name":"a"}],"messages":[{"role":"user","content":"x"}]}""", "functions")]
    [InlineData("""{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"messages":[{"role":"assistant","content":null,"tool_calls":[]}]}""", "messages[0].tool_calls")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"1"}]}]}""", "messages[0].tool_calls[0]")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"a","arguments":"[1]"}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"a","arguments":"{"}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"messages":[{"role":"user","content":"too long"}]}""", "conversation")]
    public async Task What_cannot_be_answered_is_refused_with_the_place_and_the_remedy(string request, string place)
    {
        var (status, body) = await PostAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal((place, "invalid_request_error"), (Error(body, "param"), Error(body, "type")));
        Assert.Equal(2, Error(body, "message")!.Split('\n').Length); // what is wrong, and the remedy
        Assert.DoesNotContain(_model.Heard, message => message.Text != "too long");
    }

    [Fact]
    public async Task What_is_asked_of_choosing_tokens_reaches_the_model()
    {
        var (status, _) = await PostAsync("""
            {"stop":["\n","END"],"frequency_penalty":0.5,"presence_penalty":-1,"top_k":40,"min_p":0.05,"repetition_penalty":1.1,
             "response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}},
             "messages":[{"role":"user","content":"hello"}]}
            """);
        var options = _model.Options!;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["\n", "END"], options.StopSequences);
        Assert.Equal((0.5f, -1f, 40), (options.FrequencyPenalty, options.PresencePenalty, options.TopK));
        Assert.Equal((0.05, 1.1), ((double)options.AdditionalProperties!["min_p"]!, (double)options.AdditionalProperties["repetition_penalty"]!));
        Assert.Equal("""{"type":"object"}""", Assert.IsType<ChatResponseFormatJson>(options.ResponseFormat).Schema!.Value.GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("""{"stop":"x","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"hello"}]}""")).Status);
        Assert.Equal(["x"], _model.Options!.StopSequences);
        Assert.Equal(ChatResponseFormat.Json, _model.Options.ResponseFormat);
    }

    [Fact]
    public async Task Tools_calls_and_their_results_reach_the_model_and_its_calls_the_caller()
    {
        var (status, body) = await PostAsync("""
            {"tools":[{"type":"function","function":{"name":"stock","description":"How many","parameters":{"type":"object","properties":{"item":{"type":"string"}}}}},{"type":"function","function":{"name":"close"}}],
             "tool_choice":{"type":"function","function":{"name":"stock"}},"parallel_tool_calls":false,
             "messages":[{"role":"user","content":"hello"},
                         {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"stock","arguments":"{\"item\": \"lamp\", \"shelf\": null}"}}]},
                         {"role":"tool","tool_call_id":"c1","content":"3"},{"role":"user","content":"call"}]}
            """);
        Assert.Equal(HttpStatusCode.OK, status);
        var options = _model.Options!;
        Assert.Equal(["stock How many", "close "], options.Tools!.Cast<AIFunctionDeclaration>().Select(tool => $"{tool.Name} {tool.Description}"));
        Assert.Equal("string", ((AIFunctionDeclaration)options.Tools![0]).JsonSchema.GetProperty("properties").GetProperty("item").GetProperty("type").GetString());
        Assert.Equal(("stock", false), (Assert.IsType<RequiredChatToolMode>(options.ToolMode).RequiredFunctionName, options.AllowMultipleToolCalls));
        var call = Assert.IsType<FunctionCallContent>(Assert.Single(_model.Heard[1].Contents));
        Assert.Equal(("c1", "stock", "lamp", true), (call.CallId, call.Name, call.Arguments!["item"]!.ToString(), call.Arguments.ContainsKey("shelf")));
        Assert.Equal(("c1", "3"), Assert.IsType<FunctionResultContent>(Assert.Single(_model.Heard[2].Contents)) is var result ? (result.CallId, result.Result) : default);
        var choice = body.GetProperty("choices")[0];
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("content").ValueKind);
        Assert.Equal("""[{"id":"s1","type":"function","function":{"name":"stock","arguments":"{\u0022item\u0022:\u0022lamp\u0022}"}},{"id":"s2","type":"function","function":{"name":"close","arguments":"{}"}}]""",
            choice.GetProperty("message").GetProperty("tool_calls").GetRawText());
    }

    [Fact]
    public async Task A_streamed_call_comes_whole_with_its_place_and_the_stream_ends_with_tool_calls()
    {
        using var content = Json("""{"stream":true,"tools":[{"type":"function","function":{"name":"stock"}}],"messages":[{"role":"user","content":"call"}]}""");
        using var response = await _http.PostAsync(Completions, content, Stop);
        var events = (await response.Content.ReadAsStringAsync(Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var choices = events[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("choices")[0]).ToArray();
        var deltas = choices.Where(choice => choice.GetProperty("delta").TryGetProperty("tool_calls", out _)).Select(choice => choice.GetProperty("delta").GetProperty("tool_calls")[0]).ToArray();
        Assert.Equal([(0, "s1", "stock"), (1, "s2", "close")], deltas.Select(each => (each.GetProperty("index").GetInt32(), each.GetProperty("id").GetString()!, each.GetProperty("function").GetProperty("name").GetString()!)));
        Assert.Equal("""{"item":"lamp"}""", deltas[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("tool_calls", choices[^1].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task What_says_nothing_is_passed_over()
    {
        var (status, _) = await PostAsync("""
            {"tools":[],"stop":null,"logit_bias":{},"response_format":{"type":"text"},"frequency_penalty":0,"logprobs":false,"n":1,"top_p":0,"user":"me",
             "messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"hello"}]}
            """);
        Assert.Equal((HttpStatusCode.OK, ChatRole.System), (status, _model.Heard[0].Role));
        Assert.InRange(_model.Options!.TopP!.Value, float.Epsilon, 0.001f);
    }

    [Fact]
    public async Task Another_model_is_not_found_and_the_one_that_is_served_is_named()
    {
        var (status, body) = await PostAsync("""{"model":"gpt","messages":[{"role":"user","content":"hello"}]}""");
        Assert.Equal((HttpStatusCode.NotFound, "model", "model_not_found"), (status, Error(body, "param"), Error(body, "code")));
        Assert.Contains("'counter'", Error(body, "message"), StringComparison.Ordinal);
        Assert.Empty(_model.Heard);
    }

    [Theory]
    [InlineData("/v1/embeddings")]
    [InlineData("/v1/models/gpt")]
    [InlineData("/v1/chat/completions")] // it is there for POST
    [InlineData("/")]
    public async Task What_is_not_there_is_said_so_in_the_shape_of_the_api(string path)
    {
        using var response = await _http.GetAsync(new Uri(_server.Endpoint, path), Stop);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("invalid_request_error", Error(await BodyAsync(response), "type"));
    }

    [Fact]
    public async Task A_model_that_breaks_is_no_fault_of_the_caller_and_the_owner_is_told()
    {
        var (status, body) = await PostAsync("""{"messages":[{"role":"user","content":"break"}]}""");
        Assert.Equal((HttpStatusCode.InternalServerError, "server_error"), (status, Error(body, "type")));
        Assert.DoesNotContain("inside", body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("something inside", Assert.Single(_failures).Message);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("""{"messages":[{"role":"user","content":"hello"}]}""")).Status);
    }

    [Fact]
    public async Task Half_a_stream_is_not_taken_for_the_whole()
    {
        using var client = Client();
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetStreamingResponseAsync("break", cancellationToken: Stop).ToChatResponseAsync(Stop));
        using var content = Json("""{"stream":true,"messages":[{"role":"user","content":"break"}]}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Completions) { Content = content };
        var read = new List<string>();
        await Assert.ThrowsAnyAsync<Exception>(async () => // the cut may be seen before the headers are
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
            while (await reader.ReadLineAsync(Stop) is { } line)
                read.Add(line);
        });
        Assert.DoesNotContain("data: [DONE]", read);
    }

    [Fact]
    public async Task A_request_of_more_than_four_mebibytes_is_not_read()
    {
        using var content = Json(new string(' ', (4 << 20) + 1));
        using var request = new HttpRequestMessage(HttpMethod.Post, Completions) { Content = content };
        request.Headers.ExpectContinue = true;
        using var response = await _http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("4 MiB", Error(await BodyAsync(response), "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_hangs_up_stops_the_model_and_is_no_failure(bool streamed)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var client = Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            hangUp.CancelAfter(TimeSpan.FromMilliseconds(300));
            if (streamed)
                await client.GetStreamingResponseAsync("wait", cancellationToken: hangUp.Token).ToChatResponseAsync(hangUp.Token);
            else
                await client.GetResponseAsync("wait", cancellationToken: hangUp.Token);
        });
        await _model.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task The_list_of_models_has_the_one_that_is_served()
    {
        using var list = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{_server.Endpoint}/models"), Stop));
        Assert.Equal("counter", list.RootElement.GetProperty("data")[0].GetProperty("id").GetString());
        using var one = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{_server.Endpoint}/models/counter"), Stop));
        Assert.Equal("plumbline", one.RootElement.GetProperty("owned_by").GetString());
    }

    [Fact]
    public async Task It_stops_soon_although_an_answer_is_being_written()
    {
        using var content = Json("""{"messages":[{"role":"user","content":"wait"}]}""");
        var waiting = _http.PostAsync(Completions, content, Stop);
        while (_model.Heard.Count == 0)
            await Task.Delay(10, Stop);
        using var stop = new CancellationTokenSource();
        var running = _server.RunAsync(stop.Token);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => waiting);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_remedy()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => GatewayServer.StartAsync(new GatewayOptions { Model = _model, ModelName = "second", Port = _server.Endpoint.Port }, cancellationToken: Stop));
        Assert.Contains("--port", error.Remedy, StringComparison.Ordinal);
    }

    private IChatClient Client() =>
        new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = _server.Endpoint }).GetChatClient("counter").AsIChatClient();

    private Uri Completions => new($"{_server.Endpoint}/chat/completions");

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string? Error(JsonElement body, string part) => body.GetProperty("error").GetProperty(part).GetString();

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string json)
    {
        using var content = Json(json);
        using var response = await _http.PostAsync(Completions, content, Stop);
        return (response.StatusCode, await BodyAsync(response));
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        return body.RootElement.Clone();
    }
}
