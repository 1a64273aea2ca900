using System.CommandLine;
using Plumbline.Alignment;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train grpo</c>: reinforce what a reward likes.</summary>
internal static class TrainGrpoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Grpo, dataRequired: false, epochs: 1, learningRate: 1e-6, batch: 8);
        var reward = new RewardOptions(standardAnswers: 8);
        var beta = Inputs.Fraction("--beta", "Strength of the pull to the model as it was.", 0.02, most: 1000);
        var command = new Command("grpo", """
            Reinforcement learning: answer prompts several times, and make the answers likelier that a reward finds better than the others (GRPO).

            A row has 'prompt', and what else the reward may want to see. The reward is a reward model, a program, or the checker of the Counter.
            """);
        shared.AddTo(command, [.. reward.All, beta]);
        command.Validators.Add(result =>
        {
            if (!shared.IsResumed(result))
                reward.Check(result, shared);
        });
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => reward.Complete(request, parsed) with { Beta = parsed.GetValue(beta) }, cancel));
        return command.WithExamples(
            ("train grpo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "a reward model"),
            ("train grpo --model my-model --data prompts.jsonl --reward-command 'python3 score.py' --steps 200", "a program of your own"),
            ("train grpo --spec examples/counter/counter.spec.yaml --steps 25 --batch 32 --answer-tokens 160 --learning-rate 1e-4", "the bundled model against the Counter's checker"));
    }
}
