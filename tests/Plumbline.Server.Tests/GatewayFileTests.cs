using System.Net;
using Plumbline.Deliberation;

namespace Plumbline.Server.Tests;

public sealed class GatewayFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-file").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_that_it_says_is_read_with_paths_from_its_folder()
    {
        File.WriteAllText(Path.Combine(_folder, "a.key"), "sk-from-a-file\n");
        var (options, model) = Read("""
            upstreams:
              - { url: "http://localhost:8000/v1", models: [small, large] }
              - { url: "https://example.com/v1", key-file: a.key }
            specification: my.spec.yaml
            strategy: align3+rules
            callers-choose: false
            placeholders: { till-code: "4821" }
            budget: { calls: 9, tokens: 1000, seconds: 1.5, money: 0.25 }
            prices: { large: { input: 0.5, output: 1.5 } }
            keys: keys.json
            log: /var/log.jsonl
            log-content: false
            address: 0.0.0.0
            port: 9000
            limits: { request-bytes: 2048, request-seconds: 30, at-once: 5 }
            forwarding: { retries: 4, retry-seconds: 0.5, longest-retry-seconds: 3, hedge-after-seconds: 2, attempt-seconds: 7, idle-seconds: 8, answer-bytes: 9000, event-bytes: 4000 }
            """);
        Assert.Null(model);
        Assert.Equal(["small", "large"], options.Upstreams[0].Models!);
        Assert.Equal(("https://example.com/v1", "sk-from-a-file"), (options.Upstreams[1].Address.AbsoluteUri, options.Upstreams[1].Key!.Reveal()));
        Assert.Equal((Path.Combine(_folder, "my.spec.yaml"), Path.Combine(_folder, "keys.json"), "/var/log.jsonl"), (options.SpecificationPath, options.KeysPath, options.LogPath));
        Assert.Equal(("align3+rules", false, false, "4821"), (options.Strategy, options.CallersChoose, options.LogsContent, options.Placeholders["till-code"]));
        Assert.Equal((9, 1000L, TimeSpan.FromSeconds(1.5), 0.25m), (options.Budget.Calls, options.Budget.Tokens, options.Budget.Time, options.Budget.Money));
        Assert.Equal(new TokenPrice(0.5m, 1.5m), options.Prices["large"]);
        Assert.Equal((IPAddress.Any, 9000, 2048L, TimeSpan.FromSeconds(30), 5), (options.Address, options.Port, options.LongestRequest, options.RequestLimit, options.AtOnce));
        Assert.Equal(new ForwardingOptions { Retries = 4, RetryDelay = TimeSpan.FromSeconds(0.5), LongestRetryDelay = TimeSpan.FromSeconds(3), HedgeAfter = TimeSpan.FromSeconds(2), AttemptLimit = TimeSpan.FromSeconds(7), IdleLimit = TimeSpan.FromSeconds(8), LongestAnswer = 9000, LongestEvent = 4000 }, options.Forwarding);
    }

    [Theory]
    [InlineData("upstreems: []", ":1:1", "Did you mean 'upstreams'?")]
    [InlineData("upstreams: [{ url: localhost }]", ":1:20", "http://")]
    [InlineData("upstreams: [{ url: \"http://user:pw@localhost/v1\" }]", ":1:20", "http://")]
    [InlineData("upstreams: here", ":1:12", "- ")]
    [InlineData("port: 70000", ":1:7", "65535")]
    [InlineData("address: here", ":1:10", "127.0.0.1")]
    [InlineData("log-content: yes", ":1:14", "true or false")]
    [InlineData("\nbudget: { calls: 0 }", ":2:18", "from 1")]
    [InlineData("prices: { a: { in: 1 } }", ":1:16", "input")]
    [InlineData("forwarding: { retries: 99 }", ":1:24", "10")]
    [InlineData("strategy: algin3", ": strategy", "align3")]
    [InlineData("upstreams: [{ url: \"http://a/v1\", key-from: PLUMBLINE_NO_SUCH_VARIABLE }]", "PLUMBLINE_NO_SUCH_VARIABLE", "set it")]
    public void A_mistake_is_named_with_its_place_and_its_remedy(string text, string place, string remedy)
    {
        var wrong = Assert.Throws<InputException>(() => Read(text));
        Assert.EndsWith(place, wrong.Place, StringComparison.Ordinal);
        Assert.Contains(remedy, wrong.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_is_one()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent!;
        var (options, _) = GatewayFile.Read(Path.Combine(folder.FullName, "examples/gateway/gateway.yaml"));
        Assert.True(File.Exists(options.SpecificationPath));
        Assert.Single(options.Upstreams);
    }

    private (GatewayOptions Options, string? Model) Read(string text)
    {
        var path = Path.Combine(_folder, "gateway.yaml");
        File.WriteAllText(path, text);
        return GatewayFile.Read(path);
    }
}
