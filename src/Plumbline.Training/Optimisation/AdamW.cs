using Plumbline.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019) and clipping by global norm, whose whole state can be written down and taken up again.</summary>
/// <remarks>Matrices decay, vectors do not.</remarks>
internal sealed class AdamW : IDisposable
{
    private readonly (string Name, Parameter Weight, Tensor First, Tensor Second)[] _states;
    private readonly AdamWOptions _options;

    /// <param name="trained">What to train, by name, in the order in which it is visited.</param>
    /// <param name="options">Settings.</param>
    public AdamW(IEnumerable<(string Name, Parameter Weight)> trained, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _states = [.. trained.Select(each => (each.Name, each.Weight, zeros_like(each.Weight).DetachFromDisposeScope(), zeros_like(each.Weight).DetachFromDisposeScope()))];
        foreach (var (_, weight, _, _) in _states)
            weight.grad?.zero_(); // what an earlier training that was stopped may have left
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
        var gradients = _states.Select(state => state.Weight.grad ?? zeros_like(state.Weight)).ToArray();
        var norm = stack(gradients.Select(gradient => gradient.Squared().sum()).ToArray()).sum().sqrt();
        var scale = norm.Plus(1e-6).reciprocal().Times(_options.ClipNorm).Within(most: 1);
        var (correctFirst, correctSecond) = (1 - Math.Pow(_options.Beta1, Step), 1 - Math.Pow(_options.Beta2, Step));
        foreach (var ((_, weight, first, second), gradient) in _states.Zip(gradients))
        {
            using var clipped = gradient * scale;
            first.TimesInPlace(_options.Beta1).PlusInPlace(clipped, 1 - _options.Beta1);
            second.TimesInPlace(_options.Beta2).PlusProductInPlace(clipped, clipped, 1 - _options.Beta2);
            if (weight.dim() > 1)
                weight.TimesInPlace(1 - learningRate * _options.WeightDecay);
            using var root = second.Over(correctSecond).sqrt_().PlusInPlace(_options.Epsilon);
            weight.PlusQuotientInPlace(first, root, -learningRate / correctFirst);
            weight.grad?.zero_();
        }

        return norm;
    }

    /// <summary>What it moves, by name.</summary>
    public IEnumerable<(string Name, Tensor Weight)> Trained => _states.Select(state => (state.Name, (Tensor)state.Weight));

    /// <summary>Its moments by name, to be written down and read back into.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _states.SelectMany(state => new[] { ("first." + state.Name, state.First), ("second." + state.Name, state.Second) });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, first, second) in _states)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
