using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Which experts the tokens of a text use: the shared one, and that of the step which a token belongs to (032). The routing is fixed, nothing of it is learnt.</summary>
/// <remarks>A step lasts from the token that opens it until another step is opened; before the first, the shared expert is alone.</remarks>
/// <param name="openings">The token that opens each step; step k is opened by the k-th, from 1.</param>
/// <param name="rank">Rank of each expert.</param>
internal sealed class StepRoute(IReadOnlyList<int> openings, int rank)
{
    private readonly Dictionary<long, int> steps = openings.Index().ToDictionary(each => (long)each.Item, each => each.Index + 1);

    /// <summary>1 for the ranks that a token uses, 0 for the others, [1, tokens, ranks of all experts]; the shared expert's come first.</summary>
    public Tensor Of(PackedTexts texts, Device device)
    {
        var found = new int[texts.Ids.Length];
        var (ends, at) = (new int[texts.Runs.Count], 0);
        foreach (var (index, run) in texts.Runs.Index())
        {
            ends[index] = Follow(texts.Ids.AsSpan(at, run.Length), run.After is { } earlier ? ends[earlier] : 0, found.AsSpan(at, run.Length));
            at += run.Length;
        }
        return Ranks(found, device).unsqueeze(0);
    }

    /// <summary>The same for rows of texts, [batch, time, ranks of all experts].</summary>
    /// <param name="ids">[batch, time], int64</param>
    /// <param name="cache">Keeps the step that each row has come to, so that the next tokens go on from it; null: every row begins a text.</param>
    public Tensor Of(Tensor ids, KeyValueCache? cache)
    {
        var (batch, time) = ((int)ids.shape[0], (int)ids.shape[1]);
        var tokens = ids.cpu().contiguous().data<long>().ToArray();
        var reached = cache?.Steps ?? new int[batch];
        var found = new int[tokens.Length];
        for (var row = 0; row < batch; row++)
            reached[row] = Follow(tokens.AsSpan(row * time, time), reached[row], found.AsSpan(row * time, time));
        cache?.Steps = reached;
        return Ranks(found, ids.device).view(batch, time, -1);
    }

    /// <summary>The step of each token.</summary>
    /// <param name="ids">Tokens that follow each other.</param>
    /// <param name="step">What they follow on, 0 where no step is open.</param>
    /// <param name="found">The steps.</param>
    /// <returns>The step of the last one.</returns>
    private int Follow(ReadOnlySpan<long> ids, int step, Span<int> found)
    {
        for (var at = 0; at < ids.Length; at++)
            found[at] = step = steps.GetValueOrDefault(ids[at], step);
        return step;
    }

    private Tensor Ranks(int[] steps, Device device)
    {
        var all = rank * (openings.Count + 1);
        var table = new float[(openings.Count + 1) * all]; // a row for each step, and one before the first
        for (var step = 0; step <= openings.Count; step++)
        {
            table.AsSpan(step * all, rank).Fill(1);
            table.AsSpan((step * all) + (step * rank), rank).Fill(1);
        }
        return tensor(table, [openings.Count + 1, all], device: device).index_select(0, tensor(Array.ConvertAll(steps, step => (long)step), device: device));
    }
}
