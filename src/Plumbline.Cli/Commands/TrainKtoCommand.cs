using System.CommandLine;
using System.Globalization;
using Plumbline.Alignment;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train kto</c>: learn from answers that were judged one by one.</summary>
internal static class TrainKtoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Kto, dataRequired: true, epochs: 1, learningRate: 1e-6, batch: 16);
        var objective = new ObjectiveOptions("kto", "single answers", loss => loss.TakesAnswers);
        var ratings = new Option<double[]>("--ratings")
        {
            Description = "The worst and the best rating of rated rows; what lies between becomes a label between 0 and 1. Without it: 0 1.",
            HelpName = "WORST BEST",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result =>
            {
                double[] numbers = [.. result.Tokens.Select(token => double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)];
                if (numbers is not [var worst, var best] || !double.IsFinite(worst) || !double.IsFinite(best) || worst >= best)
                    result.AddError($"--ratings is '{string.Join(' ', result.Tokens)}'; expected two numbers, the lower one first.");
                return numbers;
            },
        };
        var command = new Command("kto", """
            Learn from answers that were judged one by one: make good ones likelier and bad ones less likely, against the model as it was.

            A row has 'prompt', 'completion' and 'label' (true or false) or 'rating'; rows of 'train dpo' will do too: chosen is good, rejected is bad.
            KTO measures a step against its prompts with each other's answers: a step needs several answers, and the reference reads those as well.
            """);
        shared.AddTo(command, [.. objective.All, ratings]);
        command.Validators.Add(result =>
        {
            if (!shared.IsResumed(result))
                objective.Check(result);
        });
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => request with
        {
            Loss = objective.Loss(parsed),
            Settings = objective.Settings(parsed),
            WorstRating = parsed.GetValue(ratings) is [var worst, _] ? worst : 0,
            BestRating = parsed.GetValue(ratings) is [_, var best] ? best : 1,
        }, cancel));
        return command.WithExamples(
            ("train kto --model my-model --data labelled.jsonl", "once through the answers"),
            ("train kto --model my-model --data labelled.jsonl --loss bco --beta 0.05", "another loss of single answers"),
            ("train kto --model my-model --data rated.jsonl --loss ulma-continuous --ratings 1 5", "ratings instead of labels"),
            ("train kto --resume runs/kto-20260101-090000-seed1", "go on after Ctrl-C"));
    }
}
