using Plumbline.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019) and clipping by global norm, whose whole state can be written down and taken up again.</summary>
/// <remarks>Matrices decay, vectors do not.</remarks>
internal sealed class AdamW : IDisposable
{
    private readonly (string Name, Parameter Weight, Tensor First, Tensor Second)[] _states;
    private readonly AdamWOptions _options;
    private readonly bool _keepsGradients;

    /// <param name="trained">What to train, by name, in the order in which it is visited.</param>
    /// <param name="options">Settings.</param>
    /// <param name="keepsGradients">Whether gradients stay where they are from step to step: few small ones that come and go among large activations leave holes that nothing else fits.</param>
    public AdamW(IEnumerable<(string Name, Parameter Weight)> trained, AdamWOptions options, bool keepsGradients = false)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _keepsGradients = keepsGradients;
        _states = [.. trained.Select(each => (each.Name, each.Weight, zeros_like(each.Weight).DetachFromDisposeScope(), zeros_like(each.Weight).DetachFromDisposeScope()))];
        ClearGradients(); // what an earlier training that was stopped may have left
    }

    /// <summary>Steps made so far; set when a state is taken up.</summary>
    public int Step { get; set; }

    /// <summary>Makes one step along the gradients and clears them.</summary>
    /// <param name="learningRate">Of this step.</param>
    /// <returns>The global norm of the gradient before clipping, a tensor of no dimensions.</returns>
    public Tensor Update(double learningRate)
    {
        using var off = no_grad();
        Step++;
        var moved = _states.Where(state => state.Weight.grad is not null).Select(state => (Weight: (Tensor)state.Weight, Gradient: state.Weight.grad!, state.First, state.Second)).ToArray();
        var kernel = moved.All(each => AdamKernel.Reads(each.Weight) && AdamKernel.Reads(each.Gradient)) ? new AdamKernel(moved) : null;
        var norm = Math.Sqrt(kernel?.SquaredSum() ?? moved.Sum(each => each.Gradient.Squared().sum().to(ScalarType.Float64).cpu().item<double>()));
        var move = new AdamMove(_options, Math.Min(1, _options.ClipNorm / (norm + 1e-6)), learningRate, Step);
        kernel?.Apply(move);
        foreach (var (weight, gradient, first, second) in moved)
        {
            if (kernel is null)
                Apply(weight.dim() > 1 ? move : move with { Keep = 1 }, weight, gradient, first, second);
            gradient.Dispose();
        }

        ClearGradients();
        return tensor((float)norm);
    }

    /// <summary>The next backward pass makes them anew, which is cheaper than to fill them with zeros and add to those; or finds the same ones, empty.</summary>
    private void ClearGradients()
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, weight, _, _) in _states)
        {
            if (!_keepsGradients)
                weight.grad = null;
            else if (weight.grad is { } gradient)
                gradient.zero_();
            else
                weight.grad = zeros_like(weight);
        }
    }

    /// <summary>Where weights are not float32 in memory of this machine.</summary>
    private static void Apply(AdamMove move, Tensor weight, Tensor gradient, Tensor first, Tensor second)
    {
        using var clipped = gradient.Times(move.Scale);
        first.TimesInPlace(move.Beta1).PlusInPlace(clipped, 1 - move.Beta1);
        second.TimesInPlace(move.Beta2).PlusProductInPlace(clipped, clipped, 1 - move.Beta2);
        weight.TimesInPlace(move.Keep);
        using var root = second.sqrt().TimesInPlace(move.RootScale).PlusInPlace(move.Epsilon);
        weight.PlusQuotientInPlace(first, root, -move.Rate);
    }

    /// <summary>What it moves, by name.</summary>
    public IEnumerable<(string Name, Tensor Weight)> Trained => _states.Select(state => (state.Name, (Tensor)state.Weight));

    /// <summary>Its moments by name, to be written down and read back into.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _states.SelectMany(state => new[] { ("first." + state.Name, state.First), ("second." + state.Name, state.Second) });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, weight, _, _) in _states)
            weight.grad = null;
        foreach (var (_, _, first, second) in _states)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
