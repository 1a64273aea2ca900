namespace Plumbline.Training;

/// <summary>Puts several texts into one row, so that no arithmetic is spent on padding; no text sees another (046).</summary>
/// <remarks>First fit, longest first. The same examples give the same rows.</remarks>
public static class Packing
{
    /// <summary>Packs examples into rows.</summary>
    /// <param name="examples">What to pack; an example longer than a row is cut at the end.</param>
    /// <param name="length">Tokens in a row.</param>
    public static IReadOnlyList<PackedRow> Pack(IReadOnlyList<TokenExample> examples, int length)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var rows = new List<PackedRow>();
        foreach (var (index, example) in examples.Index().OrderByDescending(each => Math.Min(each.Item.Ids.Length, length)))
        {
            var tokens = Math.Min(example.Ids.Length, length);
            if (tokens < 2)
                continue;
            var row = rows.Find(candidate => candidate.Used + tokens <= length);
            if (row is null)
                rows.Add(row = new PackedRow(length));
            row.Add(index, example, tokens);
        }

        return rows;
    }

    /// <summary>Where a text must be whole to mean what it should, one that would be cut is refused.</summary>
    internal static void RefuseCut(IEnumerable<TokenExample> examples, int length, Func<int, string> place)
    {
        foreach (var (index, example) in examples.Index())
        {
            if (example.Ids.Length > length)
                throw new InputException(place(index), $"prompt and answer are {example.Ids.Length} tokens, but a row holds {length}.", "Leave it out, or train with longer rows.");
        }
    }
}

/// <summary>A row of texts, one after the other, and padding.</summary>
public sealed class PackedRow
{
    internal PackedRow(int length)
    {
        Ids = new long[length];
        Positions = new long[length];
        Examples = new long[length];
        Weights = new float[length];
    }

    /// <summary>Tokens; 0 where there is padding.</summary>
    public long[] Ids { get; }

    /// <summary>Where each token stands in its own text, from 0.</summary>
    public long[] Positions { get; }

    /// <summary>Which example each token belongs to, counted from 1; 0 is padding.</summary>
    public long[] Examples { get; }

    /// <summary>How much predicting each token counts; 0 for the first of a text and for padding.</summary>
    public float[] Weights { get; }

    /// <summary>Tokens that are not padding.</summary>
    public int Used { get; private set; }

    /// <summary>How much its tokens count together.</summary>
    public double Trained { get; private set; }

    internal void Add(int index, TokenExample example, int tokens)
    {
        for (var i = 0; i < tokens; i++)
        {
            Ids[Used + i] = example.Ids[i];
            Positions[Used + i] = i;
            Examples[Used + i] = index + 1;
            Weights[Used + i] = i == 0 ? 0 : example.Weights[i];
            Trained += Weights[Used + i];
        }

        Used += tokens;
    }
}
