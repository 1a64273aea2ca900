using System.IO.Hashing;
using System.Runtime.InteropServices;
using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities under the reference: computed once, and kept in a file if there is a folder for it.</summary>
internal static class ReferenceScores
{
    /// <summary>Pairs, or texts, that are computed, and written, together; always the same ones, so that no number depends on where a run was stopped.</summary>
    private const int AtOnce = 64;

    /// <summary>Sums over the trained tokens of the answers of pairs.</summary>
    /// <param name="decoder">The reference.</param>
    /// <param name="withoutAdapter">Whether the reference is the decoder with its adapter off.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="folder">Where to keep them; null: nowhere.</param>
    /// <param name="notes">Told when what was kept is damaged.</param>
    /// <param name="cancel">Stops between some pairs and the next; what was computed is kept.</param>
    /// <param name="shared">Whether sums over shared lengths are asked for as well.</param>
    public static PairAnchor[] Of(Decoder decoder, bool withoutAdapter, IReadOnlyList<PairExample> pairs, int longest, string? folder, IProgress<string>? notes, CancellationToken cancel, bool shared = false)
    {
        var kind = new Kind<PairExample>(shared ? 4 : 2, pair => [pair.Chosen, pair.Rejected], part =>
        {
            var anchors = new PairBatch(part).Anchors(decoder, longest);
            IEnumerable<float> whole = [.. anchors.Select(each => each.Chosen), .. anchors.Select(each => each.Rejected)];
            return [.. shared ? whole.Concat(anchors.Select(each => each.ChosenShared)).Concat(anchors.Select(each => each.RejectedShared)) : whole];
        });
        return [.. Compute(decoder, withoutAdapter, pairs, kind, folder, notes, cancel).Select(each => shared ? new PairAnchor(each[0], each[1], each[2], each[3]) : new PairAnchor(each[0], each[1]))];
    }

    /// <summary>Sums over the trained tokens of texts.</summary>
    /// <param name="decoder">The reference.</param>
    /// <param name="withoutAdapter">Whether the reference is the decoder with its adapter off.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="folder">Where to keep them; null: nowhere.</param>
    /// <param name="notes">Told when what was kept is damaged.</param>
    /// <param name="cancel">Stops between some texts and the next; what was computed is kept.</param>
    public static float[] Of(Decoder decoder, bool withoutAdapter, IReadOnlyList<TokenExample> texts, int longest, string? folder, IProgress<string>? notes, CancellationToken cancel)
    {
        var kind = new Kind<TokenExample>(1, text => [text], part => SequenceScores.Of(decoder, part, longest).Sums(part.Length).cpu().data<float>().ToArray());
        return [.. Compute(decoder, withoutAdapter, texts, kind, folder, notes, cancel).Select(each => each[0])];
    }

    private static IEnumerable<float[]> Compute<T>(Decoder decoder, bool withoutAdapter, IReadOnlyList<T> things, Kind<T> kind, string? folder, IProgress<string>? notes, CancellationToken cancel)
    {
        using var bare = withoutAdapter ? decoder.WithoutAdapter() : null;
        using var off = no_grad();
        using var cache = folder is null ? null : ReferenceCache.Open(folder, Key(decoder, withoutAdapter ? null : decoder.Adapter, kind.Numbers, things.SelectMany(kind.Texts)), notes);
        foreach (var (index, part) in things.Chunk(AtOnce).Index())
        {
            cancel.ThrowIfCancellationRequested();
            var numbers = cache?.Find(index, kind.Numbers * part.Length);
            if (numbers is null)
            {
                using var scope = NewDisposeScope();
                numbers = kind.Score(part);
                cache?.Append(numbers);
            }
            for (var i = 0; i < part.Length; i++)
                yield return [.. Enumerable.Range(0, kind.Numbers).Select(column => numbers[column * part.Length + i])];
        }
    }

    /// <summary>What is scored.</summary>
    /// <param name="Numbers">How many numbers each has.</param>
    /// <param name="Texts">Its texts.</param>
    /// <param name="Score">Its numbers: the first of all, then the second of all, and so on.</param>
    private sealed record Kind<T>(int Numbers, Func<T, IEnumerable<TokenExample>> Texts, Func<T[], float[]> Score);

    /// <summary>Changes with every bit of the weights and of the texts.</summary>
    private static UInt128 Key(Decoder decoder, Adapter? adapter, int numbers, IEnumerable<TokenExample> texts)
    {
        var hash = new XxHash128();
        hash.Append(BitConverter.GetBytes(numbers));
        hash.Append(MemoryMarshal.AsBytes((adapter?.Description ?? "").AsSpan()));
        foreach (var (name, parameter) in decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).Concat(adapter?.Parameters ?? []))
        {
            hash.Append(MemoryMarshal.AsBytes(name.AsSpan()));
            using var scope = NewDisposeScope();
            var values = parameter.detach().cpu().contiguous().flatten();
            for (long start = 0; start < values.numel(); start += 1 << 24) // a span ends at 2 GB
                hash.Append(values.narrow(0, start, Math.Min(1 << 24, values.numel() - start)).bytes);
        }
        foreach (var text in texts)
        {
            hash.Append(BitConverter.GetBytes(text.Ids.Length)); // where one ends and the next begins
            hash.Append(MemoryMarshal.AsBytes(text.Ids.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(text.Weights.AsSpan()));
        }
        return hash.GetCurrentHashAsUInt128();
    }
}
