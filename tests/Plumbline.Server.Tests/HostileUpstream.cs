using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Plumbline.Server.Tests;

/// <summary>What a hostile upstream does with a request.</summary>
public enum Deed
{
    Fine,
    Busy,
    BusyForLong,
    Fails,
    Garbage,
    WrongSchema,
    HalfAnAnswer,
    Nothing,
    Hangs,
    MegabyteToken,
    EndlessToken,
    ErrorInside,
    TellsTheKey,
    RefusesTheKey,
    Refuses,
    CallsATool,
    HalfACall,
}

/// <summary>A server of the OpenAI API over real sockets that does to each request what a script says.</summary>
internal sealed class HostileUpstream : IAsyncDisposable
{
    public const string Key = "sk-upstream-0123456789abcdef0123456789";

    private readonly WebApplication _application;
    private readonly Func<int, string, Deed> _script;
    private int _count;

    private HostileUpstream(WebApplication application, Func<int, string, Deed> script) => (_application, _script) = (application, script);

    public Uri Address { get; private set; } = null!;

    /// <summary>Bodies of what was asked, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Authorization headers, in order.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>Set when somebody who was being made to wait went away.</summary>
    public TaskCompletionSource Abandoned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set by a test to let a streamed answer go on after its first event.</summary>
    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool WaitsAfterFirst { get; init; }

    /// <summary>What it says, for a question; the question itself if null.</summary>
    public Func<string, string>? Says { get; init; }

    public UpstreamOptions Options => new(Address, new Secret(Key));

    public static Task<HostileUpstream> StartAsync(Deed deed) => StartAsync((_, _) => deed);

    /// <param name="script">What to do, by the number of the request and its body.</param>
    /// <param name="says">What it says, for the last message.</param>
    public static async Task<HostileUpstream> StartAsync(Func<int, string, Deed> script, Func<string, string>? says = null, bool waitsAfterFirst = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var upstream = new HostileUpstream(builder.Build(), script) { Says = says, WaitsAfterFirst = waitsAfterFirst };
        upstream._application.Map("/v1/{**path}", upstream.AnswerAsync);
        await upstream._application.StartAsync();
        upstream.Address = new Uri(upstream._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1");
        return upstream;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue(body);
        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        var deed = _script(Interlocked.Increment(ref _count), body);
        var streams = body.Contains("\"stream\":true", StringComparison.Ordinal) || body.Contains("\"stream\": true", StringComparison.Ordinal);
        var response = context.Response;
        switch (deed)
        {
            case Deed.Busy or Deed.BusyForLong:
                response.StatusCode = 429;
                response.Headers.RetryAfter = deed == Deed.Busy ? "0" : "3600";
                await response.WriteAsync("""{"error":{"message":"slow down","code":"rate"}}""");
                break;
            case Deed.Fails:
                response.StatusCode = 500;
                await response.WriteAsync($"stack trace at {Key} in {body}");
                break;
            case Deed.Garbage:
                response.ContentType = streams ? "text/event-stream" : "application/json";
                await response.WriteAsync(streams ? "data: <html>\n\n" : "<html>");
                break;
            case Deed.WrongSchema:
                response.ContentType = streams ? "text/event-stream" : "application/json";
                await response.WriteAsync(streams ? "data: {\"answer\":1}\n\n" : "{\"answer\":1}");
                break;
            case Deed.Nothing:
                context.Abort();
                break;
            case Deed.Hangs:
                using (context.RequestAborted.Register(() => Abandoned.TrySetResult()))
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case Deed.ErrorInside:
                response.ContentType = streams ? "text/event-stream" : "application/json";
                await response.WriteAsync((streams ? "data: " : "") + "{\"error\":{\"message\":\"overloaded\"}}\n\n");
                break;
            case Deed.TellsTheKey:
                response.StatusCode = 400;
                await response.WriteAsync($$$"""{"error":{"message":"bad request with {{{Key}}}"}}""");
                break;
            case Deed.RefusesTheKey:
                response.StatusCode = 401;
                await response.WriteAsync($$$"""{"error":{"message":"Incorrect API key provided: {{{Key}}}"}}""");
                break;
            case Deed.Refuses:
                response.StatusCode = 400;
                response.ContentType = "application/json";
                await response.WriteAsync("""{"error":{"message":"no such temperature","type":"invalid_request_error","param":"temperature","code":null}}""");
                break;
            default:
                await SayAsync(context, deed, body, streams);
                break;
        }
    }

    private async Task SayAsync(HttpContext context, Deed deed, string body, bool streams)
    {
        var path = context.Request.Path.Value!;
        var response = context.Response;
        response.ContentType = "application/json";
        if (path.EndsWith("/models", StringComparison.Ordinal))
        {
            await response.WriteAsync("""{"object":"list","data":[{"id":"clerk","object":"model","created":1,"owned_by":"them"}]}""");
            return;
        }

        if (path.EndsWith("/embeddings", StringComparison.Ordinal))
        {
            await response.WriteAsync("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.25,-1]}],"model":"clerk","usage":{"prompt_tokens":3,"total_tokens":3}}""");
            return;
        }

        if (path.EndsWith("/responses", StringComparison.Ordinal))
        {
            const string whole = """{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"clerk","output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"one two","annotations":[]}]}],"usage":{"input_tokens":5,"output_tokens":2,"total_tokens":7}}""";
            if (!streams)
            {
                await response.WriteAsync(whole);
                return;
            }

            response.ContentType = "text/event-stream";
            await response.WriteAsync("event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0}\n\n");
            await response.WriteAsync("event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,\"sequence_number\":1,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}}\n\n");
            await response.WriteAsync("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"one two\",\"sequence_number\":2}\n\n");
            if (deed != Deed.HalfAnAnswer)
                await response.WriteAsync($"event: response.completed\ndata: {{\"type\":\"response.completed\",\"sequence_number\":3,\"response\":{whole}}}\n\n");
            return;
        }

        using var request = JsonDocument.Parse(body);
        var last = request.RootElement.GetProperty("messages").EnumerateArray().Last();
        var asked = last.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString()! : "parts";
        var text = deed switch
        {
            Deed.MegabyteToken => new string('x', 1 << 20),
            Deed.EndlessToken => new string('y', 6 << 20),
            _ => Says?.Invoke(asked) ?? $"you said {asked}",
        };
        var logged = asked == "log" && body.Contains("\"logprobs\":true", StringComparison.Ordinal);
        var logprobs = logged ? ""","logprobs":{"content":[{"token":"log","logprob":-0.5,"bytes":[108,111,103],"top_logprobs":[{"token":"lag","logprob":-1.5,"bytes":null}]}]}""" : "";
        text = logged ? "log" : text;
        var usage = body.Contains("include_usage", StringComparison.Ordinal);
        var call = """[{"index":0,"id":"call_1","type":"function","function":{"name":"refund","arguments":"{\"order\":7}"}}]""";
        var calls = deed is Deed.CallsATool or Deed.HalfACall;
        if (!streams)
        {
            var message = calls ? $$"""{"role":"assistant","content":null,"tool_calls":{{call}}}""" : $$"""{"role":"assistant","content":{{JsonSerializer.Serialize(text)}}}""";
            var whole = $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"clerk","choices":[{"index":0,"message":{{{message}}}{{{logprobs}}},"finish_reason":"{{{(calls ? "tool_calls" : "stop")}}}"}],"usage":{"prompt_tokens":11,"completion_tokens":4,"total_tokens":15}}""";
            if (deed is Deed.HalfAnAnswer or Deed.HalfACall)
            {
                response.ContentLength = Encoding.UTF8.GetByteCount(whole);
                await response.WriteAsync(whole[..(whole.Length / 2)]);
                await response.Body.FlushAsync();
                await Task.Delay(30); // so that it is read before the connection is reset
                context.Abort();
            }
            else
                await response.WriteAsync(whole);
            return;
        }

        response.ContentType = "text/event-stream";
        var pieces = calls ? [call] : text.Length > 1000 ? [text] : text.Split(' ').Select((word, index) => index == 0 ? word : " " + word).ToArray();
        foreach (var (index, piece) in pieces.Index())
        {
            var role = index == 0 ? "\"role\":\"assistant\"," : "";
            var delta = calls ? $$"""{{{role}}"tool_calls":{{piece}}}""" : $$"""{{{role}}"content":{{JsonSerializer.Serialize(piece)}}}""";
            await response.WriteAsync($$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"clerk","choices":[{"index":0,"delta":{{delta}}{{logprobs}},"finish_reason":null}]}""" + "\n\n");
            await response.Body.FlushAsync();
            if (deed is Deed.HalfAnAnswer or Deed.HalfACall)
            {
                await response.WriteAsync("data: {\"id\":\"c1\",\"cho");
                await response.Body.FlushAsync();
                await Task.Delay(30); // so that it is read before the connection is reset
                context.Abort();
                return;
            }

            if (index == 0 && WaitsAfterFirst)
                await GoOn.Task.WaitAsync(context.RequestAborted);
        }

        await response.WriteAsync($$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"clerk","choices":[{"index":0,"delta":{},"finish_reason":"{{(calls ? "tool_calls" : "stop")}}"}]}""" + "\n\n");
        if (usage)
            await response.WriteAsync("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"clerk\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":4,\"total_tokens\":15}}\n\n");
        await response.WriteAsync("data: [DONE]\n\n");
    }
}
