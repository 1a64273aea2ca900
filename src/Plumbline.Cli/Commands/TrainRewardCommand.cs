using System.CommandLine;
using Plumbline.Alignment;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train reward</c>: fit a reward model.</summary>
internal static class TrainRewardCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Reward, dataRequired: true, epochs: 1, learningRate: 1e-5, batch: 16);
        var centring = Inputs.Fraction("--centring", "How strongly rewards are drawn to a mean of 0.", 0.01, most: 1000);
        var command = new Command("reward", """
            Fit a reward model to comparisons: one number for an answer, higher for chosen than for rejected ones (Bradley and Terry).

            Rows are those of 'train dpo'; a column 'margin' says by how much the chosen answer should win. The model is written as Hugging Face's
            …ForSequenceClassification with one label, and 'train grpo --reward' takes it.
            """);
        shared.AddTo(command, centring);
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => request with { Centring = parsed.GetValue(centring) }, cancel));
        return command.WithExamples(
            ("train reward --model my-model --data pairs.jsonl --eval held-out.jsonl", "how often it agrees with held-out comparisons"),
            ("train reward --resume runs/reward-20260101-090000-seed1", "go on after Ctrl-C"));
    }
}
