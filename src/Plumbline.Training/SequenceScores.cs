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
    private readonly Decoder _decoder;
    private readonly LayerwisePass _pass;
    private readonly LogitsBuffer _logits;
    private readonly Tensor _places, _targets;
    private readonly Tensor? _gradient; // of what the trained tokens are predicted from, where it was known at once
    private readonly Part? _whole;      // where one part is all, and its logits may still be there on the way back

    private SequenceScores(Decoder decoder, PackedRow row, LogitsBuffer logits, bool gradients, bool checkpointed, double? slope)
    {
        (_decoder, _logits) = (decoder, logits);
        _pass = new(decoder, row.Texts, gradients, checkpointed);
        (_places, _targets) = (tensor(row.Places, device: decoder.Device), tensor(row.Targets, device: decoder.Device));
        (Weights, Examples) = (tensor(row.Weights, device: decoder.Device), tensor(row.Examples, device: decoder.Device));
        List<Tensor> scores = [], gradient = [];
        foreach (var bounds in Parts())
        {
            using var scope = NewDisposeScope();
            var isAll = bounds.Length == _places.numel();
            var part = Score(bounds, gradients && (isAll || slope is not null));
            if (gradients && slope is { } each)
                gradient.Add(Gradient(part, Weights.narrow(0, bounds.Start, bounds.Length).Times(each)).MoveToOuterDisposeScope());
            else if (gradients && isAll)
                _whole = part.MoveToOuterDisposeScope();
            scores.Add(part.Scored.LogProbs.MoveToOuterDisposeScope());
        }
        LogProbs = cat(scores).requires_grad_(gradients);
        _gradient = gradient.Count == 0 ? null : cat(gradient);
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
    /// <param name="logits">Where logits stand meanwhile; the fewer at a time, the more parts.</param>
    /// <param name="gradients">Whether <see cref="Backward"/> follows.</param>
    /// <param name="checkpointed">Whether layers are computed again on the way back instead of kept.</param>
    /// <param name="slope">Where the loss is a weighted sum of the scores, what it grows by with a score of weight 1: then no part is computed twice. Null: only the loss will tell.</param>
    public static SequenceScores Of(Decoder decoder, IReadOnlyList<TokenExample> examples, int longest, LogitsBuffer logits, bool gradients = false, bool checkpointed = false,
        double? slope = null) => new(decoder, Packing.Pack(examples, longest) ?? throw new ArgumentException("No token is trained.", nameof(examples)), logits, gradients, checkpointed, slope);

    /// <summary>Sums over the tokens of each example, [examples].</summary>
    public Tensor Sums(int examples) => SumsOf((LogProbs, examples));

    /// <summary>Sums of something that every trained token has, for each example, [examples].</summary>
    public Tensor SumsOf((Tensor Values, int Examples) column) => zeros(column.Examples, column.Values.dtype, column.Values.device).PlusAt(Examples, column.Values);

    /// <summary>Mean over the tokens of each example of l − log Σ_v π(v)², without gradient, [examples]: 0 where they are as usual as what is sampled.</summary>
    public Tensor Certainties(int examples)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var collisions = cat([.. Parts().Select(bounds =>
        {
            using var inner = NewDisposeScope();
            var part = Score(bounds, gradients: false);
            return _logits.Collisions(_decoder, part.Hidden, part.Scored).MoveToOuterDisposeScope();
        })]);
        return (SumsOf((LogProbs.detach() - collisions, examples)) / SumsOf((ones_like(LogProbs), examples))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        var slopes = LogProbs.grad!;
        var gradient = _gradient ?? (_whole is { } whole && _logits.IsHeldBy(this) ? Gradient(whole, slopes) : cat([.. Parts().Select(bounds =>
        {
            using var inner = NewDisposeScope();
            return Gradient(Score(bounds, gradients: true), slopes.narrow(0, bounds.Start, bounds.Length)).MoveToOuterDisposeScope();
        })]));
        using var off = no_grad();
        var stream = zeros_like(_pass.Stream).flatten(0, 1).PlusAt(_places, gradient).view(_pass.Stream.shape); // a prompt gets what its answers ask of it
        gradient.Dispose();
        using var on = enable_grad();
        _pass.Backward(stream);
    }

    private IEnumerable<(long Start, long Length)> Parts()
    {
        var most = _logits.Places(_decoder);
        for (long start = 0; start < _places.numel(); start += most)
            yield return (start, Math.Min(most, _places.numel() - start));
    }

    private Part Score((long Start, long Length) bounds, bool gradients)
    {
        using var mode = set_grad_enabled(gradients);
        var input = _pass.Stream.flatten(0, 1).index_select(0, _places.narrow(0, bounds.Start, bounds.Length)).requires_grad_(gradients);
        var (hidden, targets) = (_decoder.Normalise(input), _targets.narrow(0, bounds.Start, bounds.Length));
        return new(input, hidden, targets, _logits.Score(_decoder, hidden, targets, holder: this));
    }

    private Tensor Gradient(Part part, Tensor slopes)
    {
        part.Hidden.backward([_logits.Gradient(_decoder, part.Hidden, part.Targets, part.Scored, slopes)]);
        return part.Input.grad!;
    }

    /// <summary>Some trained tokens, [places] and [places, width].</summary>
    /// <param name="Input">What they are predicted from, cut off from what made it.</param>
    /// <param name="Hidden">The same, normalised.</param>
    /// <param name="Targets">The tokens.</param>
    /// <param name="Scored">What they are worth.</param>
    private sealed record Part(Tensor Input, Tensor Hidden, Tensor Targets, ScoredTokens Scored)
    {
        public Part MoveToOuterDisposeScope()
        {
            foreach (var tensor in (Tensor[])[Input, Hidden, Targets])
                tensor.MoveToOuterDisposeScope();
            Scored.MoveToOuterDisposeScope();
            return this;
        }
    }
}
