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

    /// <summary>Most tokens that go through the model at once, whatever a step of training may take: so the numbers are those of any run.</summary>
    private const int TokensAtOnce = 8192;

    /// <summary>Sums over the trained tokens of the answers of pairs.</summary>
    /// <param name="decoder">The reference.</param>
    /// <param name="withoutAdapter">Whether the reference is the decoder with its adapter off.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="folder">Where to keep them; null: nowhere.</param>
    /// <param name="start">Hashes of the reference's weights, if they are known.</param>
    /// <param name="notes">Told when what was kept is damaged.</param>
    /// <param name="cancel">Stops between some pairs and the next; what was computed is kept.</param>
    /// <param name="shared">Whether sums over shared lengths are asked for as well.</param>
    public static PairAnchor[] Of(Decoder decoder, bool withoutAdapter, IReadOnlyList<PairExample> pairs, int longest, string? folder, WeightHashes? start, IProgress<string>? notes, CancellationToken cancel, bool shared = false)
    {
        var kind = new Kind<PairExample>(shared ? 4 : 2, pair => [pair.Chosen, pair.Rejected], (part, logits) => new PairBatch(part).Anchors(decoder, longest, logits)
            .SelectMany(each => shared ? [each.Chosen, each.Rejected, each.ChosenShared, each.RejectedShared] : (float[])[each.Chosen, each.Rejected]));
        return [.. Compute(decoder, withoutAdapter, pairs, kind, folder, start, notes, cancel).Select(each => shared ? new PairAnchor(each[0], each[1], each[2], each[3]) : new PairAnchor(each[0], each[1]))];
    }

    /// <summary>Sums over the trained tokens of texts.</summary>
    /// <param name="decoder">The reference.</param>
    /// <param name="withoutAdapter">Whether the reference is the decoder with its adapter off.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="folder">Where to keep them; null: nowhere.</param>
    /// <param name="start">Hashes of the reference's weights, if they are known.</param>
    /// <param name="notes">Told when what was kept is damaged.</param>
    /// <param name="cancel">Stops between some texts and the next; what was computed is kept.</param>
    public static float[] Of(Decoder decoder, bool withoutAdapter, IReadOnlyList<TokenExample> texts, int longest, string? folder, WeightHashes? start, IProgress<string>? notes, CancellationToken cancel)
    {
        var kind = new Kind<TokenExample>(1, text => [text], (part, logits) => SequenceScores.Of(decoder, part, longest, logits).Sums(part.Count).cpu().data<float>().ToArray());
        return [.. Compute(decoder, withoutAdapter, texts, kind, folder, start, notes, cancel).Select(each => each[0])];
    }

    private static IEnumerable<float[]> Compute<T>(Decoder decoder, bool withoutAdapter, IReadOnlyList<T> things, Kind<T> kind, string? folder, WeightHashes? start, IProgress<string>? notes, CancellationToken cancel)
    {
        using var bare = withoutAdapter ? decoder.WithoutAdapter() : null;
        using var off = no_grad();
        using var cache = folder is null ? null : ReferenceCache.Open(folder, Key(start ?? WeightHashes.Of(decoder), withoutAdapter ? null : decoder.Adapter, kind.Numbers, things.SelectMany(kind.Texts)), notes);
        using var logits = new LogitsBuffer();
        foreach (var (index, part) in things.Chunk(AtOnce).Index())
        {
            cancel.ThrowIfCancellationRequested();
            var numbers = cache?.Find(index, kind.Numbers * part.Length);
            if (numbers is null)
            {
                numbers = [.. StepPass.Split(part, thing => kind.Texts(thing).Sum(text => text.Ids.Length), TokensAtOnce).SelectMany(some =>
                {
                    using var scope = NewDisposeScope();
                    return kind.Score(some, logits).ToArray();
                })];
                cache?.Append(numbers);
            }
            foreach (var each in numbers.Chunk(kind.Numbers))
                yield return each;
        }
    }

    /// <summary>What is scored.</summary>
    /// <param name="Numbers">How many numbers each has.</param>
    /// <param name="Texts">Its texts.</param>
    /// <param name="Score">The numbers of some, one after the other.</param>
    private sealed record Kind<T>(int Numbers, Func<T, IEnumerable<TokenExample>> Texts, Func<IReadOnlyList<T>, LogitsBuffer, IEnumerable<float>> Score);

    /// <summary>Changes with every bit of the weights and of the texts.</summary>
    private static UInt128 Key(WeightHashes start, Adapter? adapter, int numbers, IEnumerable<TokenExample> texts)
    {
        var hash = new XxHash128();
        hash.Append(BitConverter.GetBytes(numbers));
        hash.Append(MemoryMarshal.AsBytes((adapter?.Description ?? "").AsSpan()));
        foreach (var (name, weight) in start.Weights.Concat(adapter?.Parameters.Select(each => (each.Name, WeightHashes.Of(each.Value))) ?? []))
        {
            hash.Append(MemoryMarshal.AsBytes(name.AsSpan()));
            hash.Append(BitConverter.GetBytes(weight));
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
