using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

public sealed class ConfidenceTrainingTests
{
    /// <summary>Questions that end in token 40 are answered rightly nine times of ten, those that end in 50 two times.</summary>
    private static readonly ConfidenceExample[] Questions = [.. Enumerable.Range(0, 32).Select(i => new ConfidenceExample([10 + i, 3, 20 + i, i % 2 == 0 ? 40 : 50], i % 2 == 0 ? 0.9 : 0.2))];

    [Fact] // scores 0 and ln 4 are confidences .5 and .8: ((.5 − .9)² + (.8 − .2)²)/2 = .26, its slope in the first score 2 · (−.4) · .25 / 2 = −.1
    public void The_loss_is_the_squared_distance_of_confidence_and_target()
    {
        using var scope = NewDisposeScope();
        var scores = tensor([0.0, Math.Log(4)]).requires_grad_(true);
        var loss = SquaredConfidence.Compute(scores, tensor([0.9, 0.2]));
        loss.Value.backward();
        Assert.Equal(0.26, loss.Value.item<double>(), 1e-12);
        Assert.Equal(-0.1, scores.grad![0].item<double>(), 1e-12);
        Assert.Equal((0.65, 0.55), (Math.Round(loss.Statistics["confidence"].item<double>(), 9), Math.Round(loss.Statistics["target"].item<double>(), 9)));
    }

    [Fact]
    public void It_learns_how_often_answers_are_right_and_starts_from_a_half()
    {
        using var language = TinyModel.Make();
        using var model = RewardModel.Create(language, trainable: true);
        Assert.All(Confidences(model), each => Assert.Equal(0.5, each, 1e-6));
        ConfidenceTraining.Run(model, Questions, new EpochOrder(32, 8, 1, "x").Batch, new() { Steps = 60, LearningRate = new Schedule(1e-2, 5, Decay.None) }, null, default);
        Assert.All(Confidences(model).Zip(Questions), each => Assert.Equal(each.Second.Confidence, each.First, 0.1));
    }

    [Fact] // packed rows against each text padded with others
    public void What_training_sees_of_a_question_is_what_scoring_says()
    {
        using var scope = NewDisposeScope();
        using var language = TinyModel.Make();
        using var model = RewardModel.Create(language, trainable: true);
        ConfidenceTraining.Run(model, Questions, new EpochOrder(32, 8, 1, "x").Batch, new() { Steps = 5, LearningRate = new Schedule(1e-2) }, null, default);
        int[][] texts = [[5], .. Questions.Take(5).Select(question => question.Ids), [7, 8]];
        using var scores = RewardScores.Of(model, texts).Rewards;
        Assert.Equal(model.Score(texts), scores.data<float>().Select(each => (double)each), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void What_is_no_confidence_or_too_long_is_refused()
    {
        using var language = TinyModel.Make();
        using var model = RewardModel.Create(language, trainable: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfidenceExample([1], 1.5));
        Assert.Throws<ArgumentException>(() => new ConfidenceExample([], 0.5));
        var error = Assert.Throws<InputException>(() => ConfidenceTraining.Run(model, [Questions[0], new(new int[100_000], 0.5)], _ => [0], new() { Steps = 1, LearningRate = new Schedule(1e-3) }, null, default));
        Assert.Contains("question 1", error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<double> Confidences(RewardModel model) => ConfidenceTraining.Confidences(model, [.. Questions.Select(question => question.Ids)]);
}
