using System.CommandLine;
using System.CommandLine.Parsing;
using Plumbline.Alignment;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train grpo</c>: reinforce what a reward likes.</summary>
internal static class TrainGrpoCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Grpo, dataRequired: false, epochs: 1, learningRate: 1e-6, batch: 8);
        var reward = new Option<string?>("--reward") { Description = "A reward model, as 'train reward' writes it.", HelpName = "DIR" };
        var specification = new Option<string?>("--spec") { Description = "The Counter's checker under this specification; it brings its own prompts.", HelpName = "FILE" };
        var program = new Option<string?>("--reward-command") { Description = "A program that reads {\"prompt\", \"answer\", \"reasoning\", \"row\"} as JSON lines and writes a line with a number for each.", HelpName = "CMD" };
        var timeout = Inputs.Number("--reward-timeout", "Seconds that the program may take for a step.", 600);
        var answers = Inputs.Number("--answers", "Answers to each prompt of a step.", 8, least: 2, most: 1024);
        var tokens = Inputs.Number("--answer-tokens", "The most tokens of an answer, reasoning included.", 256);
        var beta = Inputs.Fraction("--beta", "Strength of the pull to the model as it was.", 0.02, most: 1000);
        var command = new Command("grpo", """
            Reinforcement learning: answer prompts several times, and make the answers likelier that a reward finds better than the others (GRPO).

            A row has 'prompt', and what else the reward may want to see. The reward is a reward model, a program, or the checker of the Counter.
            """);
        shared.AddTo(command, reward, specification, program, timeout, answers, tokens, beta);
        command.Validators.Add(result => Check(result, shared, reward, specification, program));
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => request with
        {
            Beta = parsed.GetValue(beta),
            Answers = parsed.GetValue(answers),
            AnswerTokens = parsed.GetValue(tokens),
            Reward = new RewardSource(parsed.GetValue(reward) is { } folder ? Path.GetFullPath(Inputs.ExistingFolder(folder)) : null,
                parsed.GetValue(specification) is { } file ? Path.GetFullPath(Inputs.ExistingFile(file)) : null, parsed.GetValue(program), parsed.GetValue(timeout)),
        }, cancel));
        return command.WithExamples(
            ("train grpo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "a reward model"),
            ("train grpo --model my-model --data prompts.jsonl --reward-command 'python3 score.py' --steps 200", "a program of your own"),
            ("train grpo --spec examples/counter/counter.spec.yaml --steps 25 --batch 32 --answer-tokens 160 --learning-rate 1e-4", "the bundled model against the Counter's checker"));
    }

    private static void Check(CommandResult result, TrainingInputs shared, Option<string?> reward, Option<string?> specification, Option<string?> program)
    {
        if (shared.IsResumed(result))
            return;
        if (new[] { reward, specification, program }.Count(option => result.GetValue(option) is not null) != 1)
            result.AddError("What is an answer worth? Name one of --reward DIR, --reward-command CMD and --spec FILE.");
        if (result.GetValue(specification) is null == !shared.HasData(result))
            result.AddError(result.GetValue(specification) is null ? "Which prompts? Name a file with --data." : "--spec brings its own prompts; leave --data out.");
    }
}
