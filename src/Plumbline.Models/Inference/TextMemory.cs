namespace Plumbline.Models.Inference;

/// <summary>Keys and values of the tokens of one text that have been read.</summary>
/// <param name="pool">Where its blocks come from.</param>
internal sealed class TextMemory(KeyValueBlocks pool) : IDisposable
{
    private readonly List<KeyValueBlock> blocks = [];

    /// <summary>Whether positions are turned as in texts that are longer than the model first knew.</summary>
    public bool Long { get; set; }

    /// <summary>How many tokens have been read.</summary>
    public int Length { get; private set; }

    public IReadOnlyList<KeyValueBlock> Blocks => blocks;

    /// <summary>Begins with tokens that were read for another text.</summary>
    /// <param name="shared">Their blocks; held from now on.</param>
    /// <param name="length">How many tokens; fills all blocks.</param>
    public void Begin(IEnumerable<KeyValueBlock> shared, int length)
    {
        foreach (var block in shared)
        {
            block.Holders++;
            blocks.Add(block);
        }
        Length = length;
    }

    /// <summary>Goes on with the first tokens of a block of another text.</summary>
    public void Copy(KeyValueBlock block, int tokens, int layers)
    {
        Reserve(tokens);
        blocks[^1].Copy(block, tokens, layers);
        Length += tokens;
    }

    /// <summary>Makes room for tokens that are about to be read.</summary>
    public void Reserve(int tokens)
    {
        while (blocks.Count * KeyValueBlock.Tokens < Length + tokens)
            blocks.Add(pool.Take());
    }

    /// <summary>Counts tokens that have been read in every layer.</summary>
    public void Advance(int tokens) => Length += tokens;

    public void Dispose()
    {
        foreach (var block in blocks)
            pool.Release(block);
        blocks.Clear();
    }
}
