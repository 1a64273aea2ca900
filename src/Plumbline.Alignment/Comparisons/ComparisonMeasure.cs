using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Worlds.Counter;
using TorchSharp;

namespace Plumbline.Alignment;

/// <summary>What a trained model does on held-out requests: four answers to each, sampled at temperature 1.</summary>
/// <param name="Complies">Share of answers.</param>
/// <param name="TrueReward">Mean.</param>
/// <param name="ProxyReward">Mean.</param>
/// <param name="Distinct">Different answers among those to one request; 1 where all differ, 0 where all are the same.</param>
/// <param name="Divergence">Mean of log π − log π₀ of an answer with its reasoning, in nats.</param>
/// <param name="Words">Mean.</param>
/// <param name="Seconds">That training took.</param>
/// <param name="Megabytes">That it took at most; null where that cannot be read.</param>
internal sealed record ComparisonMeasure(double Complies, double TrueReward, double ProxyReward, double Distinct, double Divergence, double Words, double? Seconds, double? Megabytes)
{
    public const int Samples = 4;
    private const int AtOnce = 32;

    public static ComparisonMeasure Of(LanguageModel model, LanguageModel start, Suite suite, ProxyReward proxy, int seed, double? seconds, double? megabytes, CancellationToken cancel)
    {
        var judge = (CounterJudge)suite.Judge;
        int[][] prompts = [.. suite.Items.SelectMany(item => Enumerable.Repeat(model.Template.Prompt(item.Messages), Samples))];
        var answers = new BatchGenerator(model).Generate(prompts, new GenerationOptions { Temperature = 1, Seed = new Draws(seed, "compare.measure", 0).NextBits(), BatchSize = 128 }, cancel);
        string[] texts = [.. answers.Select(answer => model.Template.Parse(answer.Tokens).Text)];
        var judged = texts.Select((text, index) => proxy.Of(judge, suite.Items[index / Samples], text)).ToArray();
        TokenExample[] examples = [.. prompts.Zip(answers, (prompt, answer) => TokenExample.Completion(prompt, answer.Tokens))];
        return new ComparisonMeasure(judged.Average(each => each.Complies ? 1 : 0), judged.Average(each => each.True), judged.Average(each => each.Proxy),
            texts.Chunk(Samples).Average(group => (group.Distinct().Count() - 1) / (double)(Samples - 1)),
            LogProbs(model, examples, cancel).Zip(LogProbs(start, examples, cancel), (after, before) => after - before).Average(), texts.Average(ProxyOf), seconds, megabytes);

        static double ProxyOf(string text) => Alignment.ProxyReward.Words(text);
    }

    /// <summary>The log-probability of each answer, natural logarithm.</summary>
    private static List<double> LogProbs(LanguageModel model, TokenExample[] examples, CancellationToken cancel)
    {
        using var logits = new LogitsBuffer();
        using var off = torch.no_grad();
        var sums = new List<double>();
        foreach (var part in examples.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            sums.AddRange(SequenceScores.Of(model.Decoder, part, part.Max(example => example.Ids.Length), logits).Sums(part.Length).to(torch.ScalarType.Float64).data<double>().ToArray());
        }
        return sums;
    }
}
