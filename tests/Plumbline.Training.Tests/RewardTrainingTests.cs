using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests;

public sealed class RewardTrainingTests
{
    /// <summary>Answers with token 40 are better than those with token 50.</summary>
    private static readonly ComparedPair[] Pairs = [.. Enumerable.Range(0, 24).Select(i => new ComparedPair(new PairExample(Text(i, 40), Text(i + 100, 50))))];

    [Fact]
    public void It_learns_which_answers_are_better_and_starts_from_knowing_nothing()
    {
        using var language = TinyModel.Make();
        using var model = RewardModel.Create(language, trainable: true);
        var before = RewardTraining.Evaluate(model, Pairs, new BradleyTerry(), default);
        Assert.Equal(Math.Log(2), before["loss"], 1e-5);
        RewardTraining.Run(model, Pairs, new EpochOrder(24, 8, 1, "x").Batch, new BradleyTerry(0.01), 64, Options(30, null), null, default);
        var after = RewardTraining.Evaluate(model, Pairs, new BradleyTerry(), default);
        Assert.Equal(1, after["accuracy"]);
        Assert.InRange(after["loss"], 0, 0.3);
    }

    [Fact]
    public void An_inspector_puts_answers_that_meet_the_criterion_above_zero_and_others_below()
    {
        using var language = TinyModel.Make();
        using var model = RewardModel.Create(language, trainable: true);
        RewardTraining.Run(model, Pairs, new EpochOrder(24, 8, 1, "x").Batch, new BinaryCrossEntropy(), 64, Options(60, null), null, default);
        Assert.All(model.Score([.. Pairs.Select(pair => pair.Pair.Chosen.Ids)]), score => Assert.True(score > 0));
        Assert.All(model.Score([.. Pairs.Select(pair => pair.Pair.Rejected.Ids)]), score => Assert.True(score < 0));
    }

    [Fact] // packed rows with document masks against each text alone, padded with others
    public void What_training_sees_is_what_scoring_says()
    {
        using var language = TinyModel.Make();
        using var model = RewardModel.Create(language, trainable: true);
        RewardTraining.Run(model, Pairs, new EpochOrder(24, 8, 1, "x").Batch, new BradleyTerry(), 64, Options(5, null), null, default);
        var scores = model.Score([.. Pairs.Select(pair => pair.Pair.Chosen.Ids)]);
        Assert.Equal(scores.Average(), RewardTraining.Evaluate(model, Pairs, new BradleyTerry(), default)["chosen"], 1e-4);
        Assert.All(Pairs.Zip(scores), each => Assert.Equal(each.Second, model.Score([each.First.Pair.Chosen.Ids])[0], 1e-4));
        Assert.True(scores.Distinct().Count() > 20);
    }

    [Theory] // a beginning of 10 tokens is read once for both answers, one of 4 twice; scoring reads every text alone
    [InlineData(10)]
    [InlineData(4)]
    public void Answers_that_share_a_beginning_have_the_rewards_of_texts_read_alone(int shared)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = Fitted();
        var pairs = Sharing(shared);
        using var scores = RewardScores.Of(model, pairs).Rewards;
        Assert.Equal(model.Score([.. pairs.Select(pair => pair.Chosen.Ids), .. pairs.Select(pair => pair.Rejected.Ids)]).Select(each => (double)each), scores.data<float>().Select(each => (double)each), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory] // along the gradient g, the sum of squared rewards rises by |g|² for each unit of length
    [InlineData(false)]
    [InlineData(true)]
    public void Its_gradient_agrees_with_finite_differences(bool checkpointed)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = Fitted();
        var (pairs, weights) = (Sharing(10), model.Decoder.parameters().ToArray());
        foreach (var weight in weights)
            weight.requires_grad_(true);
        var scores = RewardScores.Of(model, pairs, gradients: true, checkpointed);
        scores.Rewards.Squared().sum().backward();
        scores.Backward();
        var gradients = weights.Select(weight => weight.grad!.clone()).ToArray();
        var squared = gradients.Sum(gradient => (double)gradient.Squared().sum().data<float>()[0]);
        var length = 1e-3 / Math.Sqrt(squared);
        var rise = (Moved(length) - Moved(-length)) / (2 * length);
        Assert.True(squared > 1e-3);
        Assert.Equal(1, rise / squared, 2e-2);

        double Moved(double by)
        {
            using var off = TorchSharp.torch.no_grad();
            Shift(by);
            var value = RewardScores.Of(model, pairs).Rewards.data<float>().Sum(each => (double)each * each);
            Shift(-by);
            return value;
        }

        void Shift(double by)
        {
            foreach (var (weight, gradient) in weights.Zip(gradients))
                weight.PlusInPlace(gradient, by);
        }
    }

    [Fact]
    public void Stopped_and_taken_up_it_ends_with_the_same_weights_and_they_come_back_from_their_folder()
    {
        using var folder = new TemporaryFolder();
        var stop = new Draws(Environment.TickCount64, "stop").Between(1, 9);
        Assert.Throws<OperationCanceledException>(() => Train(folder.Path, stop));
        using var resumed = Train(folder.Path, 0);
        using var straight = Train(null, 0);
        Assert.Equal(TinyModel.Bytes(straight.Decoder), TinyModel.Bytes(resumed.Decoder));
        straight.Save(folder["model"]);
        using var loaded = RewardModel.Load(folder["model"]);
        Assert.Equal(TinyModel.Bytes(straight.Decoder), TinyModel.Bytes(loaded.Decoder));
        Assert.Contains("no causal language model", Assert.Throws<InputException>(() => LanguageModel.Load(folder["model"])).Message, StringComparison.Ordinal);
        using var language = TinyModel.Make();
        language.Save(folder["language"]);
        Assert.Contains("no reward model", Assert.Throws<InputException>(() => RewardModel.Load(folder["language"])).Message, StringComparison.Ordinal);
    }

    private static RewardModel Fitted()
    {
        using var language = TinyModel.Make();
        var model = RewardModel.Create(language, trainable: true);
        RewardTraining.Run(model, Pairs, new EpochOrder(24, 8, 1, "x").Batch, new BradleyTerry(), 64, Options(5, null), null, default);
        return model;
    }

    private static PairExample[] Sharing(int tokens) => [.. Enumerable.Range(0, 3).Select(i =>
    {
        int[] beginning = [.. Enumerable.Range(0, tokens).Select(at => 13 + (7 * i + 3 * at) % 20)];
        return new PairExample(TokenExample.Completion(beginning, [40, 41, 12]), TokenExample.Completion(beginning, [50, 43, 44, 45, 12]));
    })];

    private static RewardModel Train(string? folder, int stopAt)
    {
        using var language = TinyModel.Make();
        using var stop = new CancellationTokenSource();
        var model = RewardModel.Create(language, trainable: true);
        RewardTraining.Run(model, Pairs, new EpochOrder(24, 8, 1, "x").Batch, new BradleyTerry(0.01), 64, Options(10, folder), new Reports(report =>
        {
            if (report.Step == stopAt)
                stop.Cancel();
        }), stop.Token);
        return model;
    }

    private static TokenExample Text(int index, int mark)
    {
        var ids = TinyModel.Text(5, index, longest: 12).Ids;
        return TokenExample.Completion(ids[..2], [.. ids[2..].Select(id => id is 40 or 50 ? 41 : id), mark, 12]);
    }

    private static TrainingOptions Options(int steps, string? folder) => new() { Steps = steps, LearningRate = new Schedule(1e-2, 2), CheckpointFolder = folder, CheckpointEvery = 4, ReportEvery = 1 };
}
