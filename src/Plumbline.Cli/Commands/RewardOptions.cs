using System.CommandLine;
using System.CommandLine.Parsing;
using Plumbline.Alignment;

namespace Plumbline.Cli.Commands;

/// <summary>Who says what answers of the model's own are worth, and how many it writes.</summary>
internal sealed class RewardOptions(int standardAnswers)
{
    private readonly Option<string?> _reward = new("--reward", "--reward-model") { Description = "A reward model, as 'train reward' writes it.", HelpName = "DIR" };
    private readonly Option<string?> _specification = new("--spec") { Description = "The Counter's checker under this specification; it brings its own prompts.", HelpName = "FILE" };
    private readonly Option<string?> _program = new("--reward-command") { Description = "A program that reads {\"prompt\", \"answer\", \"reasoning\", \"row\"} as JSON lines and writes a line with a number for each.", HelpName = "CMD" };
    private readonly Option<int> _timeout = Inputs.Number("--reward-timeout", "Seconds that the program may take for a step.", 600);
    private readonly Option<int> _answers = Inputs.Number("--answers", "Answers to each prompt of a step.", standardAnswers, least: 2, most: 1024);
    private readonly Option<int> _tokens = Inputs.Number("--answer-tokens", "The most tokens of an answer, reasoning included.", 256);

    /// <summary>The options, in the order of help.</summary>
    public IReadOnlyList<Option> All => [_reward, _specification, _program, _timeout, _answers, _tokens];

    /// <summary>Refuses none or several rewards, and prompts beside those that a reward brings.</summary>
    public void Check(CommandResult result, TrainingInputs shared)
    {
        if (new[] { _reward, _specification, _program }.Count(option => result.GetValue(option) is not null) != 1)
            result.AddError("What is an answer worth? Name one of --reward DIR, --reward-command CMD and --spec FILE.");
        if (result.GetValue(_specification) is null == !shared.HasData(result))
            result.AddError(result.GetValue(_specification) is null ? "Which prompts? Name a file with --data." : "--spec brings its own prompts; leave --data out.");
    }

    /// <summary>Puts them into a request.</summary>
    public FineTuningRequest Complete(FineTuningRequest request, ParseResult parsed) => request with
    {
        Answers = parsed.GetValue(_answers),
        AnswerTokens = parsed.GetValue(_tokens),
        Reward = new RewardSource(parsed.GetValue(_reward) is { } folder ? Path.GetFullPath(Inputs.ExistingFolder(folder)) : null,
            parsed.GetValue(_specification) is { } file ? Path.GetFullPath(Inputs.ExistingFile(file)) : null, parsed.GetValue(_program), parsed.GetValue(_timeout)),
    };
}
