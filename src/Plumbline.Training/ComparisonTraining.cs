using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>The output layer of a language model, moved by comparisons on pairs whose two answers are about equally likely (110, ComPO): no gradient, one step for each pair.</summary>
/// <remarks>What the layer reads does not change, so it is computed once for a pair; a comparison then costs one product with the matrix.</remarks>
public static class ComparisonTraining
{
    /// <summary>Makes a step for each pair, one after the other.</summary>
    /// <param name="decoder">The policy, with an output matrix of its own.</param>
    /// <param name="pairs">Pairs, each gone through once; prompt and answer fit into a row.</param>
    /// <param name="oracle">How many directions are tried, and what a step is.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="seed">Chooses the directions.</param>
    /// <param name="told">Told after each pair, with the step in the decoder if it was accepted; null: nobody is.</param>
    /// <param name="cancel">Stops between comparisons; the pair at work changes nothing then.</param>
    /// <returns>Of each pair, the share of directions that helped both of its answers, and whether the step was made.</returns>
    /// <exception cref="InputException">An answer does not fit, or the output matrix is that of the embedding.</exception>
    public static IReadOnlyList<(double Success, bool Accepted)> Run(Decoder decoder, IReadOnlyList<PairExample> pairs, ComparisonOracle oracle, int rowLength, int seed, Action<int, bool>? told, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(oracle);
        Packing.RefuseCut(pairs.SelectMany(pair => (TokenExample[])[pair.Chosen, pair.Rejected]), rowLength, index => $"pair {index / 2}, {(index % 2 == 0 ? "chosen" : "rejected")}");
        var matrix = decoder.Weights.GetValueOrDefault(DecoderParameters.Head)
            ?? throw new InputException("output layer", "the model writes with the matrix that it reads with, so that moving it would move all layers.", "Give it one of its own: OutputHeads.Create(decoder, 1, seed, noise: 0).Mix(decoder, [1]).");
        var steps = new List<(double, bool)>();
        foreach (var (index, pair) in pairs.Index())
        {
            steps.Add(Step(decoder, matrix, pair, oracle, new Draws(seed, "comparisons", index).NextBits(), cancel));
            told?.Invoke(index, steps[^1].Item2);
        }
        return steps;
    }

    private static (double, bool) Step(Decoder decoder, Tensor matrix, PairExample pair, ComparisonOracle oracle, ulong seed, CancellationToken cancel)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var before = matrix.detach().clone();
        var (chosen, rejected) = (Read(decoder, pair.Chosen), Read(decoder, pair.Rejected));
        var (states, targets) = (cat([chosen.States, rejected.States]), cat([chosen.Targets, rejected.Targets]).unsqueeze(1)); // [tokens, width] and [tokens, 1]
        var longer = chosen.States.shape[0];
        var kept = before;
        try
        {
            var step = oracle.Propose(before, LogProbs, seed, cancel);
            if (step.Accepted)
                kept = step.Weights;
            return (step.Success, step.Accepted);
        }
        finally
        {
            matrix.copy_(kept);
        }

        (double, double) LogProbs(Tensor weights)
        {
            using var inner = NewDisposeScope();
            matrix.copy_(weights);
            var each = decoder.Logits(states).log_softmax(-1).gather(1, targets).squeeze(1).to(ScalarType.Float64).cpu().data<double>().ToArray();
            return (each.AsSpan(0, (int)longer).ToArray().Sum(), each.AsSpan((int)longer).ToArray().Sum());
        }
    }

    /// <summary>What the output layer reads where trained tokens come next, [tokens, width], and the tokens.</summary>
    private static (Tensor States, Tensor Targets) Read(Decoder decoder, TokenExample text)
    {
        long[] places = [.. Enumerable.Range(1, text.Ids.Length - 1).Where(place => text.Weights[place] != 0).Select(place => (long)place)];
        var ids = tensor(text.Ids.Select(id => (long)id).ToArray(), device: decoder.Device).unsqueeze(0);
        var positions = TensorArithmetic.CountUpTo(text.Ids.Length).unsqueeze(0).to(decoder.Device);
        return (decoder.Hidden(ids, positions)[0].index_select(0, tensor(places.Select(place => place - 1).ToArray(), device: decoder.Device)), tensor(places.Select(place => (long)text.Ids[place]).ToArray(), device: decoder.Device));
    }
}
