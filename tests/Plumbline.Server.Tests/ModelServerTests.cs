using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Plumbline.Server.Tests;

/// <summary>Over real HTTP, with the client that .NET people use.</summary>
public sealed class ModelServerTests : IAsyncLifetime
{
    private readonly ScriptedClient _model = new();
    private readonly HttpClient _http = new();
    private ModelServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ModelServer.StartAsync(_model, "counter", cancellationToken: Stop);

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
            [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, "two words")], new ChatOptions { Temperature = 0.25f, MaxOutputTokens = 9, Seed = 12 }, Stop);
        Assert.Equal("two words ", response.Text);
        Assert.Equal((ChatFinishReason.Length, 7, 5), (response.FinishReason, response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
        Assert.Equal([(ChatRole.System, "Be brief."), (ChatRole.User, "two words")], _model.Heard.Select(message => (message.Role, message.Text)));
        Assert.Equal((0.25f, 9, 12), (_model.Options?.Temperature, _model.Options?.MaxOutputTokens, _model.Options?.Seed));
    }

    [Fact]
    public async Task A_streamed_answer_comes_piece_by_piece_and_ends_with_its_reason()
    {
        using var client = Client();
        var updates = await client.GetStreamingResponseAsync("one two three", cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(["one ", "two ", "three "], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.Equal(ChatFinishReason.Length, updates.ToChatResponse().FinishReason);
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
    [InlineData("""{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":7,"content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content")]
    [InlineData("""{"temperature":3,"messages":[{"role":"user","content":"x"}]}""", "temperature")]
    [InlineData("""{"top_p":"half","messages":[{"role":"user","content":"x"}]}""", "top_p")]
    [InlineData("""{"max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"n":2,"messages":[{"role":"user","content":"x"}]}""", "n")]
    [InlineData("""{"tools":[{}],"messages":[{"role":"user","content":"x"}]}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":"too long"}]}""", "conversation")]
    public async Task What_cannot_be_answered_is_refused_with_the_place_and_the_remedy(string request, string place)
    {
        var (status, body) = await PostAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(place, body.GetProperty("error").GetProperty("param").GetString());
        Assert.DoesNotContain(_model.Heard, message => message.Text != "too long");
    }

    [Fact]
    public async Task A_request_of_more_than_four_mebibytes_is_not_read()
    {
        using var content = new StringContent(new string(' ', (4 << 20) + 1), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_server.Endpoint}/chat/completions")) { Content = content };
        request.Headers.ExpectContinue = true;
        using var response = await _http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_stops_the_model()
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var client = Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            hangUp.CancelAfter(TimeSpan.FromMilliseconds(300));
            await client.GetResponseAsync("wait", cancellationToken: hangUp.Token);
        });
        await _model.Abandoned.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task The_list_of_models_has_the_one_that_is_served()
    {
        using var list = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{_server.Endpoint}/models"), Stop));
        Assert.Equal("counter", list.RootElement.GetProperty("data")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_remedy()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => ModelServer.StartAsync(_model, "second", _server.Endpoint.Port, cancellationToken: Stop));
        Assert.Contains("--port", error.Remedy, StringComparison.Ordinal);
    }

    private IChatClient Client() =>
        new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = _server.Endpoint }).GetChatClient("counter").AsIChatClient();

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri($"{_server.Endpoint}/chat/completions"), content, Stop);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        return (response.StatusCode, body.RootElement.Clone());
    }
}
