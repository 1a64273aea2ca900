using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities of tokens under the output matrix, whose logits, and then their gradient, stand in the same memory, taken once for all passes of a training.</summary>
/// <remarks>
/// [places, vocabulary] is by far the largest thing that training makes. Made anew for each part, by four operations in a row, it takes four times the room, and
/// leaves holes in the heap that nothing else fills.
/// </remarks>
/// <param name="mostNumbers">Most logits at a time, 32 MiB unless told.</param>
internal sealed class LogitsBuffer(int mostNumbers = LogitsBuffer.MostNumbers) : IDisposable
{
    /// <summary>Logits at a time, unless told otherwise.</summary>
    public const int MostNumbers = 1 << 23;

    private const int NumbersInBlock = 1 << 18; // stays in a core's own cache from one operation to the next

    private Tensor? _numbers;
    private object? _holder;

    /// <summary>Most places at a time of a decoder.</summary>
    public int Places(Decoder decoder) => Math.Max(1, mostNumbers / decoder.Config.VocabularySize);

    /// <summary>Scores tokens.</summary>
    /// <param name="decoder">By whom.</param>
    /// <param name="hidden">What the output matrix sees, [places, width]; at most <see cref="Places"/>.</param>
    /// <param name="targets">The tokens, [places], int64.</param>
    /// <param name="holder">Whose logits these are; see <see cref="IsHeldBy"/>.</param>
    /// <returns>What <see cref="Gradient"/> goes back from, without gradient of its own.</returns>
    public ScoredTokens Score(Decoder decoder, Tensor hidden, Tensor targets, object holder)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var logits = Room(hidden, decoder.Config.VocabularySize);
        _holder = holder;
        logits.addmm_(hidden, decoder.OutputMatrix.t(), 0, 1);
        if (decoder.Config.LogitSoftCap is { } cap)
            logits.TimesInPlace(1 / cap).tanh_().TimesInPlace(cap);
        var worth = logits.gather(1, targets.unsqueeze(1)); // [places, 1]
        List<Tensor> peaks = [], sums = [];
        foreach (var (start, length) in Blocks(logits.shape)) // a logit becomes e^(logit − the greatest of its place)
        {
            var block = logits.narrow(0, start, length);
            peaks.Add(block.amax([1], keepdim: true));
            block.sub_(peaks[^1]).exp_();
            sums.Add(block.sum(1, keepdim: true));
        }
        var (peak, sum) = (cat(peaks), cat(sums));
        return new((worth - peak - sum.log()).squeeze(1).MoveToOuterDisposeScope(), peak.MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
    }

    /// <summary>Whether the logits are still those that the holder scored last.</summary>
    public bool IsHeldBy(object holder) => _holder == holder;

    /// <summary>log Σ_v π(v)² of what was scored last: how likely two samples of the token are the same one, [places].</summary>
    /// <param name="decoder">As scored.</param>
    /// <param name="hidden">As scored.</param>
    /// <param name="scored">What scoring gave.</param>
    public Tensor Collisions(Decoder decoder, Tensor hidden, ScoredTokens scored)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var numbers = Room(hidden, decoder.Config.VocabularySize);
        var squares = cat([.. Blocks(numbers.shape).Select(block => numbers.narrow(0, block.Start, block.Length).Squared().sum(1))]);
        return (squares.log() - scored.Sums.squeeze(1).log().Times(2)).MoveToOuterDisposeScope();
    }

    /// <summary>The way back from what was scored last; the logits are gone after it.</summary>
    /// <param name="decoder">As scored; its output matrix gets its gradient added, if it is trained.</param>
    /// <param name="hidden">As scored.</param>
    /// <param name="targets">As scored.</param>
    /// <param name="scored">What scoring gave.</param>
    /// <param name="slopes">What the loss grows by with each log-probability, [places].</param>
    /// <returns>The gradient of what the output matrix saw, [places, width].</returns>
    public Tensor Gradient(Decoder decoder, Tensor hidden, Tensor targets, ScoredTokens scored, Tensor slopes)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        _holder = null;
        var numbers = Room(hidden, decoder.Config.VocabularySize);
        foreach (var (start, length) in Blocks(numbers.shape)) // slope · ([token is the target] − π), times the cap's own slope
        {
            using var inner = NewDisposeScope();
            var (block, slope) = (numbers.narrow(0, start, length), slopes.narrow(0, start, length).unsqueeze(1));
            var steepness = decoder.Config.LogitSoftCap is { } cap ? block.Within(least: float.Epsilon).log().Plus(scored.Peaks.narrow(0, start, length)).Over(cap).Squared().Times(-1).Plus(1) : null;
            block.mul_(-slope / scored.Sums.narrow(0, start, length));
            block.scatter_add_(1, targets.narrow(0, start, length).unsqueeze(1), slope);
            if (steepness is not null)
                block.mul_(steepness);
        }
        var matrix = decoder.OutputMatrix;
        if (matrix.requires_grad)
        {
            if (matrix.grad is { } known)
                known.addmm_(numbers.t(), hidden, 1, 1);
            else
                matrix.grad = numbers.t().mm(hidden);
        }
        return numbers.mm(matrix).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _numbers?.Dispose();

    /// <summary>Rows for the logits of some places, on their device and of their type.</summary>
    private Tensor Room(Tensor hidden, long vocabulary)
    {
        var needed = hidden.shape[0] * vocabulary;
        if (_numbers is null || _numbers.numel() < needed || (_numbers.device_type, _numbers.device_index) != (hidden.device_type, hidden.device_index) || _numbers.dtype != hidden.dtype)
        {
            var room = Math.Max(needed, Math.Min(2 * needed, mostNumbers)); // not a little more each time: what was freed is a hole in the heap
            _numbers?.Dispose();
            _numbers = empty(room, hidden.dtype, hidden.device).DetachFromDisposeScope();
        }
        return _numbers.narrow(0, 0, needed).view(hidden.shape[0], vocabulary);
    }

    private static IEnumerable<(long Start, long Length)> Blocks(long[] shape)
    {
        var rows = Math.Max(1, NumbersInBlock / shape[1]);
        for (long start = 0; start < shape[0]; start += rows)
            yield return (start, Math.Min(rows, shape[0] - start));
    }
}

/// <summary>Tokens that were scored.</summary>
/// <param name="LogProbs">Their log-probabilities, [places].</param>
/// <param name="Peaks">The greatest logit of each place, [places, 1].</param>
/// <param name="Sums">Σ e^(logit − peak) over the vocabulary, [places, 1].</param>
internal sealed record ScoredTokens(Tensor LogProbs, Tensor Peaks, Tensor Sums)
{
    /// <summary>Moves all of it out of the current dispose scope.</summary>
    public ScoredTokens MoveToOuterDisposeScope()
    {
        foreach (var tensor in (Tensor[])[LogProbs, Peaks, Sums])
            tensor.MoveToOuterDisposeScope();
        return this;
    }
}
