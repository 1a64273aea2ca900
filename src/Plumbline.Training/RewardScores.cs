using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>What a reward model gives pairs of answers, and the way back from that to the weights.</summary>
internal sealed class RewardScores : IScores
{
    /// <summary>Shorter beginnings are not shared: telling answers apart would cost more than reading the beginning again.</summary>
    private const int ShortestShared = 8;

    private readonly LayerwisePass _pass;
    private readonly Tensor _ends, _input, _scores;

    private RewardScores(RewardModel model, (PackedTexts Texts, long[] Ends) packed, bool gradients, bool checkpointed)
    {
        var (texts, ends) = packed;
        _pass = new(model.Decoder, texts, gradients, checkpointed);
        _ends = tensor(ends, device: model.Decoder.Device);
        using var mode = set_grad_enabled(gradients);
        _input = _pass.Stream.flatten(0, 1).index_select(0, _ends).requires_grad_(gradients);
        _scores = model.Score(model.Decoder.Normalise(_input));
        Rewards = _scores.detach().requires_grad_(gradients);
    }

    /// <summary>First the better answers, then the worse ones, [2 · pairs].</summary>
    public Tensor Rewards { get; }

    /// <summary>Scores pairs, inside the dispose scope that the scores live in.</summary>
    /// <param name="model">By whom.</param>
    /// <param name="pairs">At least one.</param>
    /// <param name="gradients">Whether <see cref="Backward"/> follows.</param>
    /// <param name="checkpointed">Whether layers are computed again on the way back instead of kept.</param>
    public static RewardScores Of(RewardModel model, IReadOnlyList<PairExample> pairs, bool gradients = false, bool checkpointed = false) => new(model, Pack(pairs), gradients, checkpointed);

    /// <summary>Scores texts one by one, inside the dispose scope that the scores live in; <see cref="Rewards"/> are then [texts].</summary>
    /// <param name="model">By whom.</param>
    /// <param name="texts">At least one, of at least one token each.</param>
    /// <param name="gradients">Whether <see cref="Backward"/> follows.</param>
    /// <param name="checkpointed">Whether layers are computed again on the way back instead of kept.</param>
    public static RewardScores Of(RewardModel model, IReadOnlyList<int[]> texts, bool gradients = false, bool checkpointed = false) => new(model, Pack(texts), gradients, checkpointed);

    /// <inheritdoc/>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        _scores.backward([Rewards.grad!]);
        Tensor stream;
        using (no_grad())
            stream = zeros_like(_pass.Stream).flatten(0, 1).PlusAt(_ends, _input.grad!).view(_pass.Stream.shape);
        _pass.Backward(stream);
    }

    private static (PackedTexts Texts, long[] Ends) Pack(IReadOnlyList<int[]> texts)
    {
        var ends = new long[texts.Count];
        var end = 0L;
        foreach (var (index, text) in texts.Index())
            ends[index] = (end += text.Length) - 1;
        return (new([.. texts.SelectMany(text => text).Select(id => (long)id)], [.. texts.SelectMany(text => Enumerable.Range(0, text.Length)).Select(at => (long)at)],
            [.. texts.Select(text => new TextRun(text.Length, null))]), ends);
    }

    /// <returns>The texts, and where each ends: the better ones, then the worse ones.</returns>
    private static (PackedTexts Texts, long[] Ends) Pack(IReadOnlyList<PairExample> pairs)
    {
        List<long> ids = [], positions = [];
        var runs = new List<TextRun>();
        var ends = new long[2 * pairs.Count];
        foreach (var (index, pair) in pairs.Index())
        {
            var (chosen, rejected) = (pair.Chosen.Ids, pair.Rejected.Ids);
            var shared = Math.Min(chosen.AsSpan().CommonPrefixLength(rejected), Math.Min(chosen.Length, rejected.Length) - 1); // each ends with a token of its own
            int? before = null;
            if (shared >= ShortestShared)
                before = Read(chosen, 0, shared, null);
            else
                shared = 0;
            Read(chosen, shared, chosen.Length, before);
            ends[index] = ids.Count - 1;
            Read(rejected, shared, rejected.Length, before);
            ends[pairs.Count + index] = ids.Count - 1;
        }
        return (new([.. ids], [.. positions], runs), ends);

        int Read(int[] text, int from, int to, int? after)
        {
            for (var at = from; at < to; at++)
            {
                ids.Add(text[at]);
                positions.Add(at);
            }
            runs.Add(new(to - from, after));
            return runs.Count - 1;
        }
    }
}
