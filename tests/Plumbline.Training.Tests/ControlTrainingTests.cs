using Plumbline.Models;

namespace Plumbline.Training.Tests;

public sealed class ControlTrainingTests
{
    [Fact]
    public void Controls_stand_before_the_prompt_and_are_not_predicted()
    {
        using var model = TinyModel.Make();
        using var controls = AnswerControls.Create(model.Decoder, ["good", "bad"], tokensEach: 2, seed: 1);
        var first = model.Decoder.Config.VocabularySize;
        Assert.Equal([first, first + 1], controls["good"]);
        Assert.Equal([first + 2, first + 3], controls["bad"]);
        var asked = controls.Ask("bad", TokenExample.Completion([20, 21], [30]));
        Assert.Equal([first + 2, first + 3, 20, 21, 30], asked.Ids);
        Assert.Equal([0, 0, 0, 0, 1], asked.Weights);
        Assert.Equal([0, 0, 0, 1], controls.Ask("bad", TokenExample.Whole([20, 21])).Weights); // what was first stays unpredicted
        Assert.Contains("good, bad", Assert.Throws<ArgumentException>(() => controls["best"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_stage_leaves_the_weights_and_the_second_moves_both()
    {
        using var model = TinyModel.Make();
        using var controls = AnswerControls.Create(model.Decoder, ["good", "bad"], tokensEach: 2, seed: 1);
        model.Decoder.Attach(controls.Tokens);
        TokenExample[] texts = [controls.Ask("good", TokenExample.Completion([20], [30, 31])), controls.Ask("bad", TokenExample.Completion([20], [40, 41]))];
        var (weights, rows) = (TinyModel.Bytes(model.Decoder), Rows(controls));
        List<int> asked = [];
        Run(first: 3, second: 0);
        Assert.Equal(weights, TinyModel.Bytes(model.Decoder));
        Assert.NotEqual(rows, Rows(controls));
        rows = Rows(controls);
        Run(first: 0, second: 2);
        Assert.NotEqual(weights, TinyModel.Bytes(model.Decoder));
        Assert.NotEqual(rows, Rows(controls));
        asked.Clear();
        Run(first: 2, second: 3);
        Assert.Equal([0, 1, 2, 3, 4], asked); // the data goes on where the first stage left off

        void Run(int first, int second) => ControlTraining.Run(model.Decoder, step =>
        {
            asked.Add(step);
            return texts;
        }, 16, Options(first), Options(second), null, default);
    }

    [Fact]
    public void Saved_and_read_controls_ask_with_the_same_tokens()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using var controls = AnswerControls.Create(model.Decoder, ["good: very", "bad"], tokensEach: 3, seed: 1);
        controls.Tokens.Save(folder.Path);
        using var read = AnswerControls.Of(ControlTokens.Load(folder.Path));
        Assert.Equal(["good: very", "bad"], read.Qualities);
        Assert.All(read.Qualities, quality => Assert.Equal(controls[quality], read[quality]));
        using var other = ControlTokens.Create(model.Decoder, ["<|good|>"], 1);
        Assert.Contains("<|good|>", Assert.Throws<InputException>(() => AnswerControls.Of(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_controls_and_one_folder_for_both_stages_are_refused()
    {
        using var model = TinyModel.Make();
        Assert.Throws<ArgumentException>(() => ControlTraining.Run(model.Decoder, _ => [TinyModel.Text(1, 1)], 64, Options(1), Options(1), null, default));
        using var controls = AnswerControls.Create(model.Decoder, ["good"], tokensEach: 1, seed: 1);
        model.Decoder.Attach(controls.Tokens);
        var shared = Options(1) with { CheckpointFolder = "checkpoints" };
        Assert.Throws<ArgumentException>(() => ControlTraining.Run(model.Decoder, _ => [TinyModel.Text(1, 1)], 64, shared, shared, null, default));
    }

    private static byte[] Rows(AnswerControls controls) => controls.Tokens.Parameters.Single().Value.bytes.ToArray();

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(1e-2) };
}
