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
