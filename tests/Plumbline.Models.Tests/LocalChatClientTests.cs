using Microsoft.Extensions.AI;

namespace Plumbline.Models.Tests;

public sealed class LocalChatClientTests : IDisposable
{
    private readonly LanguageModel model = TinyModel.Make();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streaming_says_the_same_as_answering_at_once()
    {
        using var client = new LocalChatClient(model);
        var options = new ChatOptions { Temperature = 1, Seed = 4, MaxOutputTokens = 40 };
        for (options.Seed = 0; options.Seed < 20; options.Seed++)
        {
            var whole = await client.GetResponseAsync("why?", options, Cancel);
            var updates = new List<ChatResponseUpdate>();
            await foreach (var update in client.GetStreamingResponseAsync("why?", options, Cancel))
                updates.Add(update);
            var streamed = updates.ToChatResponse();
            Assert.Equal(whole.Text, streamed.Text);
            Assert.Equal(Reasoning(whole), Reasoning(streamed));
            Assert.Equal(whole.FinishReason, streamed.FinishReason);
            Assert.Equal(whole.Usage!.OutputTokenCount, streamed.Usage!.OutputTokenCount);
            Assert.True(updates.Count > 2 || whole.Usage.OutputTokenCount <= 4);
        }
    }

    [Fact]
    public async Task Conversations_in_a_wave_say_the_same_however_they_are_scheduled()
    {
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 12, Temperature = 1, Seed = 7 });
        var first = await Wave(client, 6, async index => await Converse(client, $"question {index}", turns: 1 + index % 3));
        var second = await Wave(client, 6, async index =>
        {
            await Task.Delay(5 * (6 - index), Cancel);
            return await Converse(client, $"question {index}", turns: 1 + index % 3);
        });
        Assert.Equal(first, second);
        Assert.Equal(6, first.Distinct().Count());
    }

    [Fact]
    public async Task A_conversation_that_throws_or_never_asks_does_not_hold_up_the_others()
    {
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 6 });
        var answers = await Wave(client, 5, async index => index switch
        {
            1 => await Caught(() => throw new InvalidOperationException("thrown")),
            2 => "never asked",
            3 => await Caught(async () => await client.GetResponseAsync([new(ChatRole.Tool, "x")], cancellationToken: Cancel)),
            _ => await Converse(client, "why?", turns: 3),
        }).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal("thrown", answers[1]);
        Assert.Contains("tool", answers[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_given_up_does_not_hold_up_the_others()
    {
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 6 });
        using var wave = client.Open(2);
        using var impatient = new CancellationTokenSource();
        var given = Task.Run(async () =>
        {
            using var seat = wave.Take(0);
            await client.GetResponseAsync("why?", cancellationToken: impatient.Token);
        }, Cancel);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        using var other = wave.Take(1);
        Assert.NotNull(await client.GetResponseAsync("why?", cancellationToken: Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }

    [Fact]
    public async Task Closing_a_wave_lets_a_waiting_call_through()
    {
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 6 });
        var wave = client.Open(2);
        var asked = Task.Run(async () =>
        {
            using var seat = wave.Take(0);
            return await client.GetResponseAsync("why?", cancellationToken: Cancel);
        }, Cancel);
        await Task.Delay(50, Cancel);
        Assert.False(asked.IsCompleted);
        wave.Dispose();
        Assert.NotNull(await asked.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }

    [Fact]
    public async Task Many_streams_at_once_share_steps_and_say_what_each_says_alone()
    {
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 200, MinNewTokens = 200, Temperature = 1 });
        var alone = new List<string>();
        for (var index = 0; index < 12; index++)
            alone.Add((await client.GetResponseAsync($"question {index}", new() { Seed = index }, Cancel)).Text);
        var before = model.Engine.Steps;
        var together = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => Task.Run(async () =>
        {
            var updates = await client.GetStreamingResponseAsync($"question {index}", new() { Seed = index }, Cancel).ToListAsync(Cancel);
            Assert.True(updates.Count > 1);
            return updates.ToChatResponse().Text;
        }, Cancel)));
        Assert.Equal(alone, together);
        Assert.InRange(model.Engine.Steps - before, 200, 2000); // 12 · 200 one after the other
    }

    [Fact]
    public async Task A_reader_who_leaves_a_stream_frees_its_place()
    {
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 200, BatchSize = 1, MinNewTokens = 200 });
        model.PrefixCacheBytes = 0;
        await foreach (var update in client.GetStreamingResponseAsync("why?", cancellationToken: Cancel))
            break;
        Assert.Equal(0, model.Engine.BlocksInUse);
        Assert.NotNull(await client.GetResponseAsync("why?", new() { MaxOutputTokens = 200 }, Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }

    [Fact]
    public async Task An_answer_of_a_type_comes_as_that_type_from_random_weights()
    {
        using var client = new LocalChatClient(model, defaults: new()
        {
            MaxNewTokens = 220,
            Temperature = 1,
            LogitBias = new Dictionary<int, double>
            {
                [model.Tokenizer.Special.Think!.Value] = double.NegativeInfinity,
                [model.Tokenizer.Encode("}")[0]] = 9, // or random weights would go on with properties of their own
            }
        });
        for (var seed = 0; seed < 5; seed++)
        {
            var answer = await client.GetResponseAsync<Parcel>("what?", new ChatOptions { Seed = seed }, useJsonSchemaResponseFormat: true, cancellationToken: Cancel);
            Assert.NotEqual(ChatFinishReason.Length, answer.FinishReason);
            Assert.True(Enum.IsDefined(answer.Result.Size));
        }
    }

    [Fact]
    public async Task A_stop_string_is_never_seen_in_a_stream()
    {
        using var client = new LocalChatClient(model);
        for (var seed = 0; seed < 20; seed++)
        {
            var free = (await client.GetResponseAsync("why?", new ChatOptions { Temperature = 1, Seed = seed, MaxOutputTokens = 40 }, Cancel)).Text;
            if (free.Length < 6 || free[3..6].Contains('\uFFFD', StringComparison.Ordinal) || free.Any(char.IsSurrogate))
                continue;
            var options = new ChatOptions { Temperature = 1, Seed = seed, MaxOutputTokens = 40, StopSequences = [free[3..6]] };
            var seen = "";
            await foreach (var update in client.GetStreamingResponseAsync("why?", options, Cancel))
                Assert.DoesNotContain(free[3..6], seen += update.Text, StringComparison.Ordinal);
            Assert.Equal((await client.GetResponseAsync("why?", options, Cancel)).Text, seen);
        }
    }

    [Fact]
    public void The_gate_is_found_through_middleware()
    {
        using var client = new Middleware(new LocalChatClient(model));
        Assert.NotNull(client.GetService<IBatchGate>());
    }

    public void Dispose() => model.Dispose();

    private static string Reasoning(ChatResponse response) =>
        string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text));

    private static async Task<string> Converse(LocalChatClient client, string question, int turns)
    {
        List<ChatMessage> messages = [new(ChatRole.User, question)];
        for (var turn = 0; turn < turns; turn++)
        {
            messages.AddRange((await client.GetResponseAsync(messages, cancellationToken: Cancel)).Messages);
            messages.Add(new(ChatRole.User, "and?"));
        }
        return string.Join('|', messages.Select(message => message.Text));
    }

    private static async Task<string> Caught(Func<Task> act) => (await Record.ExceptionAsync(act))!.Message;

    private static async Task<string[]> Wave(LocalChatClient client, int conversations, Func<int, Task<string>> converse)
    {
        using var wave = client.Open(conversations);
        return await Task.WhenAll(Enumerable.Range(0, conversations).Select(index => Task.Run(async () =>
        {
            using var seat = wave.Take(index);
            return await converse(index);
        }, Cancel)));
    }

    private sealed record Parcel(bool Heavy, ParcelSize Size, long? Weight);

    private enum ParcelSize
    {
        Small,
        Large,
    }

    private sealed class Middleware(IChatClient inner) : DelegatingChatClient(inner);
}
