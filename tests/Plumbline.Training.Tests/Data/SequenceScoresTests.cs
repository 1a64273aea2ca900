using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Data;

public sealed class SequenceScoresTests
{
    /// <summary>Checkpointed, numbers of logits at once, fused matrices.</summary>
    public static TheoryData<bool, int, bool> Ways => new() { { false, 1 << 24, true }, { false, 1500, true }, { true, 1 << 24, true }, { true, 1500, true }, { false, 1 << 24, false }, { true, 1500, false } };

    [Fact] // the log-probability of a token as its definition has it: a softmax at the place before, over what was read until then
    public void A_score_is_the_log_probability_of_each_trained_token_given_those_before_it()
    {
        using var off = no_grad();
        using var model = TinyModel.Make();
        var text = new TokenExample([20, 31, 12, 45], [1, 0, 1, 1]);
        var expected = 0.0;
        foreach (var at in (int[])[2, 3])
        {
            var ids = tensor(text.Ids[..at].Select(id => (long)id).ToArray()).unsqueeze(0);
            var worth = model.Decoder.Logits(model.Decoder.Hidden(ids, TensorArithmetic.CountUpTo(at).unsqueeze(0))[0, at - 1]);
            expected += nn.functional.log_softmax(worth, 0)[text.Ids[at]].item<float>();
        }
        using var logits = new LogitsBuffer();
        Assert.Equal(expected, SequenceScores.Of(model.Decoder, [text], 10, logits).Sums(1).item<float>(), 4);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Scores_and_gradients_are_those_of_the_plain_way(bool checkpointed, int mostLogits, bool fused)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        model.Decoder.Fused = fused;
        var texts = Texts();
        var (plainScores, plain) = Plain(model.Decoder, texts);
        var (scores, gradients) = Packed(model.Decoder, texts, checkpointed, mostLogits);
        Assert.All(plainScores.Zip(scores), each => Assert.Equal(each.First, each.Second, 1e-4f));
        Assert.Equal(plain.Length, gradients.Length);
        Assert.True(plain.Zip(gradients, (a, b) => Math.Abs(a - b)).Max() < 1e-5, $"{plain.Zip(gradients, (a, b) => Math.Abs(a - b)).Max()}");
        Assert.True(plain.Max() > 1e-2);
    }

    [Fact]
    public void What_is_computed_again_is_the_same_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        var (scores, gradients) = Packed(model.Decoder, Texts(), checkpointed: false, 1500);
        var again = Packed(model.Decoder, Texts(), checkpointed: true, 1500);
        Assert.Equal(scores, again.Scores);
        Assert.Equal(gradients, again.Gradients);
    }

    [Theory] // a soft cap; an output matrix that is not the embedding
    [InlineData(2.0, true)]
    [InlineData(null, false)]
    public void Scores_and_gradients_are_those_of_the_plain_way_with_other_outputs(double? softCap, bool tied)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Models.Decoder(new() { VocabularySize = 290, Width = 16, FeedForwardWidth = 24, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 256, LogitSoftCap = softCap, TiedEmbeddings = tied });
        decoder.Initialise(3);
        using (no_grad())
            decoder.OutputMatrix.TimesInPlace(20); // far enough into the cap to bend
        var (plainScores, plain) = Plain(decoder, Texts());
        var (scores, gradients) = Packed(decoder, Texts(), checkpointed: false, 1500);
        Assert.All(plainScores.Zip(scores), each => Assert.Equal(each.First, each.Second, 2e-4f));
        Assert.True(plain.Zip(gradients, (a, b) => Math.Abs(a - b)).Max() < 1e-5 * plain.Max(Math.Abs), $"{plain.Zip(gradients, (a, b) => Math.Abs(a - b)).Max()} of {plain.Max(Math.Abs)}");
    }

    [Fact]
    public void Logits_that_others_wrote_over_are_computed_again_on_the_way_back()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        using var logits = new LogitsBuffer();
        var (_, expected) = Packed(model.Decoder, Texts(), checkpointed: false, LogitsBuffer.MostNumbers);
        var scores = SequenceScores.Of(model.Decoder, Texts(), 64, logits, gradients: true);
        Weighed(scores.Sums(Texts().Length)).backward();
        SequenceScores.Of(model.Decoder, [TinyModel.Text(1, 5)], 64, logits);
        scores.Backward();
        Assert.Equal(expected, TakeGradients(model.Decoder));
    }

    [Fact]
    public void Frozen_weights_get_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        foreach (var parameter in model.Decoder.parameters())
            parameter.requires_grad_(false);
        using var adapter = LowRankAdapter.Create(new LowRankAdapterConfig(4, 8), model.Decoder, seed: 1);
        model.Decoder.Attach(adapter);
        using var logits = new LogitsBuffer(1500);
        var scores = SequenceScores.Of(model.Decoder, Texts(), 64, logits, gradients: true, checkpointed: true);
        Weighed(scores.Sums(Texts().Length)).backward();
        scores.Backward();
        Assert.All(model.Decoder.named_parameters(), each => Assert.Null(each.parameter.grad));
        Assert.All(adapter.Parameters, each => Assert.NotNull(each.Value.grad));
    }

    [Fact]
    public void Answers_that_share_a_prompt_do_not_see_each_other()
    {
        using var off = no_grad();
        using var model = TinyModel.Make();
        int[] prompt = [.. Enumerable.Range(20, 12)];
        var answer = TokenExample.Completion(prompt, [41, 42, 43]);
        using var logits = new LogitsBuffer();
        var alone = SequenceScores.Of(model.Decoder, [answer], 64, logits).Sums(1).item<float>();
        foreach (var other in (int[][])[[50, 51, 52, 53, 54], [60], [41, 42, 44]])
            Assert.Equal(alone, SequenceScores.Of(model.Decoder, [TokenExample.Completion(prompt, other), answer], 64, logits).Sums(2)[1].item<float>(), 1e-5f);
    }

    [Theory] // a window shorter than prompts and answers, in one layer of two
    [InlineData(5)]
    [InlineData(14)]
    public void A_sliding_window_reaches_from_an_answer_into_its_prompt(int window)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(new DecoderConfig
        {
            VocabularySize = 64,
            Width = 16,
            FeedForwardWidth = 24,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            SlidingWindow = window,
            SlidingLayers = [true, false],
            AttentionSoftCap = 20,
        });
        decoder.Initialise(3);
        var texts = Texts();
        var (plainScores, plain) = Plain(decoder, texts);
        var (scores, gradients) = Packed(decoder, texts, checkpointed: true, 1 << 24);
        Assert.All(plainScores.Zip(scores), each => Assert.Equal(each.First, each.Second, 1e-4f));
        Assert.True(plain.Zip(gradients, (a, b) => Math.Abs(a - b)).Max() < 1e-5);
    }

    [Theory]
    [InlineData("LoRA")]
    [InlineData("soft prompt")]
    [InlineData("experts")] // of steps that open in a prompt which answers share, in answers, and where a text begins
    public void An_adapter_gets_the_gradients_of_the_plain_way_and_frozen_weights_get_none(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        foreach (var parameter in model.Decoder.parameters())
            parameter.requires_grad_(false);
        using Adapter adapter = kind == "soft prompt" ? SoftPrompt.Create(model.Decoder, 3, seed: 1)
            : LowRankAdapter.Create(new LowRankAdapterConfig(4, 8) { StepTokens = kind == "experts" ? [15, 42, 20] : [] }, model.Decoder, seed: 1);
        using (no_grad())
        {
            foreach (var (_, parameter) in adapter.Parameters)
                parameter.PlusInPlace(randn(parameter.shape, generator: new Generator(5)), 0.05);
        }
        model.Decoder.Attach(adapter);
        var texts = Texts();
        var (plainScores, plain) = Plain(model.Decoder, texts);
        var (scores, gradients) = Packed(model.Decoder, texts, checkpointed: true, 1500);
        Assert.All(plainScores.Zip(scores), each => Assert.Equal(each.First, each.Second, 1e-4f));
        Assert.True(plain.Zip(gradients, (a, b) => Math.Abs(a - b)).Max() < 1e-5);
        Assert.True(plain.Max() > 1e-3);
        Assert.All(model.Decoder.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Theory] // float64: a step along a random direction, both ways, against the slope along it
    [InlineData("supervised", false)]
    [InlineData("preference", false)]
    [InlineData("preference", true)]
    [InlineData("policy gradient", true)]
    public void Gradients_agree_with_finite_differences(string objective, bool checkpointed)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Make();
        using var generator = new Generator(7);
        model.Decoder.Fused = !checkpointed;
        model.Decoder.to(ScalarType.Float64);
        var texts = Texts();
        using var logits = new LogitsBuffer(1500);
        var scores = SequenceScores.Of(model.Decoder, texts, 64, logits, gradients: true, checkpointed);
        var behaviour = scores.LogProbs.detach().Plus(rand(scores.LogProbs.shape, ScalarType.Float64, generator: generator).Times(0.1));
        Loss(scores).backward();
        scores.Backward();
        var weights = model.Decoder.named_parameters().Select(each => each.parameter).ToArray();
        var directions = weights.Select(weight => randn(weight.shape, ScalarType.Float64, generator: generator)).ToArray();
        var slope = weights.Zip(directions, (weight, direction) => (weight.grad! * direction).sum().item<double>()).Sum();
        const double Step = 1e-6;
        Assert.Equal((At(Step) - At(-Step)) / (2 * Step), slope, 1e-6 * Math.Max(1, Math.Abs(slope)));
        Assert.True(Math.Abs(slope) > 1e-3);

        double At(double step)
        {
            using var off = no_grad();
            foreach (var (weight, direction) in weights.Zip(directions))
                weight.PlusInPlace(direction, step);
            var loss = Loss(SequenceScores.Of(model.Decoder, texts, 64, logits)).item<double>();
            foreach (var (weight, direction) in weights.Zip(directions))
                weight.PlusInPlace(direction, -step);
            return loss;
        }

        Tensor Loss(SequenceScores some)
        {
            var sums = some.Sums(texts.Length);
            var (chosen, rejected) = (sums.narrow(0, 0, 4), sums.narrow(0, 4, 4));
            return objective switch
            {
                "supervised" => WeightedLikelihood.Compute(some.LogProbs, some.Weights).Value,
                "preference" => new DirectPreferenceOptimization(0.1).Compute(new PairLogProbs(chosen, rejected, zeros_like(chosen), zeros_like(chosen).Plus(1), ones_like(chosen), ones_like(chosen))).Value,
                _ => new GroupPolicyGradient(0.2, 0.5).Compute(new SampledLogProbs(some.LogProbs, behaviour, behaviour.Plus(0.3), some.Examples.to(ScalarType.Float64).Minus(3.5))).Value,
            };
        }
    }

    /// <summary>Two prompts with two and three answers, one of them of one token, and texts of their own.</summary>
    internal static TokenExample[] Texts()
    {
        int[] first = [.. Enumerable.Range(10, 12)], second = [.. Enumerable.Range(30, 9)];
        return
        [
            TokenExample.Completion(first, [41, 42, 43]), TinyModel.Text(1, 1), TokenExample.Completion(second, [50]), TokenExample.Completion(first, [51, 42]),
            TokenExample.Completion(second, [44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54]), TinyModel.Text(1, 2), TokenExample.Completion(second, [44, 11]), TokenExample.Whole([20, 21, 22, 23]),
        ];
    }

    /// <summary>Weighs texts differently, so that gradients of one cannot pass for those of another.</summary>
    private static Tensor Weighed(Tensor sums) => (sums * tensor(Enumerable.Range(0, (int)sums.shape[0]).Select(i => 0.02f + 0.01f * (i % 3)).ToArray())).sum();

    private static (float[] Scores, double[] Gradients) Plain(Models.Decoder decoder, TokenExample[] texts)
    {
        var sums = PaddedScores.Of(decoder, texts);
        Weighed(sums).backward();
        return (sums.data<float>().ToArray(), TakeGradients(decoder));
    }

    private static (float[] Scores, double[] Gradients) Packed(Models.Decoder decoder, TokenExample[] texts, bool checkpointed, int mostLogits)
    {
        using var logits = new LogitsBuffer(mostLogits);
        var scores = SequenceScores.Of(decoder, texts, 64, logits, gradients: true, checkpointed);
        var sums = scores.Sums(texts.Length);
        Weighed(sums).backward();
        scores.Backward();
        return (sums.data<float>().ToArray(), TakeGradients(decoder));
    }

    private static double[] TakeGradients(Models.Decoder decoder) =>
    [
        .. (decoder.Adapter is { } adapter ? adapter.Parameters.Select(each => each.Value) : decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).Select(each => each.parameter)).SelectMany(weight =>
        {
            double[] numbers = [.. weight.grad!.data<float>().ToArray()];
            weight.grad = null;
            return numbers;
        }),
    ];
}
