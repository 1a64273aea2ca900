using System.IO.Hashing;
using System.Text;
using Plumbline.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>The weights of a <see cref="MovingReference"/>, beside those of the policy; they stand in its checkpoints.</summary>
internal sealed class MovedReference : IDisposable
{
    private readonly MovingReference _moving;
    private readonly (string Name, Parameter Policy, Tensor Reference)[] _weights;

    /// <param name="moving">When and how far it moves.</param>
    /// <param name="trained">The weights of the policy that move, as they are at the start.</param>
    public MovedReference(MovingReference moving, IEnumerable<(string Name, Parameter Value)> trained)
    {
        using var off = no_grad();
        _moving = moving;
        _weights = [.. trained.Select(each => (each.Name, each.Value, each.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The weights by name, to be written down and read back into.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State => [.. _weights.Select(each => ("reference." + each.Name, each.Reference))];

    /// <summary>A number that changes with when and how far it moves.</summary>
    public long Fingerprint => unchecked((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(_moving.ToString())));

    /// <summary>Moves it if this step is one before which it moves.</summary>
    /// <param name="step">The step that is about to be made, from 0.</param>
    public void MoveBefore(int step)
    {
        if (step == 0 || step % _moving.Every != 0)
            return;
        using var off = no_grad();
        foreach (var (_, policy, reference) in _weights)
        {
            if (_moving.Mix == 1)
                reference.copy_(policy);
            else
                reference.TimesInPlace(1 - _moving.Mix).PlusInPlace(policy, _moving.Mix);
        }
    }

    /// <summary>Does something while the policy has the weights of the reference.</summary>
    public T With<T>(Func<T> work)
    {
        using var off = no_grad();
        Exchange();
        try
        {
            return work();
        }
        finally
        {
            Exchange();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, reference) in _weights)
            reference.Dispose();
    }

    private void Exchange()
    {
        foreach (var (_, policy, reference) in _weights)
        {
            using var between = policy.detach().clone();
            policy.copy_(reference);
            reference.copy_(between);
        }
    }
}
