using System.CommandLine;
using Plumbline.Alignment;
using Plumbline.Training;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train dpo</c>: make better answers likelier than worse ones.</summary>
internal static class TrainDpoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Dpo, dataRequired: true, epochs: 1, learningRate: 1e-6, batch: 16);
        var objective = new ObjectiveOptions("dpo", "pairs", loss => loss.TakesPairs);
        var every = Inputs.Number("--reference-every", "Steps after which the reference follows the policy (TR-DPO). 0: it stays as the model was.", 0, least: 0);
        var mix = Inputs.Fraction("--reference-mix", "How much of the policy the reference takes then; 1 replaces it.", 0.6, most: 1, zero: false);
        var stages = Inputs.Number("--stages", "Learn the pairs in this many parts, in their order, each against the model that the part before left (sDPO).", 1);
        var command = new Command("dpo", """
            Preference optimisation: make the chosen answers likelier than the rejected ones, against the model as it was.

            A row has 'prompt', 'chosen' and 'rejected', as text or as messages; or 'chosen' and 'rejected' that are whole conversations with the same beginning.
            'margin' says by how much the chosen answer is better (for odpo and rebel), 'weight' how much the row counts.
            """);
        shared.AddTo(command, [.. objective.All, every, mix, stages]);
        command.Validators.Add(result =>
        {
            if (!shared.IsResumed(result))
                objective.Check(result);
        });
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => request with
        {
            Loss = objective.Loss(parsed),
            Settings = objective.Settings(parsed),
            Reference = parsed.GetValue(every) is > 0 and var steps ? new MovingReference(steps, parsed.GetValue(mix)) : null,
            Stages = parsed.GetValue(stages),
        }, cancel));
        return command.WithExamples(
            ("train dpo --model my-model --data pairs.jsonl", "once through the pairs"),
            ("train dpo --model my-model --data pairs.parquet --eval held-out.jsonl --beta 0.05 --label-smoothing 0.1", "noisy labels"),
            ("train dpo --model my-model --data pairs.jsonl --loss simpo --beta 2.5 --gamma 1", "another loss; this one needs no reference"),
            ("train dpo --resume runs/dpo-20260101-090000-seed1", "go on after Ctrl-C"));
    }
}
