using TorchSharp;

namespace Plumbline.Models.Tests;

public sealed class BatchGeneratorTests
{
    private static readonly int[][] Prompts = [.. ((string[])["the cat sat on the mat", "yes", "because the rule says so, yes", "the", "mat"]).Select(TinyModel.Tokenizer.Encode)];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0.7, 0.8)]
    public void What_a_row_says_does_not_depend_on_what_shares_its_batch(double temperature, double topP)
    {
        using var model = TinyModel.Make();
        var generator = new BatchGenerator(model);
        var options = new GenerationOptions { MaxNewTokens = 30, Temperature = temperature, TopP = topP, Seed = 3 };
        var together = generator.Generate(Prompts, options, TestContext.Current.CancellationToken);
        var alone = generator.Generate(Prompts, options with { BatchSize = 1 }, TestContext.Current.CancellationToken);
        foreach (var (one, other) in together.Zip(alone))
        {
            Assert.Equal(other.Tokens, one.Tokens);
            Assert.All(other.LogProbabilities.Zip(one.LogProbabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void Log_probabilities_are_those_of_a_full_forward_pass_at_temperature_one()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TinyModel.Make();
        var completions = new BatchGenerator(model).Generate(Prompts, new() { MaxNewTokens = 20, Temperature = 1.5, Seed = 5 }, TestContext.Current.CancellationToken);
        foreach (var (prompt, completion) in Prompts.Zip(completions))
        {
            var ids = torch.tensor(prompt.Concat(completion.Tokens).Select(id => (long)id).ToArray()).unsqueeze(0);
            var logits = model.Decoder.Logits(model.Decoder.Hidden(ids, TensorArithmetic.CountUpTo(ids.shape[1]).unsqueeze(0)));
            var expected = torch.nn.functional.log_softmax(logits, -1);
            for (var at = 0; at < completion.Tokens.Length; at++)
                Assert.Equal(expected[0, prompt.Length + at - 1, completion.Tokens[at]].item<float>(), completion.LogProbabilities[at], 1e-5f);
        }
    }

    [Fact]
    public void Rows_that_end_early_leave_and_the_others_go_on_as_if_alone()
    {
        using var model = TinyModel.Make();
        using (torch.no_grad())
            model.Decoder.named_parameters().Single(each => each.name == "model.embed_tokens.weight").parameter[model.Tokenizer.Special.End].TimesInPlace(100); // the end is now often likely
        var prompts = Enumerable.Range(0, 24).Select(index => Prompts[index % Prompts.Length]).ToList();
        var options = new GenerationOptions { MaxNewTokens = 40, Temperature = 1, Seed = 11 };
        var together = new BatchGenerator(model).Generate(prompts, options, TestContext.Current.CancellationToken);
        var alone = new BatchGenerator(model).Generate(prompts, options with { BatchSize = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(alone.Select(row => row.Tokens), together.Select(row => row.Tokens));
        Assert.True(together.Select(row => row.Tokens.Length).Distinct().Count() > 4);
        Assert.All(together, row => Assert.Equal(row.Stop == StopReason.End, row.Tokens[^1] == model.Tokenizer.Special.End));
        Assert.All(together, row => Assert.DoesNotContain(model.Tokenizer.Special.End, row.Tokens[..^1]));
        Assert.True(together.Count(row => row.Stop == StopReason.End) > 12, "most rows should have ended, or nothing was dropped");
    }

    [Fact]
    public void A_full_model_stops_and_an_overfull_prompt_is_refused()
    {
        using var model = TinyModel.Make();
        var generator = new BatchGenerator(model);
        var options = new GenerationOptions { MaxNewTokens = 50 };
        var (full, overfull) = (Enumerable.Repeat(60, 254).ToArray(), Enumerable.Repeat(60, 256).ToArray());
        var completion = Assert.Single(generator.Generate([full], options, TestContext.Current.CancellationToken));
        Assert.Equal((2, StopReason.Length), (completion.Tokens.Length, completion.Stop));
        Assert.Contains("256", Assert.Throws<InputException>(() => generator.Generate([overfull], options, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => generator.Generate([[]], options, TestContext.Current.CancellationToken));
        Assert.Empty(generator.Generate([], options, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_cancelled_generation_stops()
    {
        using var model = TinyModel.Make();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new BatchGenerator(model).Generate(Prompts, new(), cancelled.Token));
    }
}
