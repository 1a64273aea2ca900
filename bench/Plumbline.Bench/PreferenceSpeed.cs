using System.Diagnostics;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Bench;

/// <summary>Direct preference optimisation against the plain way, step by step in turns, from the same weights on the same pairs.</summary>
/// <remarks>
/// The plain way: chosen and rejected answers in two batches, filled up with padding to the longest text of the step, logits of every place, a forward pass of the reference
/// in every step, autograd, AdamW of TorchSharp. Lengths as in preference data: prompts log-normal around 120 tokens, answers 40 to 400.
/// </remarks>
internal static class PreferenceSpeed
{
    private const int PairsPerStep = 16, StepsPerEpoch = 2, Epochs = 2, Vocabulary = 8192, Longest = 1024;
    private const double Beta = 0.1, Rate = 1e-5;

    public static void Run()
    {
        var config = new DecoderConfig { VocabularySize = Vocabulary, Width = 512, FeedForwardWidth = 1408, Layers = 4, Heads = 8, KeyValueHeads = 8 };
        using var fast = New(config);
        using var plain = New(config);
        using var reference = New(config);
        var pairs = Draw();
        Console.WriteLine($"DPO, width {config.Width}, {config.Layers} layers, {config.Parameters / 1e6:F0} M weights, {PairsPerStep} pairs a step, {Epochs} epochs, {LibTorch.Threads} threads");
        var optimiser = optim.AdamW(plain.parameters(), Rate, 0.9, 0.98, 1e-8, 0.05);
        var (fastSeconds, plainSeconds) = (new List<double>(), new List<double>());
        var clock = Stopwatch.StartNew(); // the fast way pays for its reference in the first step
        var tokens = 0L;
        PreferenceTraining.Run(fast, pairs, Batch, new DirectPreferenceOptimization(Beta), Longest,
            new TrainingOptions { Steps = StepsPerEpoch * Epochs, LearningRate = new Schedule(Rate, Shape: Decay.None), ReportEvery = 1 }, new AtOnce(progress =>
            {
                fastSeconds.Add(clock.Elapsed.TotalSeconds);
                PairExample[] part = [.. Batch(progress.Step - 1).Select(index => pairs[index])];
                tokens += part.Sum(pair => pair.Chosen.Ids.Length + pair.Rejected.Ids.Length);
                clock.Restart();
                var loss = Step(plain, reference, optimiser, part);
                plainSeconds.Add(clock.Elapsed.TotalSeconds);
                Console.WriteLine($"step {progress.Step}: loss {progress.Loss:F6}, plain {loss:F6}; {fastSeconds[^1]:F2} s, plain {plainSeconds[^1]:F2} s");
                if (!(Math.Abs(progress.Loss - loss) < 1e-4))
                    throw new InvalidOperationException("The two ways came to different losses.");
                clock.Restart();
            }), default);
        Console.WriteLine($"{tokens / fastSeconds.Sum():F0} tokens/s, plain {tokens / plainSeconds.Sum():F0}: {plainSeconds.Sum() / fastSeconds.Sum():F2} times as fast, reference included; "
            + $"{plainSeconds.Skip(1).Sum() / fastSeconds.Skip(1).Sum():F2} times from the second step on");
    }

    private static IReadOnlyList<int> Batch(int step) => [.. Enumerable.Range(step % StepsPerEpoch * PairsPerStep, PairsPerStep)];

    private static Decoder New(DecoderConfig config)
    {
        var decoder = new Decoder(config);
        decoder.Initialise(1);
        return decoder;
    }

    private static PairExample[] Draw()
    {
        var draws = new Draws(1, "pairs");
        return [.. Enumerable.Range(0, PairsPerStep * StepsPerEpoch).Select(_ =>
        {
            var prompt = Text((int)Math.Clamp(120 * Math.Exp(0.6 * Normal()), 20, 600));
            return new PairExample(TokenExample.Completion(prompt, Text(draws.Between(40, 400))), TokenExample.Completion(prompt, Text(draws.Between(40, 400))));
        })];

        int[] Text(int length) => [.. Enumerable.Range(0, length).Select(_ => draws.Next(Vocabulary))];
        double Normal() => Enumerable.Range(0, 12).Sum(_ => draws.Next(1 << 20) / (double)(1 << 20)) - 6;
    }

    private static double Step(Decoder policy, Decoder reference, optim.Optimizer optimiser, PairExample[] pairs)
    {
        using var scope = NewDisposeScope();
        var (chosen, rejected) = (Sums(policy, [.. pairs.Select(pair => pair.Chosen)]), Sums(policy, [.. pairs.Select(pair => pair.Rejected)]));
        Tensor referenceChosen, referenceRejected;
        using (no_grad())
            (referenceChosen, referenceRejected) = (Sums(reference, [.. pairs.Select(pair => pair.Chosen)]), Sums(reference, [.. pairs.Select(pair => pair.Rejected)]));
        var loss = new DirectPreferenceOptimization(Beta).Compute(new PairLogProbs(chosen, rejected, referenceChosen, referenceRejected, ones_like(chosen), ones_like(rejected))).Value;
        optimiser.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(policy.parameters(), 1);
        optimiser.step();
        return loss.item<float>();
    }

    private static Tensor Sums(Decoder decoder, TokenExample[] texts)
    {
        var longest = texts.Max(text => text.Ids.Length);
        var ids = stack([.. texts.Select(text => tensor([.. text.Ids.Select(id => (long)id), .. new long[longest - text.Ids.Length]]))]);
        var weights = stack([.. texts.Select(text => tensor([.. text.Weights, .. new float[longest - text.Ids.Length]]))]);
        var positions = TensorArithmetic.CountUpTo(longest).unsqueeze(0).expand(texts.Length, -1);
        var logProbs = nn.functional.log_softmax(decoder.Logits(decoder.Hidden(ids, positions)), -1); // [texts, time, vocabulary]
        var trained = logProbs.narrow(1, 0, longest - 1).gather(2, ids.narrow(1, 1, longest - 1).unsqueeze(-1)).squeeze(-1);
        return (trained * weights.narrow(1, 1, longest - 1)).sum(1);
    }
}
