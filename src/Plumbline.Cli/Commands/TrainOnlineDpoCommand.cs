using System.CommandLine;
using Plumbline.Alignment;
using Plumbline.Training;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train online-dpo</c>: prefer what a reward likes among answers of the model's own.</summary>
internal static class TrainOnlineDpoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.OnlineDpo, dataRequired: false, epochs: 1, learningRate: 1e-6, batch: 8);
        var reward = new RewardInputs(4, leastAnswers: 2);
        var objective = new ObjectiveOptions("dpo", "pairs", loss => loss.TakesPairs);
        var labels = new Option<string>("--labels") { Description = $"How answers become pairs: {string.Join(", ", OnlineRequest.Labellers)}. The last takes a price for each token off the reward, so that chosen answers are as long as rejected ones.", HelpName = "NAME", DefaultValueFactory = _ => "best-worst" };
        labels.AcceptOnlyFromAmong([.. OnlineRequest.Labellers]);
        var threshold = Inputs.Fraction("--threshold", "The reward that a good answer has at least (for --labels threshold).", 0.5, most: 1e9);
        var anchor = new Option<string>("--anchor") { Description = "What the model is held to: start (as it was), behaviour (as it wrote the answers), round, earlier (as it was when this round, or the one before, began), or several with weights: behaviour=0.67,start=0.33.", HelpName = "WHEN", DefaultValueFactory = _ => "start" };
        var perRound = Inputs.Number("--round-steps", "Steps of a round, for the anchors round and earlier.", 1);
        var pairEpochs = Inputs.Number("--pair-epochs", "Times that the pairs of a step are gone through.", 1);
        var perUpdate = Inputs.Number("--pairs-per-update", "Pairs of an update. 0: all pairs of a step make one.", 0, least: 0);
        var command = new Command("online-dpo", """
            Preference optimisation on the model's own answers: answer prompts several times, let a reward say which answers are better, and learn these pairs with any loss.

            A row has 'prompt', and what else the reward may want to see. The reward is a reward model, a program, or the checker of the Counter.
            With --anchor start it is OAIF, with behaviour BPO; with --loss ipo and a mixture of moments it is the step of ONPO, INPO and MNPO.
            """);
        shared.AddTo(command, [.. reward.All, .. objective.All, labels, threshold, anchor, perRound, pairEpochs, perUpdate]);
        command.Validators.Add(result =>
        {
            if (shared.IsResumed(result))
                return;
            reward.Check(result, shared);
            objective.Check(result);
            try
            {
                _ = AnchorMixture.Parse(result.GetResult(anchor) is { Tokens: [var named] } ? named.Value : "start", "--anchor");
            }
            catch (InputException problem)
            {
                result.AddError(problem.Message);
            }
        });
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => reward.AddTo(request, parsed) with
        {
            Loss = objective.Loss(parsed),
            Settings = objective.Settings(parsed),
            Online = new OnlineRequest
            {
                Labels = parsed.GetRequiredValue(labels),
                Threshold = parsed.GetValue(threshold),
                Anchor = parsed.GetRequiredValue(anchor),
                StepsPerRound = parsed.GetValue(perRound),
                Epochs = parsed.GetValue(pairEpochs),
                PairsPerUpdate = parsed.GetValue(perUpdate) is > 0 and var pairs ? pairs : null,
            },
        }, cancel));
        return command.WithExamples(
            ("train online-dpo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "best of four against worst of four, held to the model as it was"),
            ("train online-dpo --model my-model --data prompts.jsonl --reward-command 'python3 score.py' --answers 2 --anchor behaviour", "held to the model that wrote the answers (BPO)"),
            ("train online-dpo --spec examples/counter/counter.spec.yaml --steps 25 --batch 32 --answer-tokens 160 --learning-rate 1e-4 --loss ipo --anchor behaviour=0.67,start=0.33", "the bundled model against the Counter's checker, held to two moments"));
    }
}
