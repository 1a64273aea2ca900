using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Reinforcement learning on prompts of files, or of the Counter, with a reward of one's choice.</summary>
internal class ReinforcementTask : FineTuningTask
{
    private const int AnswersAtOnce = 64;
    private readonly IAnswerScorer _scorer;
    private readonly GroupPolicyGradient _objective;
    private readonly LanguageModel? _reference;
    private IReadOnlyList<PromptExample> _prompts = [];
    private ExampleFile<PromptExample>? _data, _evaluation;

    public ReinforcementTask(FineTuningRequest request, LanguageModel model)
        : base(request, model)
    {
        _objective = new GroupPolicyGradient(Beta: request.Beta);
        if (request.AnswerTokens >= RowLength)
            throw new InputException("--answer-tokens", $"an answer of {request.AnswerTokens} tokens leaves no room for a prompt in a row of {RowLength}.", "Lower it, or train with longer rows.");
        _reference = model.Decoder.Adapter is null ? model.Clone() : null; // with its adapter off, the policy is its own reference
        _scorer = request.Reward switch
        {
            { ModelDirectory: { } folder } => new RewardModelScorer(folder),
            { SpecificationPath: { } path } => new CounterScorer(path, Math.Max(1, request.Batch * (request.Steps ?? 100)), request.Seed),
            { Command: { } command, SecondsPerStep: var seconds } => new CommandScorer(command, TimeSpan.FromSeconds(seconds)),
            _ => throw new InputException("--reward", "it is not said what an answer is worth.", "Name a reward model, a specification of the Counter (--spec), or a program (--reward-command)."),
        };
    }

    public override IReadOnlyList<DataShape> Shapes => [DataShape.Prompt];

    public override int Examples => _prompts.Count;

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective);

    public override (string Folder, Decoder Decoder)? Judge => _scorer is RewardModelScorer { Decoder: var decoder } ? (Request.Reward!.ModelDirectory!, decoder) : null;

    public override Task<int> ReadAsync(DataFiles files, string path, DataLedger ledger, CancellationToken cancel)
    {
        var maker = Maker;
        return ExampleFile.WriteAsync(path, ExampleFormats.Prompts,
            files.ReadAsync(ledger, row => maker.Ask((PromptRow)row, Request.AnswerTokens, ledger) is { } prompt ? [prompt] : (PromptExample[])[], cancel), cancel);
    }

    public override void Open(string? data, string? evaluation)
    {
        if (data is not null)
            _data = new ExampleFile<PromptExample>(data, ExampleFormats.Prompts);
        if (evaluation is not null)
            _evaluation = new ExampleFile<PromptExample>(evaluation, ExampleFormats.Prompts);
        _prompts = _data ?? (_scorer as CounterScorer)?.Prompts(Model.Template) ?? throw new InputException("--data", "there are no prompts.", "Name a file with a column 'prompt'.");
    }

    /// <summary>The mean reward of one answer to each prompt, sampled at temperature 1.</summary>
    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel)
    {
        var rewards = new List<double>();
        foreach (var part in Enumerable.Range(0, _evaluation!.Count).Chunk(AnswersAtOnce))
        {
            PromptExample[] prompts = [.. part.Select(index => _evaluation[index])];
            var sampling = Generation with { Temperature = 1, Seed = new Draws(Request.Seed, "train.grpo.eval", part[0]).NextBits() };
            var written = new BatchGenerator(Model).Generate([.. prompts.Select(prompt => prompt.Ids)], sampling, cancel);
            rewards.AddRange(_scorer.Score([.. prompts.Zip(written, (prompt, answer) => new AnswerToScore(prompt, Model.Template.Parse(answer.Tokens)))], cancel));
        }
        return new Dictionary<string, double> { ["reward"] = rewards.Average() };
    }

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        PolicyGradientTraining.Run(Model.Decoder, Start, Rollouts(cancel), _objective, RowLength, options with { CheckpointEvery = 1, ReportEvery = 1 }, progress, cancel);

    public override void Dispose()
    {
        _scorer.Dispose();
        _reference?.Dispose();
        _data?.Dispose();
        _evaluation?.Dispose();
    }

    /// <summary>The policy as it was before any training: a frozen copy, or the policy itself where only its adapter is trained.</summary>
    protected Decoder Start => _reference?.Decoder ?? Model.Decoder;

    /// <summary>Answers of the policy as it is to the prompts of a step, with what they are worth.</summary>
    protected Func<int, IReadOnlyList<ScoredGroup>> Rollouts(CancellationToken cancel)
    {
        var rollout = new Rollout(Model, Request.Seed, Request.Answers, Generation);
        var batches = Batches("train.grpo");
        return step =>
        {
            PromptExample[] prompts = [.. batches(step).Select(index => _prompts[index])];
            return rollout.Sample(step, [.. prompts.Select(prompt => prompt.Ids)], answers => _scorer.Score([.. answers.Select(each => new AnswerToScore(prompts[each.Prompt], Model.Template.Parse(each.Answer.Tokens)))], cancel), cancel);
        };
    }

    private GenerationOptions Generation => new() { MaxNewTokens = Request.AnswerTokens, BatchSize = AnswersAtOnce };
}
