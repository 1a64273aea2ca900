using System.CommandLine;
using Plumbline.Alignment;
using Plumbline.Training.Objectives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train dpo</c>: make better answers likelier than worse ones.</summary>
internal static class TrainDpoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Dpo, dataRequired: true, epochs: 1, learningRate: 1e-6, batch: 16);
        var beta = Inputs.Fraction("--beta", "Strength of the pull to the model as it was; smaller moves it further.", 0.1, most: 1000, zero: false);
        var smoothing = Inputs.Fraction("--label-smoothing", "How often a label is believed to be wrong, below 0.5.", 0, most: 0.499);
        var loss = new Option<string>("--loss") { Description = $"The loss of a pair: {string.Join(", ", PairObjectives.Names)}.", HelpName = "NAME", DefaultValueFactory = _ => "dpo" };
        loss.AcceptOnlyFromAmong([.. PairObjectives.Names]);
        var command = new Command("dpo", """
            Preference optimisation: make the chosen answers likelier than the rejected ones, against the model as it was.

            A row has 'prompt', 'chosen' and 'rejected', as text or as messages; or 'chosen' and 'rejected' that are whole conversations with the same beginning.
            """);
        shared.AddTo(command, beta, smoothing, loss);
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed,
            request => request with { Beta = parsed.GetValue(beta), LabelSmoothing = parsed.GetValue(smoothing), Loss = parsed.GetRequiredValue(loss) }, cancel));
        return command.WithExamples(
            ("train dpo --model my-model --data pairs.jsonl", "once through the pairs"),
            ("train dpo --model my-model --data pairs.parquet --eval held-out.jsonl --beta 0.05 --label-smoothing 0.1", "noisy labels"),
            ("train dpo --resume runs/dpo-20260101-090000-seed1", "go on after Ctrl-C"));
    }
}
