using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Models;
using Plumbline.Training.Distributed;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Adds up what the passes of a step came to, as tensors, until someone asks.</summary>
/// <param name="known">Statistics of the step that are numbers already.</param>
internal sealed class StepMeter(IReadOnlyDictionary<string, double>? known)
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly Dictionary<string, Tensor> _sums = [];
    private Tensor? _loss, _norm;
    private int _updates;

    /// <summary>Counts a pass; called in its dispose scope.</summary>
    public void Add(ObjectiveLoss loss, double share)
    {
        using var off = no_grad();
        _loss = Sum(_loss, loss.Value, share);
        foreach (var (name, value) in loss.Statistics)
            _sums[name] = Sum(_sums.GetValueOrDefault(name), value, share);
    }

    /// <summary>Counts an update; called in the dispose scope of its last pass.</summary>
    /// <param name="norm">Global norm of its gradient.</param>
    public void EndUpdate(Tensor norm)
    {
        _norm = norm.MoveToOuterDisposeScope();
        _updates++;
    }

    /// <summary>The means over the updates of the step, over all ranks.</summary>
    /// <param name="group">The ranks; each must ask.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="made">Steps made.</param>
    /// <param name="steps">Steps in all.</param>
    public TrainingProgress Describe(ProcessGroup group, double rate, int made, int steps)
    {
        RefuseDivergence(made - 1);
        var statistics = new Dictionary<string, double>(known ?? new Dictionary<string, double>()) { ["gradientNorm"] = Number(_norm), ["learningRate"] = rate };
        var (loss, updates) = (0.0, Math.Max(1, _updates)); // a step that found nothing to learn makes none
        foreach (var said in group.Gather(JsonSerializer.SerializeToUtf8Bytes(new Part(Number(_loss), _sums.ToDictionary(each => each.Key, each => Number(each.Value))), Json)))
        {
            var part = JsonSerializer.Deserialize<Part>(said, Json)!;
            loss += part.Loss / updates;
            foreach (var (name, sum) in part.Sums)
                statistics[name] = statistics.GetValueOrDefault(name) + sum / updates;
        }
        return new TrainingProgress(made, steps, loss, 0, TimeSpan.Zero, statistics);
    }

    /// <summary>Weights that are no numbers make every later loss one that is none: asked before weights are kept or reported, it is never too late.</summary>
    /// <exception cref="InputException">Loss or gradient is infinite or not a number.</exception>
    public void RefuseDivergence(int step)
    {
        if (!double.IsFinite(Number(_loss)) || !double.IsFinite(Number(_norm)))
            throw new InputException($"training, step {step}", "the loss is no longer a number: training has diverged.", "Lower the learning rate or lengthen the warm-up; the last checkpoint is from before.");
    }

    private static double Number(Tensor? value) => value is null ? 0 : value.to(ScalarType.Float64).item<double>();

    private static Tensor Sum(Tensor? sum, Tensor value, double share)
    {
        using var part = value.detach().Times(share);
        using (sum)
            return (sum is null ? part.alias() : sum.Plus(part)).MoveToOuterDisposeScope();
    }

    /// <summary>What a rank's passes came to.</summary>
    private sealed record Part(double Loss, Dictionary<string, double> Sums);
}
