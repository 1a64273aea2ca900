using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Auditing;
using Plumbline.Models;
using Plumbline.Server;

namespace Plumbline.Alignment.Tests;

/// <summary>Models behind a server: real ones behind our own endpoint, and servers that do what servers should not.</summary>
public sealed class EndpointTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("endpoint").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Specification { get; } = Path.Combine(BundledModel.Find(), "..", "..", "examples", "counter", "counter.spec.yaml");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_same_model_audits_the_same_in_process_and_behind_a_server()
    {
        LibTorch.Threads = 1;
        using var model = LanguageModel.Load(BundledModel.Find());
        using var client = new LocalChatClient(model);
        await using var server = await GatewayServer.StartAsync(new GatewayOptions { Model = client, ModelName = "counter-base" }, cancellationToken: Stop);
        var options = new AuditOptions { SpecificationPath = Specification, Items = 44, Deliberate = true };
        var near = await new AuditJob(options).RunAsync(null, Stop);
        var far = await new AuditJob(options with { Endpoint = server.Endpoint.ToString(), EndpointModel = "counter-base" }).RunAsync(null, Stop);
        Assert.All(near.Measures.Zip(far.Measures), pair =>
        {
            Assert.Equal((pair.First.Measure, pair.First.Estimate.N, 0), (pair.Second.Measure, pair.Second.Estimate.N, pair.Second.Errors));
            Assert.Equal(pair.First.Estimate.Value, pair.Second.Estimate.Value, 0.05);
        });
    }

    [Fact]
    public async Task A_served_model_is_instructed_by_deliberation_and_nothing_is_trained()
    {
        LibTorch.Threads = 1;
        using var model = LanguageModel.Load(BundledModel.Find());
        using var client = new LocalChatClient(model);
        await using var server = await GatewayServer.StartAsync(new GatewayOptions { Model = client, ModelName = "counter-base" }, cancellationToken: Stop);
        var outcome = await new AlignmentJob(new AlignmentOptions
        {
            SpecificationPath = Specification,
            RunsDirectory = _root,
            Threads = 1,
            Endpoint = server.Endpoint.ToString(),
            EndpointModel = "counter-base",
            Budget = AlignmentBudget.Quick with { AuditItems = 44 },
        }).RunAsync(null, Stop);
        Assert.Null(outcome.ModelDirectory);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(outcome.RunDirectory, "report.json"), Stop));
        Assert.Equal(["base", "deliberate"], report.RootElement.GetProperty("arms").EnumerateObject().Select(arm => arm.Name));
        Assert.All(outcome.Summary, row => Assert.NotNull(row.Change));
    }

    public static TheoryData<string, string?, string, string> Crooked { get; } = new()
    {
        { "no key", CrookedServer.Response(401, """{"error":{"message":"bad key"}}"""), "status 401", "OPENAI_API_KEY" },
        { "no such model", CrookedServer.Response(404, """{"error":{"message":"no such model"}}"""), "no model 'clerk'", "--endpoint-model" },
        { "too many requests", CrookedServer.Response(429, "{}"), "status 429", "Wait" },
        { "a failure", CrookedServer.Response(500, "boom"), "status 500", "log" },
        { "a bad request", CrookedServer.Response(400, """{"error":{"message":"what is this?"}}"""), "status 400", "--endpoint-model" },
        { "a page", CrookedServer.Response(200, "<html>Welcome!</html>", "text/html"), "cannot be read", "/v1" },
        { "another JSON", CrookedServer.Response(200, """{"hello":[1,2,3]}"""), "cannot be read", "/v1" },
        { "half an answer", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"id\":\"x\",", "", "--endpoint" },
        { "no HTTP", "220 mail.example ESMTP\r\n", "", "--endpoint" },
        { "silence", null, "no answer within 1 second", "at work" },
    };

    [Theory]
    [MemberData(nameof(Crooked))]
    public async Task What_is_wrong_with_a_server_is_said_with_how_to_mend_it(string what, string? answer, string problem, string remedy)
    {
        await using var server = new CrookedServer(answer);
        var error = await Assert.ThrowsAsync<InputException>(() => EndpointClient.OpenAsync(server.Endpoint, "clerk", Stop, TimeSpan.FromSeconds(1), retries: 0));
        Assert.True(error.Place == server.Endpoint && error.Problem.Contains(problem, StringComparison.Ordinal) && error.Remedy.Contains(remedy, StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.Equal(2, error.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/v1", "cannot be reached")]
    [InlineData("http://no-such-host.invalid/v1", "cannot be reached")]
    [InlineData("localhost:8080", "is not the address of a server")]
    [InlineData("ftp://localhost/v1", "is not the address of a server")]
    public async Task A_server_that_is_not_there_is_said_to_be_so(string endpoint, string problem)
    {
        var options = new AlignmentOptions { SpecificationPath = Specification, RunsDirectory = _root, Endpoint = endpoint, EndpointModel = "clerk" };
        var error = await Assert.ThrowsAsync<InputException>(() => new AlignmentJob(options).RunAsync(null, Stop));
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_root)); // no run was begun
    }

    [Fact]
    public async Task A_model_must_be_named() =>
        Assert.Equal("--endpoint-model", (await Assert.ThrowsAsync<InputException>(() => EndpointClient.OpenAsync("http://localhost/v1", null, Stop))).Place);

    [Fact]
    public async Task A_refusal_for_now_is_tried_again_three_times()
    {
        await using var server = new CrookedServer(CrookedServer.Response(503, "{}"));
        await Assert.ThrowsAsync<InputException>(() => EndpointClient.OpenAsync(server.Endpoint, "clerk", Stop));
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task A_server_that_answers_nothing_of_an_audit_is_an_error_and_not_a_result()
    {
        var item = new Item { Id = "a", Messages = [new ChatMessage(ChatRole.User, "Hello.")], Reference = new Nothing() };
        var suite = new Suite("one", "1.0.0", [item], new Silent(), []);
        var audit = await new Auditor(1).AuditAsync(suite, new Subject("base", "", new Broken(), new ChatOptions()), null, Stop);
        Assert.Contains("none of 1 requests was answered", Assert.Throws<InputException>(() => EndpointClient.RequireAnswers(audit, "http://x/v1")).Message, StringComparison.Ordinal);
    }

    private sealed record Nothing : Reference
    {
        public override string? Rule => null;
    }

    private sealed class Silent : IJudge
    {
        public ValueTask<Verdict> JudgeAsync(Transcript transcript, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class Broken : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new HttpRequestException("gone");

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
