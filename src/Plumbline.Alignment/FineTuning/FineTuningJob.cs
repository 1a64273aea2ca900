using System.Globalization;
using Plumbline.Models;
using Plumbline.Runs;
using Plumbline.Training;
using Plumbline.Training.Distributed;

namespace Plumbline.Alignment;

/// <summary>Trains a model on data of one's own. Stopped at any moment it can be taken up, and ends with the weights of one that was never stopped.</summary>
/// <remarks>
/// Rows are read once and written into the run folder as tokens; training takes them from there, in an order of its own in each epoch. So data may be larger
/// than memory, and a run does not depend on files that change.
/// Under <c>mpirun</c> rank 0 has the run folder, reads, measures and writes; the others hear from it what to train and where the examples lie.
/// </remarks>
public sealed class FineTuningJob
{
    private const string ReadStage = "read data", MeasureStage = "measure before", TrainStage = "training", AfterStage = "measure after", WriteStage = "write model";
    private const string TrainFile = "data/train.examples", EvaluationFile = "data/eval.examples", OutcomeFile = "outcome.json";
    private readonly FineTuningRequest? _request;
    private readonly string _folder;
    private readonly FineTuningMethod? _method;
    private readonly string? _goOn;

    /// <summary>Begins a run.</summary>
    /// <param name="request">What to train on what, and how.</param>
    /// <param name="goOn">The command line that takes the run up: a rank of an <c>mpirun</c> says it where it ends all.</param>
    public FineTuningJob(FineTuningRequest request, string? goOn = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        (_request, _folder, _goOn) = (request, request.RunDirectory, goOn);
    }

    private FineTuningJob(string folder, FineTuningMethod method, string? goOn) => (_folder, _method, _goOn) = (folder, method, goOn);

    /// <summary>Takes up a run that was stopped.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="method">What kind of training it was; another kind is refused.</param>
    /// <param name="goOn">The command line that takes it up.</param>
    public static FineTuningJob Resume(string folder, FineTuningMethod method, string? goOn = null) => new(folder, method, goOn);

    /// <summary>Takes part in the run of rank 0, on the other ranks of an <c>mpirun</c>: what to train is heard from there.</summary>
    /// <param name="method">What kind of training it is.</param>
    public static FineTuningJob Join(FineTuningMethod method) => new("", method, null);

    /// <summary>Runs it.</summary>
    /// <param name="progress">Told of every stage.</param>
    /// <param name="cancel">Stops it; what was done is kept.</param>
    /// <exception cref="InputException">The data, the model or the run folder cannot be used.</exception>
    public async Task<FineTuningOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancel)
    {
        var group = ProcessGroup.Current;
        return group.IsFirst ? await LeadAsync(group, progress, cancel).ConfigureAwait(false) : await FollowAsync(group, cancel).ConfigureAwait(false);
    }

    private async Task<FineTuningOutcome> LeadAsync(ProcessGroup group, IProgress<JobProgress>? progress, CancellationToken cancel)
    {
        using var alone = new FirstRankAlone(group);
        var (run, request) = Begin();
        using var open = run;
        if (!run.IsComplete("write-model"))
            return await MakeAsync(group, alone, run, request, progress, cancel).ConfigureAwait(false);
        alone.Tell(new FineTuningTurn(null, run.Path, null));
        using var last = new FirstRankAlone(group);
        return Finish(last, run);
    }

    /// <summary>The part of the other ranks: the same training on the same examples; nothing is written.</summary>
    private static async Task<FineTuningOutcome> FollowAsync(ProcessGroup group, CancellationToken cancel)
    {
        var turn = FirstRankAlone.Hear<FineTuningTurn>(group);
        if (turn.Request is { } request)
            await TrainTogetherAsync(group, turn.GoOn, () => Task.Run(() => Train(request), CancellationToken.None)).ConfigureAwait(false);
        return FirstRankAlone.Hear<FineTuningOutcome>(group);

        void Train(FineTuningRequest request)
        {
            LibTorch.Threads = request.Threads;
            using var model = LanguageModel.Load(request.ModelDirectory);
            using var adapter = Attach(request, model);
            using var task = FineTuningTask.For(request, model);
            task.Open(request.Data.Count > 0 ? Path.Combine(turn.Folder, TrainFile) : null, null);
            task.Train(Options(turn.Folder, request, task) with { GoOn = turn.GoOn }, new Progress<TrainingProgress>(), cancel);
        }
    }

    /// <summary>A rank that fails here would leave the others waiting for it: all end.</summary>
    private static async Task TrainTogetherAsync(ProcessGroup group, string? goOn, Func<Task> train)
    {
        try
        {
            await train().ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            group.End(problem, goOn);
            throw;
        }
    }

    private static FineTuningOutcome Finish(FirstRankAlone alone, RunFolder run)
    {
        Remove(run.At("checkpoint"));
        Remove(run.At("data"));
        var outcome = run.ReadJson<FineTuningOutcome>(OutcomeFile);
        alone.Tell(outcome);
        return outcome;
    }

    private async Task<FineTuningOutcome> MakeAsync(ProcessGroup group, FirstRankAlone alone, RunFolder run, FineTuningRequest request, IProgress<JobProgress>? progress, CancellationToken cancel)
    {
        LibTorch.Threads = request.Threads;
        using var model = LanguageModel.Load(request.ModelDirectory);
        using var adapter = Attach(request, model);
        using var task = FineTuningTask.For(request, model);
        var start = WeightHashes.Of(model.Decoder);
        StartOf(request, task, start).Keep(run);
        var stages = new StageRunner(run, StagesOf(request), progress);
        await ReadAsync(run, request, task, stages, progress, cancel).ConfigureAwait(false);
        var measured = request.Evaluation.Count > 0;
        task.Open(request.Data.Count > 0 ? run.At(TrainFile) : null, measured ? run.At(EvaluationFile) : null);
        if (measured)
        {
            task.Anchor(cancel);
            await stages.RunAsync(MeasureStage, _ => Keep("before"), "measures/before.json").ConfigureAwait(false);
        }

        var options = Options(run.Path, request, task) with { GoOn = _goOn, Start = request.Method == FineTuningMethod.Reward ? null : start }; // a reward model has a head besides
        alone.Tell(new FineTuningTurn(request, Path.GetFullPath(run.Path), _goOn));
        await TrainTogetherAsync(group, _goOn, () => stages.TrainAsync(TrainStage, relay => task.Train(options, relay, cancel))).ConfigureAwait(false);
        using var last = new FirstRankAlone(group);
        if (measured)
            await stages.RunAsync(AfterStage, _ => Keep("after"), "measures/after.json").ConfigureAwait(false);
        await stages.RunAsync(WriteStage, _ => Task.Run(() =>
        {
            var outcome = Outcome(run, request, options.Steps, stages.Elapsed);
            Save(task, outcome.ModelDirectory);
            run.WriteText($"{Folder(request)}/README.md", FineTuningCard.Write(request, outcome, options.Recipe!));
            run.WriteJson(OutcomeFile, outcome);
        }, CancellationToken.None), OutcomeFile).ConfigureAwait(false);
        return Finish(last, run);

        Task Keep(string when) => Task.Run(() => run.WriteJson($"measures/{when}.json", task.Measure(cancel)), CancellationToken.None);
    }

    private static void Save(FineTuningTask task, string folder)
    {
        try
        {
            task.Save(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, $"the model cannot be written: {problem.Message}", "Make room on the disk, and take the run up: what was trained is kept.", problem);
        }
    }

    private (RunFolder Run, FineTuningRequest Request) Begin()
    {
        if (_request is null)
            return Reopen();
        foreach (var files in new[] { _request.Data, _request.Evaluation })
            _ = new DataFiles(files, [DataShape.Text]); // before anything is made: are they there?
        _ = DecoderConfigFile.Load(Path.Combine(_request.ModelDirectory, DecoderConfigFile.Name));
        var path = Path.GetFullPath(_folder);
        var run = RunFolder.Create(Path.GetDirectoryName(path) ?? path, Path.GetFileName(path), _request, TimeProvider.System);
        if (_request.Recipe is { } recipe)
            run.WriteText("recipe.yaml", recipe);
        return (run, _request);
    }

    private (RunFolder Run, FineTuningRequest Request) Reopen()
    {
        var (run, request) = RunFolder.Open<FineTuningRequest>(_folder, TimeProvider.System);
        if (request.Method == _method)
            return (run, request);
        run.Dispose();
        throw new InputException(_folder, $"this run is 'train {request.Method.Name}', not 'train {_method?.Name}'.", "Take it up with the command that began it.");
    }

    private static async Task ReadAsync(RunFolder run, FineTuningRequest request, FineTuningTask task, StageRunner stages, IProgress<JobProgress>? progress, CancellationToken cancel)
    {
        var parts = new[] { (Name: "train", Files: request.Data, Path: TrainFile), (Name: "eval", Files: request.Evaluation, Path: EvaluationFile) }.Where(part => part.Files.Count > 0).ToArray();
        await stages.RunAsync(ReadStage, async _ =>
        {
            Directory.CreateDirectory(run.At("data"));
            foreach (var (name, files, path) in parts)
            {
                var ledger = new DataLedger(rows => progress?.Report(new JobProgress(ReadStage, 0, StagesOf(request).Length, 0, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows of {name} data"))));
                var read = new DataFiles(files, request.Shape is { } shape ? Named(shape, task) : task.Shapes, request.Strict);
                var examples = await task.ReadAsync(read, run.At(path), ledger, cancel).ConfigureAwait(false);
                if (examples == 0)
                    throw new InputException(files[0], $"of {ledger.Read} rows no example is left: {string.Join(", ", ledger.Notes.Select(each => $"{each.Value} {each.Key}"))}.", "Train with longer rows (--row-length), let prompts be cut (--too-long cut-prompt), or name other data.");
                run.WriteJson($"measures/{name}-data.json", new ReadData(ledger.Read, ledger.Skipped, examples, ledger.Notes, [.. ledger.Problems.Select(problem => problem.Message)]));
            }
        }, [.. parts.SelectMany(part => new[] { part.Path, part.Path + ExampleFile.IndexSuffix, $"measures/{part.Name}-data.json" })]).ConfigureAwait(false);
    }

    private static StartingPoint StartOf(FineTuningRequest request, FineTuningTask task, WeightHashes start) => StartingPoint.Of(
        [(request.ModelDirectory, start), .. task.Judge is { } judge ? [(judge.Folder, WeightHashes.Of(judge.Decoder))] : ((string, WeightHashes)[])[]],
        request.Reward?.SpecificationPath is { } specification ? [specification] : []);

    private static string[] StagesOf(FineTuningRequest request) => request.Evaluation.Count > 0 ? [ReadStage, MeasureStage, TrainStage, AfterStage, WriteStage] : [ReadStage, TrainStage, WriteStage];

    private static string Folder(FineTuningRequest request) => request.Adapter is null ? "model" : "adapter";

    private static LowRankAdapter? Attach(FineTuningRequest request, LanguageModel model)
    {
        if (request.Adapter is not { } asked)
            return null;
        var config = new LowRankAdapterConfig(asked.Rank, asked.Alpha, BaseModel: request.ModelDirectory) { Dropout = asked.Dropout };
        var adapter = LowRankAdapter.Create(asked.Targets.Count > 0 ? config with { TargetModules = [.. asked.Targets] } : config, model.Decoder, (ulong)request.Seed);
        model.Decoder.Attach(adapter);
        return adapter;
    }

    private static DataShape[] Named(DataShape shape, FineTuningTask task) => task.Shapes.Contains(shape) ? [shape]
        : throw new InputException("--shape", $"rows of the shape '{DataShapes.Name(shape)}' will not do here.", $"Expected {string.Join(" or ", task.Shapes.Select(DataShapes.Name))}.");

    private static TrainingOptions Options(string folder, FineTuningRequest request, FineTuningTask task)
    {
        var perEpoch = (task.Examples + request.Batch - 1) / request.Batch;
        var steps = request.Steps ?? (int)Math.Clamp(Math.Ceiling(request.Epochs * perEpoch), 1, int.MaxValue);
        return new TrainingOptions
        {
            Steps = steps,
            LearningRate = new Schedule(request.LearningRate, (int)Math.Ceiling(request.WarmUp * steps), request.Schedule),
            Optimiser = new AdamWOptions { WeightDecay = 0.01 },
            TokensPerPass = request.TokensPerPass,
            CheckpointFolder = Path.Combine(folder, "checkpoint"),
            CheckpointEvery = request.CheckpointEvery,
            CheckpointAfter = TimeSpan.FromMinutes(1),
            ReportEvery = 5,
            Recipe = Recipe(request, task),
        };
    }

    /// <summary>All that decides the weights: a checkpoint of another recipe is not taken up.</summary>
    private static Recipe Recipe(FineTuningRequest request, FineTuningTask task) => new(
        task.Trained,
        new RecipeChoice(request.Data.Count > 0 ? "files" : "counter", request.Data.Count > 0 ? "rows of data files" : "requests at the Counter")
        {
            Settings = new Dictionary<string, string>
            {
                ["examples"] = task.Examples.ToString(CultureInfo.InvariantCulture),
                ["batch"] = request.Batch.ToString(CultureInfo.InvariantCulture),
                ["seed"] = request.Seed.ToString(CultureInfo.InvariantCulture),
                ["stages"] = request.Stages.ToString(CultureInfo.InvariantCulture),
                ["rowLength"] = request.RowLength?.ToString(CultureInfo.InvariantCulture) ?? "as the model holds",
            },
            Brings = ["prompt"],
        },
        new RecipeChoice(request.Reinforces ? "reward" : "file", request.Reinforces ? "what answers of its own are worth" : "what the rows say")
        {
            Settings = !request.Reinforces ? [] : new Dictionary<string, string>
            {
                ["answers"] = request.Answers.ToString(CultureInfo.InvariantCulture),
                ["tokens"] = request.AnswerTokens.ToString(CultureInfo.InvariantCulture),
                ["pairs"] = request.Method != FineTuningMethod.OnlineDpo ? "none"
                    : string.Create(CultureInfo.InvariantCulture, $"{request.Online.Labels}{(request.Online.Labels == "threshold" ? $" {request.Online.Threshold}" : "")}, {request.Online.Epochs} times, {request.Online.PairsPerUpdate?.ToString(CultureInfo.InvariantCulture) ?? "all"} in an update"),
            },
            Brings = request.Method switch { FineTuningMethod.Sft => ["weight"], FineTuningMethod.Grpo or FineTuningMethod.Ppo => ["reward"], FineTuningMethod.Kto => ["label"], _ => ["chosen", "rejected"] },
        },
        task.Algorithm);

    private static FineTuningOutcome Outcome(RunFolder run, FineTuningRequest request, int steps, TimeSpan elapsed) => new()
    {
        RunDirectory = run.Path,
        ModelDirectory = run.At(Folder(request)),
        Steps = steps,
        Data = request.Data.Count > 0 ? run.ReadJson<ReadData>("measures/train-data.json") : null,
        EvaluationData = request.Evaluation.Count > 0 ? run.ReadJson<ReadData>("measures/eval-data.json") : null,
        Before = request.Evaluation.Count > 0 ? run.ReadJson<Dictionary<string, double>>("measures/before.json") : new Dictionary<string, double>(),
        After = request.Evaluation.Count > 0 ? run.ReadJson<Dictionary<string, double>>("measures/after.json") : new Dictionary<string, double>(),
        LastLoss = run.Events("step").Select(step => (double?)step.Details.GetProperty("loss").GetDouble()).LastOrDefault(),
        Elapsed = elapsed,
    };

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
