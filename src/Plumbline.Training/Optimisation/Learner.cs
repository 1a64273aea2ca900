using Plumbline.Models;
using Plumbline.Training.Distributed;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>A model in training: its open weights, its optimiser, and what adds up its gradients over all ranks.</summary>
internal sealed class Learner : IDisposable
{
    private readonly Decoder _decoder;
    private readonly IDisposable _open;
    private readonly GradientReduction? _reduction;

    public Learner(Decoder decoder, ParameterGroup trained, AdamWOptions options, ProcessGroup group)
    {
        _decoder = decoder;
        _open = trained.Open(decoder);
        Optimiser = new AdamW(trained.In(decoder), options, keepsGradients: !trained.HoldsWeights);
        _reduction = group.Size > 1 ? new GradientReduction(decoder, Optimiser.Trained, group) : null;
    }

    public AdamW Optimiser { get; }

    /// <summary>All of its weights, trained or not.</summary>
    public IEnumerable<Tensor> Weights => _decoder.parameters().Concat(Optimiser.Trained.Select(each => each.Weight));

    /// <summary>Computes a pass, and moves the weights if it ends an update.</summary>
    /// <returns>The global norm of the gradient, if they were moved.</returns>
    public Tensor? Make(StepPass pass, double rate, StepMeter meter)
    {
        _reduction?.BeginPass(pass.EndsUpdate);
        if (pass.Compute?.Invoke() is { } work)
        {
            using (var value = pass.Share == 1 ? work.Loss.Value.alias() : work.Loss.Value.Times(pass.Share))
            using (TrainingActivities.Start("backward"))
            {
                value.backward();
                work.Scores.Backward();
            }
            meter.Add(work.Loss, pass.Share, pass.OfCompanion);
        }
        if (!pass.EndsUpdate)
            return null;
        _reduction?.Complete();
        return Optimiser.Update(rate);
    }

    public void Dispose()
    {
        _reduction?.Dispose();
        Optimiser.Dispose();
        _open.Dispose();
    }
}
