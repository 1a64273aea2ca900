using System.CommandLine;
using Plumbline.Alignment;
using Plumbline.Training.Objectives;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train ppo</c>: reinforce what a reward likes, token by token, with a critic.</summary>
internal static class TrainPpoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var standard = new ProximalPolicyOptimization();
        var shared = new TrainingInputs(FineTuningMethod.Ppo, dataRequired: false, epochs: 1, learningRate: 1e-6, batch: 32);
        var reward = new RewardInputs(1, leastAnswers: 1);
        var critic = new Option<string?>("--critic") { Description = "A reward model that the critic starts from. Without it: the model of --reward if it reads the policy's tokens, or else the policy.", HelpName = "DIR" };
        var criticRate = Inputs.Fraction("--critic-learning-rate", "Highest learning rate of the critic.", 5e-6, most: 10, zero: false);
        var warmUp = Inputs.Number("--critic-warmup", "Steps at the start in which only the critic learns.", 0, least: 0);
        var beta = Inputs.Fraction("--beta", "What a nat away from the model as it was costs at each token.", standard.DivergencePrice, most: 1000);
        var discount = Inputs.Fraction("--gamma", "How much what comes later counts.", standard.Discount, most: 1);
        var trace = Inputs.Fraction("--lambda", "How far rewards are believed rather than the critic.", standard.Trace, most: 1);
        var clipRatio = Inputs.Fraction("--clip-ratio", "How far the ratio of a token may go from 1. 0: no clip.", standard.ClipRatio ?? 0, most: 1000);
        var clipValues = Inputs.Fraction("--clip-values", "How far the critic's values may move from what they were. 0: no clip.", standard.ClipValues ?? 0, most: 1e6);
        var clipScores = Inputs.Fraction("--clip-scores", "How far the score of an answer, centred and scaled, may be from 0. 0: no clip.", standard.ClipScores ?? 0, most: 1e6);
        var clipAdvantages = Inputs.Fraction("--clip-advantages", "How far an advantage may be from 0. 0: no clip.", standard.ClipAdvantages ?? 0, most: 1e6);
        var clipGradients = Inputs.Fraction("--clip-gradients", "Largest global norm of a gradient, of policy and critic each. 0: no clip.", standard.ClipGradients ?? 0, most: 1e6);
        var centre = Flag("--no-centre-scores", "Do not take the mean of all scores so far from a score.");
        var scale = Flag("--no-scale-scores", "Do not divide a score by the deviation of all scores so far.");
        var whiten = Flag("--no-whiten-advantages", "Do not bring the advantages of a step to mean 0 and deviation 1.");
        var updates = Inputs.Number("--updates", "How often a step goes through its answers.", standard.Updates, most: 1000);
        var minibatches = Inputs.Number("--minibatches", "In how many updates a step goes through its answers once.", standard.Minibatches, most: 1 << 16);
        var command = new Command("ppo", """
            Reinforcement learning with a critic: make tokens likelier that turn out better than the critic expected (PPO), with the stabilisers of PPO-max, each with a switch.

            A row has 'prompt', and what else the reward may want to see. The reward is a reward model, a program, or the checker of the Counter.
            """);
        shared.AddTo(command, [.. reward.All, critic, criticRate, warmUp, beta, discount, trace, clipRatio, clipValues, clipScores, clipAdvantages, clipGradients, centre, scale, whiten, updates, minibatches]);
        command.Validators.Add(result => reward.Check(result, shared));
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => reward.AddTo(request, parsed) with
        {
            Critic = new CriticRequest(parsed.GetValue(critic) is { } folder ? Path.GetFullPath(Inputs.ExistingFolder(folder)) : null, parsed.GetValue(criticRate)),
            Proximal = new ProximalPolicyOptimization
            {
                CriticWarmUp = parsed.GetValue(warmUp),
                DivergencePrice = parsed.GetValue(beta),
                Discount = parsed.GetValue(discount),
                Trace = parsed.GetValue(trace),
                ClipRatio = Clip(parsed.GetValue(clipRatio)),
                ClipValues = Clip(parsed.GetValue(clipValues)),
                ClipScores = Clip(parsed.GetValue(clipScores)),
                ClipAdvantages = Clip(parsed.GetValue(clipAdvantages)),
                ClipGradients = Clip(parsed.GetValue(clipGradients)),
                CentreScores = !parsed.GetValue(centre),
                ScaleScores = !parsed.GetValue(scale),
                WhitenAdvantages = !parsed.GetValue(whiten),
                Updates = parsed.GetValue(updates),
                Minibatches = parsed.GetValue(minibatches),
            },
        }, cancel));
        return command.WithExamples(
            ("train ppo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "a reward model, from which the critic starts as well"),
            ("train ppo --model my-model --data prompts.jsonl --reward-command ./score --no-whiten-advantages --clip-values 0", "some stabilisers off"),
            ("train ppo --spec examples/counter/counter.spec.yaml --steps 25 --batch 128 --answer-tokens 160 --learning-rate 1e-4 --critic-learning-rate 3e-4", "the bundled model against the Counter's checker"));
    }

    private static double? Clip(double value) => value > 0 ? value : null;

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
