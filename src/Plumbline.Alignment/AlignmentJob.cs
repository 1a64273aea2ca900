using System.Diagnostics;
using Microsoft.Extensions.AI;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;
using Plumbline.Deliberation;
using Plumbline.Models;
using Plumbline.Runs;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>The main job: reads a specification, audits, instructs, audits again, and writes the evidence. Stopped at any moment, it can be taken up.</summary>
/// <param name="options">What to align and to what.</param>
public sealed class AlignmentJob(AlignmentOptions options)
{
    /// <summary>All arms answer with the same sampling.</summary>
    public const float AuditTemperature = 0.7f;

    private static readonly string[] TrainingStages = ["audit base", "audit deliberate", "make feedback", "supervised fine-tuning", "compare answers", "preference optimisation", "reinforcement learning", "audit trained", "report"];
    private static readonly string[] DeliberationStages = ["audit base", "audit deliberate", "report"];

    /// <summary>Runs it.</summary>
    /// <param name="progress">Told of every stage.</param>
    /// <param name="cancellationToken">Stops it; what was done is kept.</param>
    /// <exception cref="InputException">The specification, the model or the run folder cannot be used.</exception>
    public async Task<AlignmentOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        if (options is { Resume: false, Endpoint: { } endpoint })
            (await EndpointClient.OpenAsync(endpoint, options.EndpointModel, cancellationToken).ConfigureAwait(false)).Dispose(); // before anything is made
        var (run, request) = Begin();
        using var open = run;
        var specification = Specification.Parse(await File.ReadAllTextAsync(run.At("specification.spec.yaml"), cancellationToken).ConfigureAwait(false), request.SpecificationPath);
        var policy = new CounterPolicy(specification);
        var stages = new StageRunner(run, request.Endpoint is null ? TrainingStages : DeliberationStages, progress);
        var suite = CounterSuite.HeldOut(policy, request.Budget.AuditItems, request.Seed);
        var arms = request.Endpoint is null
            ? await TrainAsync(run, request, policy, suite, stages, cancellationToken).ConfigureAwait(false)
            : await DeliberateAsync(run, request, specification, suite, stages, cancellationToken).ConfigureAwait(false);
        var report = ReportWriter.Make(run, request, specification, arms);
        await stages.RunAsync("report", async _ => await report.WriteAsync(run.Path, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return new AlignmentOutcome(run.Path, request.Endpoint is null ? run.At("model") : null, run.At("report.html"), report.Summary, stages.Elapsed);
    }

    private (RunFolder Run, AlignmentOptions Request) Begin()
    {
        if (options.Resume)
        {
            var id = options.RunId ?? throw new InputException("--resume", "it is not said which run to take up.", "Name its folder, for example --resume runs/counter-1.");
            var (run, request) = RunFolder.Open<AlignmentOptions>(Path.Combine(options.RunsDirectory, id), TimeProvider.System);
            return (run, request);
        }

        var text = Specification.Load(options.SpecificationPath);
        _ = new CounterPolicy(text);
        if (options.Endpoint is null && options.ModelDirectory is null)
            _ = BundledModel.Find();
        var name = Path.GetFileName(options.SpecificationPath).Split('.')[0];
        var created = RunFolder.Create(options.RunsDirectory, options.RunId ?? $"{name}-{TimeProvider.System.GetLocalNow():yyyyMMdd-HHmmss}-seed{options.Seed}", options, TimeProvider.System);
        created.WriteText("specification.spec.yaml", File.ReadAllText(options.SpecificationPath));
        return (created, options);
    }

    private static async Task<IReadOnlyList<Arm>> DeliberateAsync(RunFolder run, AlignmentOptions request, Specification specification, Suite suite, StageRunner stages, CancellationToken cancel)
    {
        using var client = await EndpointClient.OpenAsync(request.Endpoint!, request.EndpointModel, cancel).ConfigureAwait(false);
        return
        [
            await AuditAsync(run, request, Arm.Base, "As it is", $"The model '{request.EndpointModel}' behind {request.Endpoint}, asked without the rules.", client, suite, stages, cancel).ConfigureAwait(false),
            await AuditAsync(run, request, Arm.Deliberate, "Rules in the prompt, reflection", "The same model; the rules are in its prompt, and it looks its answer over before it gives it.", Deliberating(client, specification), suite, stages, cancel).ConfigureAwait(false),
        ];
    }

    private static async Task<IReadOnlyList<Arm>> TrainAsync(RunFolder run, AlignmentOptions request, CounterPolicy policy, Suite suite, StageRunner stages, CancellationToken cancel)
    {
        LibTorch.Threads = request.Threads;
        var budget = request.Budget;
        var specification = policy.Specification;
        using var start = LanguageModel.Load(request.ModelDirectory ?? BundledModel.Find());
        using var startClient = new LocalChatClient(start);
        var before = await AuditAsync(run, request, Arm.Base, "Base model, no rules in the prompt", $"The weights in {request.ModelDirectory ?? BundledModel.RelativePath}, asked without the rules.", startClient, suite, stages, cancel).ConfigureAwait(false);
        var deliberate = await AuditAsync(run, request, Arm.Deliberate, "Base model, rules in the prompt, reflection", "The same weights; the rules are in the prompt, and the model looks its answer over before it gives it.", Deliberating(startClient, specification), suite, stages, cancel).ConfigureAwait(false);

        var teacher = new SpecificationFeedback(start, specification, request.Seed);
        await stages.RunAsync("make feedback", async progress =>
        {
            var (kept, drawn) = await teacher.DemonstrateAsync(CounterSuite.Training(policy, budget.FeedbackPrompts, request.Seed), budget.SamplesPerPrompt, progress, cancel).ConfigureAwait(false);
            if (kept.Count == 0)
                throw new InputException(request.ModelDirectory ?? BundledModel.RelativePath, $"none of {drawn} answers given with the rules in the prompt was right, so there is nothing to learn from.",
                    "Use a model that can follow rules in its prompt; 'plumbline audit SPEC --model DIR --deliberate' measures it.");
            run.WriteText("feedback/demonstrations.jsonl", FeedbackFile.Write(kept));
            run.Append("feedback", "make feedback", new { Drawn = drawn, Kept = kept.Count });
        }).ConfigureAwait(false);

        using var model = start.Clone(trainable: true);
        var training = new InstructionTraining(model, request.Seed);
        await stages.TrainAsync("supervised fine-tuning", model, (checkpoints, progress) =>
            training.Supervise(FeedbackFile.ReadDemonstrations(run.At("feedback", "demonstrations.jsonl")), budget.SupervisedEpochs, budget.SupervisedLearningRate, checkpoints, progress, cancel)).ConfigureAwait(false);

        await stages.RunAsync("compare answers", async progress =>
        {
            var student = new SpecificationFeedback(model, specification, request.Seed + 1);
            var pairs = await student.CompareAsync(CounterSuite.Training(policy, budget.PreferencePrompts, request.Seed + 1), budget.AnswersPerPreference, teacher, progress, cancel).ConfigureAwait(false);
            run.WriteText("feedback/preferences.jsonl", FeedbackFile.Write(pairs));
            run.Append("feedback", "compare answers", new { Pairs = pairs.Count });
        }).ConfigureAwait(false);
        await stages.TrainAsync("preference optimisation", model, (checkpoints, progress) =>
        {
            var pairs = FeedbackFile.ReadPreferences(run.At("feedback", "preferences.jsonl"));
            if (pairs.Count > 0)
                training.Prefer(pairs, new DirectPreferenceOptimization(0.1), budget.PreferenceEpochs, budget.PreferenceLearningRate, checkpoints, progress, cancel);
        }).ConfigureAwait(false);
        await stages.TrainAsync("reinforcement learning", model, (checkpoints, progress) =>
            training.Reinforce(CounterSuite.Training(policy, budget.PolicySteps * budget.PolicyPrompts, request.Seed + 2), CounterReward.Of, new GroupPolicyGradient(),
                budget.PolicySteps, budget.PolicyPrompts, budget.AnswersPerPolicyPrompt, budget.PolicyLearningRate, checkpoints, progress, cancel)).ConfigureAwait(false);

        model.Save(run.At("model"));
        using var trainedClient = new LocalChatClient(model);
        var trained = await AuditAsync(run, request, Arm.Trained, "Aligned model, no rules in the prompt", "The weights that this run made, in its folder model, asked without the rules.", trainedClient, suite, stages, cancel).ConfigureAwait(false);
        return [before, deliberate, trained];
    }

    private static IChatClient Deliberating(IChatClient client, Specification specification) =>
        client.AsBuilder().UseReflection(specification).UseSpecification(specification).Build();

    private static async Task<Arm> AuditAsync(RunFolder run, AlignmentOptions request, string arm, string title, string description, IChatClient client, Suite suite, StageRunner stages, CancellationToken cancel)
    {
        SubjectAudit? audit = null;
        await stages.AlwaysAsync($"audit {arm}", async progress =>
        {
            var subject = new Subject(arm, description, client, new ChatOptions { Temperature = AuditTemperature });
            Directory.CreateDirectory(run.At("audits"));
            audit = await new Auditor(request.Seed).AuditAsync(suite, subject, run.At("audits", $"{arm}.jsonl"), new AuditRelay(progress), cancel).ConfigureAwait(false);
            if (request.Endpoint is { } endpoint)
                EndpointClient.RequireAnswers(audit, endpoint);
        }).ConfigureAwait(false);
        return new Arm(arm, title, audit!);
    }

    private sealed class AuditRelay(IProgress<double> progress) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => progress.Report(value.Done / (double)value.Total);
    }
}
