using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Models;
using Plumbline.Statistics;
using Plumbline.Worlds.Counter;

namespace Plumbline.Reproductions;

/// <summary>Trains copies of the bundled model on different feedback and audits them on the same held-out requests.</summary>
internal sealed class CounterExperiment : IDisposable
{
    private const int Epochs = 4;
    private const double LearningRate = 1e-3;

    private readonly LanguageModel _start;

    /// <summary>Opens the bundled model, for as many threads on any machine: the last bit of a weight depends on them.</summary>
    public CounterExperiment()
    {
        LibTorch.Threads = 2;
        _start = LanguageModel.Load(BundledModel.Find());
    }

    /// <summary>Answers of the base model with the rules in its prompt, those that the checker finds wholly right; without the rules.</summary>
    public async Task<IReadOnlyList<Demonstration>> DemonstrateAsync(CounterPolicy policy, int prompts, int seed, CancellationToken cancel) =>
        (await new SpecificationFeedback(_start, policy.Specification, seed).DemonstrateAsync(CounterSuite.Training(policy, prompts, seed), 2, null, cancel).ConfigureAwait(false)).Kept;

    /// <summary>Answers of the base model, right or wrong.</summary>
    public Task<IReadOnlyList<Demonstration>> AnswerAsync(CounterPolicy policy, int prompts, int seed, bool withRules, CancellationToken cancel) =>
        new SpecificationFeedback(_start, policy.Specification, seed).DrawUnfilteredAsync(CounterSuite.Training(policy, prompts, seed), withRules, cancel);

    /// <summary>Fine-tunes a copy of the base model.</summary>
    /// <param name="demonstrations">On what.</param>
    /// <param name="steps">Optimiser steps: the same for arms that are compared, or null for four times through the data.</param>
    /// <param name="seed">Of the order of the data.</param>
    /// <param name="cancel">Stops after a step.</param>
    public LanguageModel Train(IReadOnlyList<Demonstration> demonstrations, int? steps, int seed, CancellationToken cancel)
    {
        var model = _start.Clone(trainable: true);
        var epochs = steps is { } wanted ? Math.Max(1, (int)Math.Round(wanted / Math.Ceiling(demonstrations.Count / (double)InstructionTraining.DemonstrationsPerStep))) : Epochs;
        new InstructionTraining(model, seed).Supervise(demonstrations, epochs, LearningRate, null, null, cancel);
        return model;
    }

    /// <summary>Audits a model with no rules in its prompt.</summary>
    public static async Task<SubjectAudit> AuditAsync(LanguageModel model, Suite suite, int seed, CancellationToken cancel)
    {
        using var client = new LocalChatClient(model);
        return await new Auditor(seed).AuditAsync(suite, new Subject("trained", "no rules in the prompt", client, new ChatOptions { Temperature = AlignmentJob.AuditTemperature }), null, cancel).ConfigureAwait(false);
    }

    /// <summary>Trains and audits.</summary>
    public async Task<SubjectAudit> TryAsync(IReadOnlyList<Demonstration> demonstrations, Suite suite, int? steps, int seed, CancellationToken cancel)
    {
        using var model = Train(demonstrations, steps, seed, cancel);
        return await AuditAsync(model, suite, seed, cancel).ConfigureAwait(false);
    }

    /// <summary>One measure of one arm less that of another, seed by seed: does the difference keep to its side of zero?</summary>
    public static MeasuredClaim Difference(string claim, IReadOnlyList<SubjectAudit> arm, IReadOnlyList<SubjectAudit> other, string measure, bool higher, IReadOnlyList<int> seeds, double seconds)
    {
        var estimate = StudentInterval.Of([.. arm.Zip(other, (one, another) => Value(one, measure) - Value(another, measure))]);
        return new MeasuredClaim
        {
            Claim = claim,
            Measured = estimate.Value,
            Low = estimate.Low,
            High = estimate.High,
            Holds = higher ? Decision.AtLeast(estimate.Low, estimate.High, 0) : Decision.AtMost(estimate.Low, estimate.High, 0),
            Seeds = seeds,
            Seconds = seconds,
        };
    }

    /// <summary>The value of a measure.</summary>
    public static double Value(SubjectAudit audit, string measure) => audit[measure]!.Estimate.Value;

    /// <inheritdoc/>
    public void Dispose() => _start.Dispose();
}
