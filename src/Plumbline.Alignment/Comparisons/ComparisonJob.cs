using System.Diagnostics;
using System.Globalization;
using Plumbline.Auditing.Reports.Methods;
using Plumbline.Models;
using Plumbline.Runs;
using Plumbline.Statistics;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>Trains methods on the same pairs, seed by seed, and measures them on the same held-out requests. Stopped at any moment, it can be taken up.</summary>
public sealed class ComparisonJob
{
    private const string Start = "start", ReportStage = "report", PageFile = "comparison.html", FigureFile = "front.svg", NumbersFile = "comparison.json";
    private readonly ComparisonRequest? _request;
    private readonly string _folder;

    /// <summary>Begins a comparison.</summary>
    /// <param name="request">Of what.</param>
    /// <exception cref="InputException">A method is not known, or does not learn from pairs.</exception>
    public ComparisonJob(ComparisonRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        (_request, _folder) = (request, request.RunDirectory);
        foreach (var method in MethodsOf(request))
            _ = method.Request(request, PairsFile(1), DemonstrationsFile(1), request.RunDirectory, seed: 1); // a wrong setting is said before anything is made
    }

    private ComparisonJob(string folder) => _folder = folder;

    /// <summary>Takes up a comparison that was stopped.</summary>
    /// <param name="folder">Its run folder.</param>
    public static ComparisonJob Resume(string folder) => new(folder);

    /// <summary>Runs it.</summary>
    /// <param name="progress">Told of every stage.</param>
    /// <param name="cancel">Stops it; what was done is kept.</param>
    /// <exception cref="InputException">The specification, the model or the run folder cannot be used.</exception>
    public async Task<ComparisonOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancel)
    {
        var path = Path.GetFullPath(_folder);
        var specification = _request is null ? null : Specification.Load(_request.SpecificationPath); // before anything is made
        var (run, request) = _request is null ? RunFolder.Open<ComparisonRequest>(_folder, TimeProvider.System)
            : (RunFolder.Create(Path.GetDirectoryName(path) ?? path, Path.GetFileName(path), _request, TimeProvider.System), _request);
        using var open = run;
        if (_request is not null)
            run.WriteText("counter.spec.yaml", await File.ReadAllTextAsync(request.SpecificationPath, cancel).ConfigureAwait(false));
        specification ??= Specification.Load(run.At("counter.spec.yaml"));
        LibTorch.Threads = request.Threads;
        var methods = MethodsOf(request);
        string[] stages = [.. Enumerable.Range(1, request.Seeds).SelectMany(seed => new[] { $"pairs of seed {seed}" }.Concat(methods.Select(method => StageOf(method, seed)))), ReportStage];
        var runner = new StageRunner(run, stages, progress is null ? null : new Overall(progress));
        var policy = new CounterPolicy(specification);
        using var start = LanguageModel.Load(request.ModelDirectory);
        for (var seed = 1; seed <= request.Seeds; seed++)
        {
            var now = new Round(run, request, runner, start, CounterSuite.HeldOut(policy, request.HeldOut, seed), new ProxyReward(seed, request.Noise, request.PayForWords), seed);
            await PairsAsync(now, specification, policy, cancel).ConfigureAwait(false);
            foreach (var method in methods)
                await TrainAsync(now, method, cancel).ConfigureAwait(false);
        }
        await runner.RunAsync(ReportStage, _ => Task.Run(() => Report(run, request, methods), CancellationToken.None), PageFile, FigureFile, NumbersFile).ConfigureAwait(false);
        return new ComparisonOutcome(run.Path, run.At(PageFile), run.At(FigureFile), run.ReadJson<MethodComparison>(NumbersFile), runner.Elapsed);
    }

    private static ComparedMethod[] MethodsOf(ComparisonRequest request)
    {
        ComparedMethod[] methods = [.. request.Methods.Select(ComparedMethod.Find)];
        return methods.GroupBy(method => method.Mark).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new InputException($"method '{twice.First().Label}'", "it is named twice.", "Name each once; settings tell variants apart, as in dpo:beta=0.3.")
            : methods;
    }

    /// <summary>Makes the pairs of a seed, and measures the start on its held-out requests.</summary>
    private static Task PairsAsync(Round now, Specification specification, CounterPolicy policy, CancellationToken cancel) => now.Runner.RunAsync($"pairs of seed {now.Seed}", progress => Task.Run(() =>
    {
        var (pairs, demonstrations) = ComparisonData.Make(now.Start, specification, CounterSuite.Training(policy, now.Request.Prompts, now.Seed), now.Proxy, now.Seed, progress, cancel);
        now.Run.WriteText(PairsFile(now.Seed), pairs);
        now.Run.WriteText(DemonstrationsFile(now.Seed), demonstrations);
        now.Run.WriteJson(MeasureFile(Start, now.Seed), ComparisonMeasure.Of(now.Start, now.Start, now.HeldOut, now.Proxy, now.Seed, null, null, cancel));
    }, CancellationToken.None), PairsFile(now.Seed), DemonstrationsFile(now.Seed), MeasureFile(Start, now.Seed));

    private static Task TrainAsync(Round now, ComparedMethod method, CancellationToken cancel)
    {
        var stage = StageOf(method, now.Seed);
        return now.Runner.RunAsync(stage, async share =>
        {
            var folder = now.Run.At("runs", $"{method.Mark}-seed{now.Seed}");
            PeakMemory.Watch();
            var job = File.Exists(Path.Combine(folder, "run.json")) ? FineTuningJob.Resume(folder, method.Recipe.Method)
                : new FineTuningJob(method.Request(now.Request, now.Run.At(PairsFile(now.Seed)), now.Run.At(DemonstrationsFile(now.Seed)), folder, now.Seed));
            var outcome = await job.RunAsync(new Training(share), cancel).ConfigureAwait(false);
            var peak = PeakMemory.Megabytes();
            await Task.Run(() =>
            {
                using var model = Path.GetFileName(outcome.ModelDirectory) == "adapter" ? LanguageModel.Load(now.Request.ModelDirectory, outcome.ModelDirectory) : LanguageModel.Load(outcome.ModelDirectory);
                now.Run.WriteJson(MeasureFile(method.Mark, now.Seed), ComparisonMeasure.Of(model, now.Start, now.HeldOut, now.Proxy, now.Seed, outcome.Elapsed.TotalSeconds, peak, cancel));
            }, CancellationToken.None).ConfigureAwait(false);
        }, MeasureFile(method.Mark, now.Seed));
    }

    private static void Report(RunFolder run, ComparisonRequest request, ComparedMethod[] methods)
    {
        var start = Measures(Start);
        var comparison = new MethodComparison
        {
            Title = $"{string.Join(", ", request.Methods)} at the Counter",
            Seeds = request.Seeds,
            Rows = [Row(Start, start, start), .. methods.Select(method => Row(method.Label, Measures(method.Mark), start))],
            Settings = Settings(request),
            Command = Command(request),
        };
        run.WriteJson(NumbersFile, comparison);
        run.WriteText(FigureFile, comparison.ToSvg());
        run.WriteText(PageFile, comparison.ToHtml());

        ComparisonMeasure[] Measures(string mark) => [.. Enumerable.Range(1, request.Seeds).Select(seed => run.ReadJson<ComparisonMeasure>(MeasureFile(mark, seed)))];
    }

    private static MethodRow Row(string name, ComparisonMeasure[] measures, ComparisonMeasure[] start)
    {
        return new MethodRow
        {
            Name = name,
            Quality = Over(each => each.Complies),
            TrueReward = Over(each => each.TrueReward),
            ProxyReward = Over(each => each.ProxyReward),
            OverOptimisation = StudentInterval.Of([.. measures.Zip(start, (after, before) => after.ProxyReward - before.ProxyReward - (after.TrueReward - before.TrueReward))]),
            Diversity = Over(each => each.Distinct),
            Divergence = Over(each => each.Divergence),
            Words = measures.Average(each => each.Words),
            Seconds = Median(measures.Select(each => each.Seconds)),
            Megabytes = Median(measures.Select(each => each.Megabytes)),
        };

        Estimate Over(Func<ComparisonMeasure, double> measure) => StudentInterval.Of([.. measures.Select(measure)]);
    }

    private static double? Median(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>().Order()];
        return known.Length == 0 ? null : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
    }

    private static List<KeyValuePair<string, string>> Settings(ComparisonRequest request)
    {
        return
        [
            new("start", Path.GetFileName(Path.TrimEndingDirectorySeparator(request.ModelDirectory))),
            new("specification", Path.GetFileName(request.SpecificationPath)),
            Of("seeds", request.Seeds), Of("steps", request.Steps), Of("pairs in a step", request.Batch), Of("learning rate", request.LearningRate),
            Of("requests to learn from, a seed", request.Prompts), Of("held-out requests, a seed", request.HeldOut), Of("answers to each", ComparisonMeasure.Samples),
            new("pairs", "of two answers with the rules in the prompt and two without, the best over the worst by the proxy"),
            new("proxy", string.Create(CultureInfo.InvariantCulture, $"the checker's reward, noise of standard deviation {request.Noise}, and {request.PayForWords} for a word")),
        ];

        static KeyValuePair<string, string> Of(string name, double value) => new(name, value.ToString("G6", CultureInfo.InvariantCulture));
    }

    private static string Command(ComparisonRequest request) => string.Create(CultureInfo.InvariantCulture,
        $"plumbline compare {string.Join(' ', request.Methods)} --world counter --seeds {request.Seeds} --steps {request.Steps} --batch {request.Batch} --learning-rate {request.LearningRate:R} --prompts {request.Prompts} --held-out {request.HeldOut} --noise {request.Noise:R} --pay-for-words {request.PayForWords:R} --threads {request.Threads}");

    private static string StageOf(ComparedMethod method, int seed) => $"{method.Mark} with seed {seed}";

    private static string PairsFile(int seed) => $"data/pairs-{seed}.jsonl";

    private static string DemonstrationsFile(int seed) => $"data/demonstrations-{seed}.jsonl";

    private static string MeasureFile(string mark, int seed) => $"measures/{mark}-{seed}.json";

    /// <summary>What the stages of a seed have in common.</summary>
    private sealed record Round(RunFolder Run, ComparisonRequest Request, StageRunner Runner, LanguageModel Start, Suite HeldOut, ProxyReward Proxy, int Seed);

    /// <summary>How far a training is, as a share of its stage; measuring is the rest.</summary>
    private sealed class Training(IProgress<double> share) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => share.Report(0.8 * (value.StageIndex + Math.Clamp(value.Fraction, 0, 1)) / value.StageCount);
    }

    /// <summary>Time left of all stages, from those of this sitting.</summary>
    private sealed class Overall(IProgress<JobProgress> inner) : IProgress<JobProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private int? _first;

        public void Report(JobProgress value)
        {
            if (_first is null && value.Fraction < 1)
            {
                _first = value.StageIndex;
                _clock.Restart();
            }
            var done = value.StageIndex - (_first ?? value.StageIndex) + value.Fraction;
            inner.Report(value with { TimeLeft = done > 0.1 && _first is not null ? _clock.Elapsed / done * (value.StageCount - (_first ?? 0) - done) : null });
        }
    }
}
