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
            var logits = model.Decoder.Logits(model.Decoder.Hidden(ids, torch.arange(ids.shape[1]).unsqueeze(0)));
            var expected = torch.nn.functional.log_softmax(logits, -1);
            for (var at = 0; at < completion.Tokens.Length; at++)
                Assert.Equal(expected[0, prompt.Length + at - 1, completion.Tokens[at]].item<float>(), completion.LogProbabilities[at], 1e-5f);
        }
    }
}
