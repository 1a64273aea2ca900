using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities of the answers of a pair under the reference, natural logarithms, without gradient.</summary>
/// <param name="Chosen">Sum over the tokens of the better answer.</param>
/// <param name="Rejected">Sum over the tokens of the worse answer.</param>
/// <param name="ChosenShared">Of the better answer, over as many tokens as both have.</param>
/// <param name="RejectedShared">Of the worse answer, over as many tokens as both have.</param>
public readonly record struct PairAnchor(float Chosen, float Rejected, float ChosenShared = 0, float RejectedShared = 0);

/// <summary>Pairs that go through a model together, and the columns that a loss asks for.</summary>
/// <param name="Pairs">The pairs.</param>
internal sealed record PairBatch(IReadOnlyList<PairExample> Pairs)
{
    /// <summary>First the better answers, then the worse ones.</summary>
    public TokenExample[] Texts => [.. Pairs.Select(pair => pair.Chosen), .. Pairs.Select(pair => pair.Rejected)];

    /// <summary>The columns, from what the policy makes of the texts.</summary>
    /// <param name="scores">Of <see cref="Texts"/> under the policy.</param>
    /// <param name="needs">What the loss reads.</param>
    /// <param name="anchor">What the reference makes of each pair; empty where no loss asks.</param>
    public PairLogProbs Columns(SequenceScores scores, PairColumns needs, IReadOnlyList<PairAnchor> anchor)
    {
        var (asked, sums) = (needs.HasFlag(PairColumns.Reference), scores.Sums(2 * Pairs.Count));
        var columns = new PairLogProbs(Better(sums), Worse(sums),
            asked ? Column(anchor.Select(each => each.Chosen)) : null, asked ? Column(anchor.Select(each => each.Rejected)) : null,
            Column(Pairs.Select(pair => (float)pair.Chosen.Trained)), Column(Pairs.Select(pair => (float)pair.Rejected.Trained)));
        if (needs.HasFlag(PairColumns.Shared))
        {
            var shared = scores.SumsOf(Shared(scores));
            columns = columns with { Shared = new(Better(shared), Worse(shared), Column(anchor.Select(each => each.ChosenShared)), Column(anchor.Select(each => each.RejectedShared))) };
        }
        if (needs.HasFlag(PairColumns.Certainty))
        {
            var certainty = scores.Certainties(2 * Pairs.Count);
            columns = columns with { ChosenCertainty = Better(certainty), RejectedCertainty = Worse(certainty) };
        }
        if (needs.HasFlag(PairColumns.Gap))
            columns = columns with { Gap = Column(Pairs.Select(pair => (float)pair.Gap)) };
        return Pairs.All(pair => pair.Weight == 1) ? columns : columns with { Weight = Column(Pairs.Select(pair => (float)pair.Weight)) };

        Tensor Column(IEnumerable<float> values) => tensor(values.ToArray(), device: sums.device);
    }

    /// <summary>What a decoder as reference makes of the pairs.</summary>
    /// <param name="decoder">The reference.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="logits">Where logits stand meanwhile.</param>
    public PairAnchor[] Anchors(Decoder decoder, int longest, LogitsBuffer logits)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var scores = SequenceScores.Of(decoder, Texts, longest, logits);
        var (whole, shared) = (scores.Sums(2 * Pairs.Count).cpu().data<float>().ToArray(), scores.SumsOf(Shared(scores)).cpu().data<float>().ToArray());
        return [.. Pairs.Select((_, index) => new PairAnchor(whole[index], whole[Pairs.Count + index], shared[index], shared[Pairs.Count + index]))];
    }

    private Tensor Better(Tensor column) => column.narrow(0, 0, Pairs.Count);

    private Tensor Worse(Tensor column) => column.narrow(0, Pairs.Count, Pairs.Count);

    /// <summary>The log-probabilities of the first tokens of every answer, as many as both of its pair have; one sum for each text.</summary>
    private (Tensor LogProbs, int Texts) Shared(SequenceScores scores)
    {
        int[] left = [.. Pairs.Concat(Pairs).Select(pair => Math.Min(pair.Chosen.Trained, pair.Rejected.Trained))];
        var first = scores.Examples.cpu().data<long>().ToArray().Select(text => left[text]-- > 0 ? 1f : 0f).ToArray(); // tokens of a text stand in their order
        return (scores.LogProbs * tensor(first, device: scores.LogProbs.device), left.Length);
    }
}
