using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Distributed;

/// <summary>Adds up gradients over all ranks while the backward pass goes on: a bucket of layers travels as soon as its gradients are there.</summary>
/// <remarks>Every rank sends the same buckets in the same order, so the sums are the same on all of them. A rank that had nothing to do sends zeros.</remarks>
internal sealed class GradientReduction : IDisposable
{
    /// <summary>A bucket is full from so many numbers (1 MiB) on: less would cost more calls, more would wait longer.</summary>
    public const long BucketNumbers = 1 << 18;

    private const string LayerPrefix = "model.layers.";
    private readonly Decoder _decoder;
    private readonly ProcessGroup _group;
    private readonly BackwardMarks _marks;
    private readonly Bucket[] _buckets;
    private int _begun;
    private Exception? _problem;

    /// <param name="decoder">Whose gradients.</param>
    /// <param name="trained">The weights that have some, by name.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="bucketNumbers">How many numbers fill a bucket.</param>
    public GradientReduction(Decoder decoder, IEnumerable<(string Name, Tensor Weight)> trained, ProcessGroup group, long bucketNumbers = BucketNumbers)
    {
        (_decoder, _group) = (decoder, group);
        _marks = new(decoder.Config.Layers, Reached);
        _buckets = [.. Fill(trained, bucketNumbers)];
    }

    /// <summary>Before the forward pass.</summary>
    /// <param name="endsUpdate">Whether the gradients are complete after the backward pass; else they go on adding up here.</param>
    public void BeginPass(bool endsUpdate)
    {
        _begun = 0;
        _marks.Clear();
        _decoder.Marks = endsUpdate ? _marks : null;
    }

    /// <summary>After the backward pass that ends an update: sends what has not been sent, and waits for the sums. Then the gradients are those of all ranks.</summary>
    /// <exception cref="InputException">A rank does not answer.</exception>
    public void Complete()
    {
        _decoder.Marks = null;
        if (_problem is { } problem)
            throw problem;
        BeginUpTo(_buckets.Length);
        foreach (var bucket in _buckets)
            bucket.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Marks = null;
        foreach (var bucket in _buckets)
            bucket.Dispose();
    }

    /// <summary>Autograd is here. What goes wrong must not go through it: it is kept until it has come back.</summary>
    private void Reached(int layer)
    {
        try
        {
            BeginUpTo(Array.FindLastIndex(_buckets, bucket => bucket.Layer >= layer) + 1);
        }
#pragma warning disable CA1031
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _problem ??= problem;
        }
    }

    private void BeginUpTo(int end)
    {
        for (; _begun < end; _begun++)
            _buckets[_begun].Begin(_group);
    }

    private IEnumerable<Bucket> Fill(IEnumerable<(string Name, Tensor Weight)> trained, long enough)
    {
        var weights = new List<Tensor>();
        foreach (var layer in trained.GroupBy(each => LayerOf(each.Name)).OrderByDescending(group => group.Key))
        {
            weights.AddRange(layer.OrderBy(each => each.Name, StringComparer.Ordinal).Select(each => each.Weight));
            if (weights.Sum(weight => weight.numel()) < enough)
                continue;
            yield return new(layer.Key, [.. weights]);
            weights.Clear();
        }
        if (weights.Count > 0)
            yield return new(-1, [.. weights]);
    }

    /// <summary>The layer whose mark says that a gradient is complete; -1: only the end of the pass does.</summary>
    private int LayerOf(string name)
    {
        if (name.StartsWith(LayerPrefix, StringComparison.Ordinal))
            return int.Parse(name.AsSpan(LayerPrefix.Length, name.IndexOf('.', LayerPrefix.Length) - LayerPrefix.Length), CultureInfo.InvariantCulture);
        return name.StartsWith("model.norm.", StringComparison.Ordinal) || name.StartsWith("lm_head.", StringComparison.Ordinal) ? _decoder.Config.Layers : -1;
    }

    /// <summary>Gradients that travel together, copied one after the other.</summary>
    private sealed class Bucket : IDisposable
    {
        private const int MostAtOnce = 1 << 24;
        private readonly Tensor[] _weights;
        private readonly Tensor _numbers;
        private readonly List<IPendingSum> _sums = [];
        private Activity? _activity;

        public Bucket(int layer, Tensor[] weights)
        {
            (Layer, _weights) = (layer, weights);
            _numbers = zeros([weights.Sum(weight => weight.numel())], ScalarType.Float32).DetachFromDisposeScope();
        }

        /// <summary>The mark that completes it.</summary>
        public int Layer { get; }

        public void Begin(ProcessGroup group)
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            _activity = TrainingActivities.Start("allreduce", Layer);
            ForEach((weight, part) =>
            {
                if (weight.grad is { } gradient)
                    part.copy_(gradient);
                else
                    part.zero_();
            });
            for (long start = 0; start < _numbers.numel(); start += MostAtOnce)
            {
                var part = _numbers.narrow(0, start, Math.Min(MostAtOnce, _numbers.numel() - start));
                _sums.Add(group.BeginSum(AddressOf(part), (int)part.numel()));
            }
        }

        public void Complete()
        {
            foreach (var sum in _sums)
                sum.Wait();
            _sums.Clear();
            _activity?.Dispose();
            using var scope = NewDisposeScope();
            using var off = no_grad();
            ForEach((weight, part) =>
            {
                if (weight.grad is { } gradient)
                    gradient.copy_(part);
                else
                    weight.grad = part.to(weight.dtype).to(weight.device).clone().DetachFromDisposeScope();
            });
        }

        public void Dispose() => _numbers.Dispose();

        private void ForEach(Action<Tensor, Tensor> visit)
        {
            long start = 0;
            foreach (var weight in _weights)
            {
                visit(weight, _numbers.narrow(0, start, weight.numel()).view(weight.shape));
                start += weight.numel();
            }
        }

        /// <summary>The memory of a tensor does not move.</summary>
        private static unsafe IntPtr AddressOf(Tensor numbers) => (IntPtr)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers.bytes));
    }
}
