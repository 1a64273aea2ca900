using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Training;

namespace Plumbline.Cli.Commands;

/// <summary>The options that all methods of <c>plumbline train</c> share, and the request that they make.</summary>
internal sealed class TrainingInputs
{
    private readonly bool _dataRequired;
    private readonly Option<string?> _model = Inputs.Model("Start from this model folder (Hugging Face layout). Without it: the small model that comes with Plumbline.");
    private readonly Option<string[]> _data = Files("--data", "Files to learn from: JSON lines, Parquet, folders of them, or patterns in quotes.");
    private readonly Option<string[]> _evaluation = Files("--eval", "Files to measure on, before and after.");
    private readonly Option<string?> _shape = new("--shape") { Description = $"What a row says, instead of recognising it by its columns: {string.Join(", ", Enum.GetValues<DataShape>().Select(DataShapes.Name))}.", HelpName = "NAME" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Stop at the first row that cannot be used, instead of skipping and counting it." };
    private readonly Option<string> _tooLong = new("--too-long") { Description = "What happens to examples longer than a row: drop, cut-prompt (at its beginning), refuse.", HelpName = "WHAT", DefaultValueFactory = _ => "drop" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Take plain prompts and answers as they are, without the chat template." };
    private readonly Option<string?> _out = new("--out") { Description = "The folder of this run; the model is written into it, as model/. Without it: runs/METHOD-TIME-seedN.", HelpName = "DIR" };
    private readonly Option<string?> _resume = new("--resume") { Description = "Take up a run that was stopped, from its folder, with all that it was asked.", HelpName = "DIR" };
    private readonly Option<double> _epochs, _learningRate;
    private readonly Option<int> _batch;
    private readonly Option<int> _steps = Inputs.Number("--steps", "Steps in all, instead of --epochs. 0 for as many as the epochs take.", 0, least: 0);
    private readonly Option<double> _warmUp = Inputs.Fraction("--warmup", "Share of the steps in which the learning rate rises.", 0.03, most: 1);
    private readonly Option<string> _schedule = new("--schedule") { Description = "How the learning rate falls: linear, cosine, none.", HelpName = "NAME", DefaultValueFactory = _ => "linear" };
    private readonly Option<int> _rowLength = Inputs.Number("--row-length", "Tokens in a packed row. 0 for as many as the model holds, at most 1024.", 0, least: 0, most: 1 << 20);
    private readonly Option<int> _tokensPerPass = Inputs.Number("--tokens-per-pass", "The most tokens that go through the model at once; bounds the memory.", 8192);
    private readonly Option<int> _checkpointEvery = Inputs.Number("--checkpoint-every", "The most steps between two checkpoints that a killed run goes on from; at most a minute lies between them. grpo, ppo and online-dpo write one after every step.", 200);
    private readonly Option<int> _seed = Inputs.Seed(), _threads = Inputs.Threads();

    public TrainingInputs(FineTuningMethod method, bool dataRequired, double epochs, double learningRate, int batch)
    {
        (Method, _dataRequired) = (method, dataRequired);
        _epochs = Inputs.Fraction("--epochs", "Times that training goes through the data.", epochs, most: 10_000, zero: false);
        _learningRate = Inputs.Fraction("--learning-rate", "Highest learning rate, for example 2e-5.", learningRate, most: 10, zero: false);
        _batch = Inputs.Number("--batch", "Examples in a step.", batch, most: 1 << 20);
        _tooLong.AcceptOnlyFromAmong("drop", "cut-prompt", "refuse");
        _schedule.AcceptOnlyFromAmong("linear", "cosine", "none");
        _shape.AcceptOnlyFromAmong([.. Enum.GetValues<DataShape>().Select(DataShapes.Name)]);
    }

    private readonly Option<int> _rank = Inputs.Number("--lora-rank", "Train a low-rank adapter (LoRA) of this rank instead of all weights; 0 for all weights.", 0, least: 0, most: 1 << 16);
    private readonly Option<double> _alpha = Inputs.Fraction("--lora-alpha", "What the adapter is scaled by, before it is divided by the rank. 0 for twice the rank.", 0, most: 1 << 20);
    private readonly Option<string[]> _targets = new("--lora-targets") { Description = "Modules that the adapter changes, for example q_proj v_proj; without it every matrix of the layers.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double> _dropout = Inputs.Fraction("--lora-dropout", "Share of the adapter's inputs that is left out while training.", 0, most: 0.99);

    public FineTuningMethod Method { get; }

    public Option<bool> Json { get; } = Inputs.Json();

    /// <summary>Adds the options to a command, its own ones before those that all have.</summary>
    public void AddTo(Command command, params IReadOnlyList<Option> own)
    {
        Option[] others = [_model, _data, _evaluation, _shape, _strict, _tooLong, _raw, _out, .. own, _epochs, _steps, _batch, _learningRate, _warmUp, _schedule, _rowLength, _tokensPerPass, _checkpointEvery, .. Lora, _seed, _threads];
        foreach (var option in (Option[])[.. others, _resume, Json])
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (IsResumed(result))
                Inputs.RefuseBesides(result, others);
            else if (_dataRequired && !HasData(result))
                result.AddError("Which data? Name files with --data.");
        });
    }

    public bool IsResumed(CommandResult result) => result.GetResult(_resume) is not null;

    public bool HasData(CommandResult result) => result.GetResult(_data) is { Tokens.Count: > 0 };

    /// <summary>The folder of a run that is to be taken up, or null.</summary>
    public string? Resumed(ParseResult parsed) => parsed.GetValue(_resume) is { } folder ? Inputs.ExistingFolder(folder) : null;

    /// <summary>What was asked for, as far as all methods have it in common.</summary>
    public FineTuningRequest Request(ParseResult parsed, TimeProvider clock) => new()
    {
        Method = Method,
        ModelDirectory = Path.GetFullPath(parsed.GetValue(_model) is { } folder ? Inputs.ExistingFolder(folder) : BundledModel.Find()),
        RunDirectory = parsed.GetValue(_out) ?? Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{Method.Name}-{clock.GetLocalNow():yyyyMMdd-HHmmss}-seed{parsed.GetValue(_seed)}")),
        Data = parsed.GetValue(_data) ?? [],
        Evaluation = parsed.GetValue(_evaluation) ?? [],
        Shape = parsed.GetValue(_shape) is { } name ? DataShapes.Find(name) : null,
        Strict = parsed.GetValue(_strict),
        TooLong = parsed.GetValue(_tooLong) switch { "cut-prompt" => Truncation.CutPrompt, "refuse" => Truncation.Refuse, _ => Truncation.Drop },
        Raw = parsed.GetValue(_raw),
        Epochs = parsed.GetValue(_epochs),
        Steps = parsed.GetValue(_steps) is > 0 and var steps ? steps : null,
        Batch = parsed.GetValue(_batch),
        LearningRate = parsed.GetValue(_learningRate),
        WarmUp = parsed.GetValue(_warmUp),
        Schedule = parsed.GetValue(_schedule) switch { "cosine" => Decay.Cosine, "none" => Decay.None, _ => Decay.Linear },
        RowLength = parsed.GetValue(_rowLength) is > 0 and var length ? length : null,
        TokensPerPass = parsed.GetValue(_tokensPerPass),
        CheckpointEvery = parsed.GetValue(_checkpointEvery),
        Seed = parsed.GetValue(_seed),
        Threads = parsed.GetValue(_threads),
        Adapter = Lora.Length > 0 && parsed.GetValue(_rank) is > 0 and var rank ? new AdapterRequest(rank, parsed.GetValue(_alpha) is > 0 and var alpha ? alpha : 2 * rank, parsed.GetValue(_targets) ?? [], parsed.GetValue(_dropout)) : null,
    };

    /// <summary>A reward model has a head of its own beside the adapter, which the layout of an adapter has no place for here.</summary>
    private Option[] Lora => Method == FineTuningMethod.Reward ? [] : [_rank, _alpha, _targets, _dropout];

    private static Option<string[]> Files(string name, string description) => new(name) { Description = description, HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
}
