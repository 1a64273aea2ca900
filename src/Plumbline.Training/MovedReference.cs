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
    private readonly (string Name, Parameter Policy, Tensor[] References)[] _weights; // the latest first
    private readonly Tensor _moved = zeros(1, ScalarType.Int64).DetachFromDisposeScope(); // [1]: the step before which it moved last

    /// <param name="moving">When and how far it moves.</param>
    /// <param name="trained">The weights of the policy that move, as they are at the start.</param>
    /// <param name="generations">How many are kept: the reference, and what it was before it moved.</param>
    public MovedReference(MovingReference moving, IEnumerable<(string Name, Parameter Value)> trained, int generations = 1)
    {
        using var off = no_grad();
        _moving = moving;
        _weights = [.. trained.Select(each => (each.Name, each.Value, Enumerable.Range(0, generations).Select(_ => each.Value.detach().clone().DetachFromDisposeScope()).ToArray()))];
    }

    /// <summary>The weights by name, to be written down and read back into.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State => [("reference", _moved), .. _weights.SelectMany(each => each.References.Select((reference, age) => ($"{(age == 0 ? "" : $"earlier{age}.")}reference.{each.Name}", reference)))];

    /// <summary>A number that changes with when and how far it moves.</summary>
    public long Fingerprint => unchecked((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(_moving.ToString())));

    /// <summary>Moves it if this step is one before which it moves.</summary>
    /// <param name="step">The step that is about to be made, from 0.</param>
    /// <exception cref="InvalidOperationException">It is not the reference of the step before: that of another round would be trained against.</exception>
    public void MoveBefore(int step)
    {
        var due = Math.Max(0, step - 1) / _moving.Every * _moving.Every;
        if (_moved.item<long>() is var moved && moved != due)
            throw new InvalidOperationException($"The reference of step {step - 1} moved before step {due}, and this one before step {moved}.");
        if (step == 0 || step % _moving.Every != 0)
            return;
        using var off = no_grad();
        foreach (var (_, policy, references) in _weights)
        {
            for (var age = references.Length - 1; age > 0; age--)
                references[age].copy_(references[age - 1]);
            if (_moving.Mix == 1)
                references[0].copy_(policy);
            else
                references[0].TimesInPlace(1 - _moving.Mix).PlusInPlace(policy, _moving.Mix);
        }
        using var now = tensor((long[])[step]);
        _moved.copy_(now);
    }

    /// <summary>Does something while the policy has the weights of the reference.</summary>
    /// <param name="work">What.</param>
    /// <param name="age">0: of the reference; 1: of what it was before it moved.</param>
    public T With<T>(Func<T> work, int age = 0)
    {
        using var off = no_grad();
        Exchange(age);
        try
        {
            return work();
        }
        finally
        {
            Exchange(age);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _moved.Dispose();
        foreach (var reference in _weights.SelectMany(each => each.References))
            reference.Dispose();
    }

    private void Exchange(int age)
    {
        foreach (var (_, policy, references) in _weights)
        {
            using var between = policy.detach().clone();
            policy.copy_(references[age]);
            references[age].copy_(between);
        }
    }
}
