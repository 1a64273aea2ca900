using System.Net;
using System.Text;
using System.Text.Json;

namespace Plumbline.Server.Tests;

/// <summary>A gateway, what it says along the way, and somebody who asks it.</summary>
internal sealed class GatewayCaller : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };

    private GatewayCaller(GatewayServer server, List<string> said) => (Server, Said) = (server, said);

    public GatewayServer Server { get; }

    /// <summary>What whoever runs it was told.</summary>
    public List<string> Said { get; }

    public List<Exception> Failures { get; } = [];

    public string? Key { get; set; }

    public static async Task<GatewayCaller> StartAsync(GatewayOptions options, CancellationToken cancel)
    {
        var said = new List<string>();
        GatewayCaller? caller = null;
        var server = await GatewayServer.StartAsync(options, text => { lock (said) said.Add(text); }, broken => { lock (said) caller!.Failures.Add(broken); }, cancel);
        return caller = new GatewayCaller(server, said);
    }

    public static Task<GatewayCaller> InFrontOf(HostileUpstream[] upstreams, ForwardingOptions? forwarding, CancellationToken cancel) =>
        StartAsync(new GatewayOptions { Upstreams = [.. upstreams.Select(upstream => upstream.Options)], Forwarding = forwarding ?? Quick }, cancel);

    /// <summary>Patience that a test can afford.</summary>
    public static ForwardingOptions Quick { get; } = new() { Retries = 0, RetryDelay = TimeSpan.FromMilliseconds(5), AttemptLimit = TimeSpan.FromMilliseconds(1500), IdleLimit = TimeSpan.FromMilliseconds(1500) };

    public static string Question(string text, bool stream = false, string model = "clerk") => $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":{{JsonSerializer.Serialize(text)}}}]}""";

    public Uri At(string path) => new($"{Server.Endpoint}/{path}");

    public Uri Health(string path) => new(Server.Endpoint, $"/health/{path}");

    public async Task<HttpResponseMessage> PostAsync(string body, CancellationToken cancel, string path = "chat/completions", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At(path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (Key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    public async Task<(HttpStatusCode Status, string Body)> AskAsync(string body, CancellationToken cancel, string path = "chat/completions", params (string Name, string Value)[] headers)
    {
        using var response = await PostAsync(body, cancel, path, headers);
        var text = new StringBuilder();
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
            var buffer = new char[4096];
            while (await reader.ReadAsync(buffer, cancel) is var count and > 0)
                text.Append(buffer, 0, count);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            text.Append("(cut)");
        }

        return (response.StatusCode, text.ToString());
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(Uri address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (Key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        using var response = await _http.SendAsync(request, cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
    }

    public static string? Code(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("error").GetProperty("code").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}
