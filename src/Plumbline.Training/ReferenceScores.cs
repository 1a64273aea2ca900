using System.IO.Hashing;
using System.Runtime.InteropServices;
using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities of pairs under the reference: computed once, and kept in a file if there is a folder for it.</summary>
internal static class ReferenceScores
{
    /// <summary>Pairs that are computed, and written, together; always the same ones, so that no number depends on where a run was stopped.</summary>
    private const int PairsAtOnce = 64;

    /// <summary>Most tokens that go through the model at once, whatever a step of training may take: so the numbers are those of any run.</summary>
    private const int TokensAtOnce = 8192;

    /// <summary>Sums over the trained tokens of each answer, by pair.</summary>
    /// <param name="decoder">The reference.</param>
    /// <param name="withoutAdapter">Whether the reference is the decoder with its adapter off.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="folder">Where to keep them; null: nowhere.</param>
    /// <param name="start">Hashes of the reference's weights, if they are known.</param>
    /// <param name="notes">Told when what was kept is damaged.</param>
    /// <param name="cancel">Stops between some pairs and the next; what was computed is kept.</param>
    public static (float Chosen, float Rejected)[] Of(Decoder decoder, bool withoutAdapter, IReadOnlyList<PairExample> pairs, int longest, string? folder, WeightHashes? start, IProgress<string>? notes, CancellationToken cancel)
    {
        using var bare = withoutAdapter ? decoder.WithoutAdapter() : null;
        using var off = no_grad();
        using var cache = folder is null ? null : ReferenceCache.Open(folder, Key(start ?? WeightHashes.Of(decoder), withoutAdapter ? null : decoder.Adapter, pairs), notes);
        using var logits = new LogitsBuffer();
        var columns = new List<(float, float)>(pairs.Count);
        foreach (var (index, part) in pairs.Chunk(PairsAtOnce).Index())
        {
            cancel.ThrowIfCancellationRequested();
            var sums = cache?.Find(index, 2 * part.Length);
            if (sums is null)
            {
                sums = [.. StepPass.Split(part, pair => pair.Tokens, TokensAtOnce).SelectMany(some => Sums(decoder, some, longest, logits))];
                cache?.Append(sums);
            }
            columns.AddRange(sums.Chunk(2).Select(pair => (pair[0], pair[1])));
        }

        return [.. columns];
    }

    /// <summary>The better answer of each pair and the worse one, in turn.</summary>
    private static float[] Sums(Decoder decoder, IReadOnlyList<PairExample> pairs, int longest, LogitsBuffer logits)
    {
        using var scope = NewDisposeScope();
        return SequenceScores.Of(decoder, [.. pairs.SelectMany(pair => (TokenExample[])[pair.Chosen, pair.Rejected])], longest, logits).Sums(2 * pairs.Count).cpu().data<float>().ToArray();
    }

    /// <summary>Changes with every bit of the weights and of the pairs.</summary>
    private static UInt128 Key(WeightHashes start, Adapter? adapter, IReadOnlyList<PairExample> pairs)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes((adapter?.Description ?? "").AsSpan()));
        foreach (var (name, weight) in start.Weights.Concat(adapter?.Parameters.Select(each => (each.Name, WeightHashes.Of(each.Value))) ?? []))
        {
            hash.Append(MemoryMarshal.AsBytes(name.AsSpan()));
            hash.Append(BitConverter.GetBytes(weight));
        }
        foreach (var text in pairs.SelectMany(pair => (TokenExample[])[pair.Chosen, pair.Rejected]))
        {
            hash.Append(BitConverter.GetBytes(text.Ids.Length)); // where one ends and the next begins
            hash.Append(MemoryMarshal.AsBytes(text.Ids.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(text.Weights.AsSpan()));
        }
        return hash.GetCurrentHashAsUInt128();
    }
}
