using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>Rows that are written in lock-step, a token each per step.</summary>
/// <remarks>Prompts are padded on the left, so that all rows end at the same place. Finished rows ride along until they are half of all; then the others go on without them.</remarks>
internal sealed class GenerationRun : IDisposable
{
    private readonly LanguageModel model;
    private readonly KeyValueCache cache;
    private readonly int longest;
    private List<GenerationRow> rows;
    private Tensor? visible; // [rows, 1, 1, capacity]: false where a row is padded; null if none is
    private int steps;

    public GenerationRun(LanguageModel model, IReadOnlyList<GenerationRow> rows)
    {
        this.model = model;
        this.rows = [.. rows];
        longest = rows.Max(row => row.Prompt.Length);
        cache = new KeyValueCache(model.Decoder.Config, rows.Count, longest + rows.Max(row => row.MaxNewTokens), model.Decoder.Device);
    }

    /// <summary>Writes one token in every row that is not done.</summary>
    /// <returns>Whether any row goes on.</returns>
    public bool Step()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var hidden = steps == 0 ? ReadPrompts() : ReadLastTokens();
        // Ids beyond the tokenizer's, where a checkpoint has rounded its vocabulary up, mean nothing.
        var logits = model.Decoder.Logits(hidden).narrow(-1, 0, model.Tokenizer.VocabularySize);
        var next = logits.cpu().contiguous().data<float>().ToArray(); // the one transfer of the step
        var width = next.Length / rows.Count;
        steps++;
        for (var index = 0; index < rows.Count; index++)
        {
            if (!rows[index].Done)
                rows[index].Write(next.AsSpan(index * width, width));
        }
        DropFinished();
        return rows.Any(row => !row.Done);
    }

    public void Dispose()
    {
        cache.Dispose();
        visible?.Dispose();
    }

    /// <returns>[rows, width]: what the output matrix sees at the last place.</returns>
    private Tensor ReadPrompts()
    {
        var ids = rows.SelectMany(row => Enumerable.Repeat(model.Tokenizer.Special.Pad, longest - row.Prompt.Length).Concat(row.Prompt)).Select(id => (long)id).ToArray();
        var padding = Column(row => longest - row.Prompt.Length); // [rows, 1]
        var places = TensorArithmetic.CountUpTo(longest, Device).unsqueeze(0);
        var positions = (places - padding).AtLeast(0);
        Tensor? mask = null;
        if (rows.Any(row => row.Prompt.Length < longest))
        {
            visible = TensorArithmetic.CountUpTo(cache.Capacity, Device).unsqueeze(0).ge(padding).unsqueeze(1).unsqueeze(1).DetachFromDisposeScope();
            // Padding looks at itself: nobody sees it, and looking at nothing would make it NaN.
            var before = ones([longest, longest], ScalarType.Bool, Device).tril();
            mask = (visible.narrow(-1, 0, longest) & before) | eye(longest, longest, ScalarType.Bool, Device); // [rows, 1, longest, longest]
        }
        return model.Decoder.Hidden(tensor(ids, [rows.Count, longest], device: Device), positions, mask, cache).select(1, -1);
    }

    private Tensor ReadLastTokens()
    {
        var ids = Column(row => row.Tokens[^1]);
        var positions = Column(row => row.Prompt.Length + steps - 1);
        return model.Decoder.Hidden(ids, positions, visible?.narrow(-1, 0, cache.Length + 1), cache).select(1, -1);
    }

    private void DropFinished()
    {
        var going = rows.Index().Where(each => !each.Item.Done).Select(each => (long)each.Index).ToArray();
        if (going.Length == 0 || going.Length > rows.Count / 2)
            return;
        var kept = tensor(going, device: Device);
        cache.Keep(kept);
        using (var all = visible)
            visible = all?.index_select(0, kept).DetachFromDisposeScope();
        rows = [.. going.Select(index => rows[(int)index])];
    }

    private Device Device => model.Decoder.Device;

    private Tensor Column(Func<GenerationRow, long> value) => tensor(rows.Select(value).ToArray(), [rows.Count, 1], device: Device);
}
