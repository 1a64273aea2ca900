using System.CommandLine;
using Plumbline.Alignment;
using Plumbline.Training.Objectives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train grpo</c>: reinforce what a reward likes.</summary>
internal static class TrainGrpoCommand
{
    private const int Answers = 8;

    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Grpo, dataRequired: false, epochs: 1, learningRate: 1e-6, batch: 8);
        var reward = new RewardInputs(Answers, leastAnswers: 2);
        var beta = Inputs.Fraction("--beta", "Strength of the pull to the model as it was.", 0.02, most: 1000);
        var estimate = Choice("--kl", "How the distance from the model as it was is estimated: k1, k2, k3 (Schulman).", "k3", GroupChoices.Estimates.Keys);
        var place = Choice("--kl-in", "Where it counts: in the loss, or taken from the reward of an answer (with k1: RLOO).", "loss", GroupChoices.Places.Keys);
        var baseline = Choice("--baseline", "What an answer is held against: the mean of its group, or of the others in it (RLOO).", "mean", GroupChoices.Baselines.Keys);
        var scale = Choice("--scale-by-deviation", "What advantages are divided by: the deviation of the group's rewards over n (population) or n - 1 (sample), or nothing (RLOO, Dr. GRPO).", "population", GroupChoices.Scales.Keys);
        var offset = Inputs.Fraction("--scale-offset", "Added to that deviation, for example 1e-4.", 0, most: 1000);
        var loss = Choice("--loss-type", "What the loss is a mean of: tokens of the batch (dapo), tokens of each answer and then answers (grpo), or tokens over --answer-tokens (dr-grpo).", "dapo", GroupChoices.LossTypes.Keys);
        var level = Choice("--importance-sampling-level", "Whether every token has a ratio of its own, or an answer has one (sequence: GSPO).", "token", GroupChoices.Levels.Keys);
        var clip = Inputs.Fraction("--epsilon", "How far the ratio may go from 1.", 0.2, most: 0.99, zero: false);
        var above = Inputs.Fraction("--epsilon-high", "How far it may go above 1, for example 0.28 (DAPO). 0 for as far as below.", 0, most: 1000);
        var updates = Inputs.Number("--updates", "How often a step goes through its answers.", 1, most: 1000);
        var command = new Command("grpo", """
            Reinforcement learning: answer prompts several times, and make the answers likelier that a reward finds better than the others (GRPO).

            A row has 'prompt', and what else the reward may want to see. The reward is a reward model, a program, or the checker of the Counter.
            RLOO, Dr. GRPO, DAPO and GSPO are settings of the same loss: see docs/training.md.
            """);
        shared.AddTo(command, [.. reward.All, beta, estimate, place, baseline, scale, offset, loss, level, clip, above, updates]);
        command.Validators.Add(result => reward.Check(result, shared));
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => reward.AddTo(request, parsed) is var asked ? asked with
        {
            Beta = parsed.GetValue(beta),
            Updates = parsed.GetValue(updates),
            Group = new GroupPolicyGradient(parsed.GetValue(clip), parsed.GetValue(beta))
            {
                ClipAbove = parsed.GetValue(above) is > 0 and var high ? high : null,
                Baseline = GroupChoices.Baselines[parsed.GetRequiredValue(baseline)],
                Scale = GroupChoices.Scales[parsed.GetRequiredValue(scale)],
                ScaleOffset = parsed.GetValue(offset),
                Mean = GroupChoices.LossTypes[parsed.GetRequiredValue(loss)],
                Length = asked.AnswerTokens,
                SequenceRatio = GroupChoices.Levels[parsed.GetRequiredValue(level)],
                Estimate = GroupChoices.Estimates[parsed.GetRequiredValue(estimate)],
                DivergenceInReward = GroupChoices.Places[parsed.GetRequiredValue(place)],
            },
        } : request, cancel));
        return command.WithExamples(
            ("train grpo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "a reward model"),
            ("train grpo --model my-model --data prompts.jsonl --reward-command 'python3 score.py' --steps 200", "a program of your own"),
            ("train grpo --model my-model --data prompts.jsonl --reward-command ./score --baseline leave-one-out --scale-by-deviation none --kl k1 --kl-in reward", "RLOO"),
            ("train grpo --spec examples/counter/counter.spec.yaml --steps 25 --batch 32 --answer-tokens 160 --learning-rate 1e-4", "the bundled model against the Counter's checker"));
    }

    private static Option<string> Choice(string name, string description, string standard, IEnumerable<string> values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "NAME", DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }
}
