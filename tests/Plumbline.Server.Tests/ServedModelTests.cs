using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using Plumbline.Alignment;
using Plumbline.Models;

namespace Plumbline.Server.Tests;

/// <summary>The bundled model behind the endpoint: what it says there is what it says in process.</summary>
public sealed class ServedModelTests : IAsyncLifetime
{
    private static readonly ChatMessage[] Lamp =
    [
        new(ChatRole.System, "You are a clerk at a shop counter. The till code is 4821."),
        new(ChatRole.User, "I bought this lamp 40 days ago. Can I return it?"),
    ];

    private readonly LanguageModel _model = LanguageModel.Load(BundledModel.Find());
    private LocalChatClient _near = null!;
    private GatewayServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        LibTorch.Threads = 1;
        _near = new LocalChatClient(_model);
        _server = await GatewayServer.StartAsync(new GatewayOptions { Model = _near, ModelName = "counter-base" }, cancellationToken: Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _near.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Whole_or_streamed_it_says_and_thinks_what_it_does_in_process()
    {
        using var far = Client();
        var wanted = Shown(await _near.GetResponseAsync(Lamp, Sampled(7), Stop));
        Assert.NotEmpty(wanted.Answer);
        Assert.True(wanted.Tokens > 0);
        Assert.Equal(wanted, Shown(await far.GetResponseAsync(Lamp, Sampled(7), Stop)));
        Assert.Equal(wanted, Shown(await far.GetStreamingResponseAsync(Lamp, Sampled(7), Stop).ToChatResponseAsync(Stop)));
    }

    [Fact]
    public async Task The_same_seed_says_the_same_again_and_other_seeds_do_not_all()
    {
        using var far = Client();
        var first = Shown(await far.GetResponseAsync(Lamp, Sampled(long.MaxValue), Stop));
        Assert.Equal(first, Shown(await far.GetResponseAsync(Lamp, Sampled(long.MaxValue), Stop)));
        var others = new HashSet<(string, string, long?)>();
        for (var seed = 0; seed < 6; seed++)
            others.Add(Shown(await far.GetResponseAsync(Lamp, Sampled(long.MaxValue - 1 - seed), Stop)));
        Assert.True(others.Count > 1, "six seeds said the same: they did not arrive");
    }

    [Fact]
    public async Task Many_at_once_are_each_answered_as_if_they_were_alone()
    {
        using var far = Client();
        string[] asked = ["Can I return a lamp after 40 days?", "What is the till code?", "Could you wrap this book as a gift?", "I want my money back for these shoes, bought yesterday."];
        var alone = new List<(string, string, long?)>();
        foreach (var (seed, text) in asked.Index())
            alone.Add(Shown(await _near.GetResponseAsync(text, Sampled(seed), Stop)));
        var together = await Task.WhenAll(asked.Concat(asked).Select(async (text, i) => Shown(i % 2 == 0
            ? await far.GetResponseAsync(text, Sampled(i % asked.Length), Stop)
            : await far.GetStreamingResponseAsync(text, Sampled(i % asked.Length), Stop).ToChatResponseAsync(Stop))));
        Assert.Equal([.. alone, .. alone], together);
    }

    [Fact]
    public async Task After_a_caller_has_hung_up_the_next_is_answered()
    {
        using var far = Client();
        var wanted = Shown(await _near.GetResponseAsync(Lamp, Sampled(7), Stop));
        var pieces = far.GetStreamingResponseAsync(Lamp, Sampled(7), Stop).GetAsyncEnumerator(Stop);
        Assert.True(await pieces.MoveNextAsync());
        await pieces.DisposeAsync();
        Assert.Equal(wanted, Shown(await far.GetResponseAsync(Lamp, Sampled(7), Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop)));
    }

    [Fact]
    public async Task A_schema_is_kept_through_the_endpoint_and_one_that_cannot_be_is_refused_with_its_pointer()
    {
        using var far = Client();
        var answer = await far.GetResponseAsync<Refund>(Lamp, Sampled(3), useJsonSchemaResponseFormat: true, cancellationToken: Stop);
        Assert.InRange(answer.Result.Days, -999_999_999_999_999, 999_999_999_999_999);
        var schema = System.Text.Json.JsonDocument.Parse("""{"type":"object","properties":{"a":{"$ref":"#/$defs/gone"}}}""").RootElement;
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => far.GetResponseAsync(Lamp, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "answer") }, Stop));
        Assert.Equal(400, refused.Status);
        Assert.Contains("#/properties/a/$ref", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_string_ends_the_answer_before_it_streamed_or_not()
    {
        using var far = Client();
        var free = await _near.GetResponseAsync(Lamp, Sampled(7), Stop);
        var options = new ChatOptions { Temperature = 1, Seed = 7, StopSequences = [free.Text[5..8]] };
        var wanted = free.Text[..free.Text.IndexOf(free.Text[5..8], StringComparison.Ordinal)];
        Assert.Equal(wanted, (await far.GetResponseAsync(Lamp, options, Stop)).Text);
        var streamed = await far.GetStreamingResponseAsync(Lamp, options, Stop).ToChatResponseAsync(Stop);
        Assert.Equal((wanted, ChatFinishReason.Stop), (streamed.Text, streamed.FinishReason));
    }

    private sealed record Refund(bool Granted, long Days, Clerk Clerk);

    private enum Clerk
    {
        Ann,
        Bob,
    }

    [Fact]
    public async Task A_conversation_that_the_model_cannot_hold_is_refused()
    {
        using var far = Client();
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => far.GetResponseAsync(string.Concat(Enumerable.Repeat("lamp ", 20_000)), Sampled(1), Stop));
        Assert.Equal(400, refused.Status);
        Assert.Contains("tokens", refused.Message, StringComparison.Ordinal);
    }

    private static ChatOptions Sampled(long seed) => new() { Temperature = 1, Seed = seed };

    private static (string Reasoning, string Answer, long? Tokens) Shown(ChatResponse response) =>
        (string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text)), response.Text, response.Usage?.OutputTokenCount);

    private IChatClient Client() =>
        new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = _server.Endpoint }).GetChatClient("counter-base").AsIChatClient();
}
