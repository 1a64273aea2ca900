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
        var columns = new List<(float, float)>(pairs.Count);
        foreach (var (index, part) in pairs.Chunk(PairsAtOnce).Index())
        {
            cancel.ThrowIfCancellationRequested();
            var sums = cache?.Find(index, 2 * part.Length);
            if (sums is null)
            {
                using var scope = NewDisposeScope();
                sums = Sums(decoder, part, longest).cpu().data<float>().ToArray();
                cache?.Append(sums);
            }
            columns.AddRange(sums[..part.Length].Zip(sums[part.Length..]));
        }

        return [.. columns];
    }

    /// <summary>First the better answers, then the worse ones, [2 · pairs].</summary>
    private static Tensor Sums(Decoder decoder, PairExample[] pairs, int longest) =>
        SequenceScores.Of(decoder, [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)], longest).Sums(2 * pairs.Length);

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
