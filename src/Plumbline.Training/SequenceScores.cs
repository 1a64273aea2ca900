using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities of the trained tokens of examples, and the way back from them to the weights.</summary>
/// <remarks>
/// Only trained places meet the vocabulary, and only so many at once that [places, vocabulary] stays small: what does not fit into one part is
/// computed part by part, and again part by part on the way back.
/// </remarks>
internal sealed class SequenceScores : IScores
{
    /// <summary>Most numbers of a part of the logits (64 MiB).</summary>
    public const int MostLogits = 1 << 24;

    private readonly Decoder _decoder;
    private readonly LayerwisePass _pass;
    private readonly Tensor _places, _targets;
    private readonly long _part;
    private readonly (Tensor Input, Tensor LogProbs)? _whole;
    private readonly Tensor? _gradient; // of what the trained tokens are predicted from, where it was known at once

    private SequenceScores(Decoder decoder, PackedRow row, bool gradients, bool checkpointed, int mostLogits, double? slope)
    {
        _decoder = decoder;
        _pass = new(decoder, row.Texts, gradients, checkpointed);
        (_places, _targets) = (tensor(row.Places, device: decoder.Device), tensor(row.Targets, device: decoder.Device));
        (Weights, Examples) = (tensor(row.Weights, device: decoder.Device), tensor(row.Examples, device: decoder.Device));
        _part = Math.Max(1, mostLogits / decoder.Config.VocabularySize);
        if (row.Places.Length <= _part)
        {
            using var whole = set_grad_enabled(gradients);
            var input = Part(0, row.Places.Length, gradients);
            var scores = Score(input, _targets);
            _whole = gradients ? (input, scores) : null;
            LogProbs = scores.detach().requires_grad_(gradients);
            return;
        }
        using var mode = set_grad_enabled(slope is not null);
        var gradient = new List<Tensor>();
        LogProbs = cat([.. Parts().Select(part =>
        {
            using var scope = NewDisposeScope();
            var input = Part(part.Start, part.Length, slope is not null);
            var scores = Score(input, _targets.narrow(0, part.Start, part.Length));
            if (slope is { } each)
                gradient.Add(Gradient(input, scores, Weights.narrow(0, part.Start, part.Length).Times(each)).MoveToOuterDisposeScope());
            return scores.detach().MoveToOuterDisposeScope();
        })]).requires_grad_(gradients);
        _gradient = slope is null ? null : cat(gradient);
    }

    /// <summary>Of each trained token, in an order that is the same for the same examples, [tokens].</summary>
    public Tensor LogProbs { get; }

    /// <summary>How much each token counts, [tokens].</summary>
    public Tensor Weights { get; }

    /// <summary>The example that each token belongs to, [tokens].</summary>
    public Tensor Examples { get; }

    /// <summary>Scores examples, inside the dispose scope that the scores live in.</summary>
    /// <param name="decoder">By whom.</param>
    /// <param name="examples">At least one has a trained token.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="gradients">Whether <see cref="Backward"/> follows.</param>
    /// <param name="checkpointed">Whether layers are computed again on the way back instead of kept.</param>
    /// <param name="mostLogits">Most numbers of a part of the logits.</param>
    /// <param name="slope">Where the loss is a weighted sum of the scores, what it grows by with a score of weight 1: then no part is computed twice. Null: only the loss will tell.</param>
    public static SequenceScores Of(Decoder decoder, IReadOnlyList<TokenExample> examples, int longest, bool gradients = false, bool checkpointed = false, int mostLogits = MostLogits,
        double? slope = null) => new(decoder, Packing.Pack(examples, longest) ?? throw new ArgumentException("No token is trained.", nameof(examples)), gradients, checkpointed, mostLogits, slope);

    /// <summary>Sums over the tokens of each example, [examples].</summary>
    public Tensor Sums(int examples) => SumsOf((LogProbs, examples));

    /// <summary>Sums of something that every trained token has, for each example, [examples].</summary>
    public Tensor SumsOf((Tensor Values, int Examples) column) => zeros(column.Examples, column.Values.dtype, column.Values.device).PlusAt(Examples, column.Values);

    /// <summary>Mean over the tokens of each example of l − log Σ_v π(v)², without gradient, [examples]: 0 where they are as usual as what is sampled.</summary>
    public Tensor Certainties(int examples)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var collisions = cat([.. Parts().Select(part =>
        {
            using var inner = NewDisposeScope();
            var logits = _decoder.Logits(_decoder.Normalise(Part(part.Start, part.Length, false)));
            return (logits.Times(2).logsumexp(-1) - logits.logsumexp(-1).Times(2)).MoveToOuterDisposeScope();
        })]);
        return (SumsOf((LogProbs.detach() - collisions, examples)) / SumsOf((ones_like(LogProbs), examples))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        var slopes = LogProbs.grad!;
        var gradient = _gradient ?? (_whole is { } whole ? Gradient(whole.Input, whole.LogProbs, slopes) : cat([.. Parts().Select(part =>
        {
            using var inner = NewDisposeScope();
            var input = Part(part.Start, part.Length, true);
            return Gradient(input, Score(input, _targets.narrow(0, part.Start, part.Length)), slopes.narrow(0, part.Start, part.Length)).MoveToOuterDisposeScope();
        })]));
        using var off = no_grad();
        var stream = zeros_like(_pass.Stream).flatten(0, 1).PlusAt(_places, gradient).view(_pass.Stream.shape); // a prompt gets what its answers ask of it
        gradient.Dispose();
        using var on = enable_grad();
        _pass.Backward(stream);
    }

    private static Tensor Gradient(Tensor input, Tensor logProbs, Tensor slopes)
    {
        logProbs.backward([slopes]);
        return input.grad!;
    }

    private IEnumerable<(long Start, long Length)> Parts()
    {
        for (long start = 0; start < _places.numel(); start += _part)
            yield return (start, Math.Min(_part, _places.numel() - start));
    }

    /// <summary>What some trained tokens are predicted from, cut off from what made it, [places, width].</summary>
    private Tensor Part(long start, long length, bool gradients) =>
        _pass.Stream.flatten(0, 1).index_select(0, _places.narrow(0, start, length)).requires_grad_(gradients);

    private Tensor Score(Tensor stream, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return (-nn.functional.cross_entropy(_decoder.Logits(_decoder.Normalise(stream)), targets, reduction: nn.Reduction.None)).MoveToOuterDisposeScope();
    }
}
