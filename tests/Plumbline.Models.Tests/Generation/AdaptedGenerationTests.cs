using Microsoft.Extensions.AI;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Generation;

/// <summary>What is written with an adapter, and where an answer ends, whoever writes it: the engine, or libtorch in lock-step.</summary>
public sealed class AdaptedGenerationTests
{
    private static readonly GenerationOptions Greedy = new() { MaxNewTokens = 6, Temperature = 0 };

    /// <summary>Longer than a block of keys and values, so that the prefix cache keeps it.</summary>
    private static readonly int[] Prompt = TinyModel.Tokenizer.Encode(string.Concat(Enumerable.Repeat("the cat sat on the mat because the mat was warm ", 4)));

    [Theory]
    [InlineData("low-rank")]
    [InlineData("soft prompt")]
    [InlineData("control tokens")]
    public void An_adapter_counts_as_long_as_it_is_attached_whatever_the_prefix_cache_holds(string kind)
    {
        using var model = TinyModel.Make();
        using var adapter = Make(kind, model.Decoder);
        int[] prompt = adapter is ControlTokens control ? [.. Prompt, control["good"]] : Prompt;
        var before = Write(model, Prompt);
        Assert.True(model.Engine.BlocksKept > 0);

        model.Decoder.Attach(adapter);
        var adapted = Write(model, prompt);
        using (var fresh = TinyModel.Make())
        {
            fresh.Decoder.Attach(adapter);
            Assert.Equal(Write(fresh, prompt), adapted);
            fresh.Decoder.Detach();
        }
        if (kind != "control tokens") // which mean nothing to texts without them
        {
            Assert.NotEqual(before, adapted);
            using (model.Decoder.WithoutAdapter())
                Assert.All(before.Zip(Write(model, prompt)), each => Assert.Equal(each.First, each.Second, 1e-4)); // in another order of summing
        }
        model.Decoder.Detach();
        Assert.Equal(before, Write(model, Prompt));
    }

    [Fact]
    public void A_merged_adapter_counts_although_the_prompt_was_read_before()
    {
        using var model = TinyModel.Make();
        using var adapter = (LowRankAdapter)Make("low-rank", model.Decoder);
        model.Decoder.Attach(adapter);
        var attached = Write(model, Prompt);
        model.Decoder.Detach();
        Write(model, Prompt);
        adapter.MergeInto(model.Decoder);
        Assert.All(attached.Zip(Write(model, Prompt)), each => Assert.Equal(each.First, each.Second, 1e-4));
    }

    [Fact]
    public void Prompts_have_tokens_of_the_vocabulary_and_of_the_control_tokens_that_are_attached()
    {
        using var model = TinyModel.Make();
        using var control = ControlTokens.Create(model.Decoder, ["good", "bad"], seed: 1);
        var first = model.Decoder.Config.VocabularySize;
        Assert.Contains($"0 to {first - 1}", Refusal(first), StringComparison.Ordinal);
        model.Decoder.Attach(control);
        Assert.Equal(6, Write(model, [5, first, first + 1]).Length);
        Assert.Contains($"0 to {first + 1}", Refusal(first + 2), StringComparison.Ordinal);
        Assert.Contains("-1", Refusal(-1), StringComparison.Ordinal);
        model.Decoder.Detach();
        Assert.Contains($"0 to {first - 1}", Refusal(first), StringComparison.Ordinal);

        string Refusal(int id) => Assert.Throws<InputException>(() => Write(model, [5, id])).Message;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_ends_at_any_end_marker_of_the_configuration_and_shows_none_of_it(bool lockStep)
    {
        var end = TinyModel.Tokenizer.Encode("b")[0]; // an ordinary token, so that it would be seen
        using var plain = TinyModel.Make();
        using var model = new LanguageModel(new(plain.Decoder.Config with { EndIds = [plain.Tokenizer.Special.End, end] }), plain.Tokenizer);
        model.Decoder.Initialise(1);
        using var control = ControlTokens.Create(model.Decoder, ["good"], seed: 1);
        if (lockStep)
            model.Decoder.Attach(control);
        Assert.Equal(!lockStep, model.Engine.Fits);
        using var client = new LocalChatClient(model, defaults: new() { MaxNewTokens = 5, Temperature = 0, MinNewTokens = 2, LogitBias = new Dictionary<int, double> { [end] = 1000 } });
        var asked = await client.GetResponseAsync("why?", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((ChatFinishReason.Stop, 3), (asked.FinishReason, asked.Usage?.OutputTokenCount));
        Assert.DoesNotContain("b", asked.Text[^1..], StringComparison.Ordinal);
        var streamed = await client.GetStreamingResponseAsync("why?", cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
        Assert.Equal((asked.Text, asked.FinishReason, 3), (streamed.Text, streamed.FinishReason, streamed.Usage?.OutputTokenCount));
    }

    private static float[] Write(LanguageModel model, int[] prompt) => new BatchGenerator(model).Generate([prompt], Greedy)[0].LogProbabilities;

    /// <summary>An adapter that changes what is written so much that it is seen.</summary>
    private static Adapter Make(string kind, Decoder decoder)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var generator = new Generator(3);
        Adapter adapter = kind switch
        {
            "low-rank" => LowRankAdapter.Create(new(Rank: 2, Alpha: 4), decoder, seed: 1),
            "soft prompt" => SoftPrompt.Create(decoder, virtualTokens: 3, seed: 1),
            _ => ControlTokens.Create(decoder, ["good", "bad"], seed: 1),
        };
        foreach (var (_, value) in adapter.Parameters)
            value.copy_(randn(value.shape, generator: generator));
        return adapter;
    }
}
