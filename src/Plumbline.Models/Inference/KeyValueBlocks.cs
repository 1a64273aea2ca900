namespace Plumbline.Models.Inference;

/// <summary>Where blocks come from and go back to when nobody holds them any more.</summary>
/// <param name="config">Shape of the decoder.</param>
internal sealed class KeyValueBlocks(DecoderConfig config) : IDisposable
{
    private const long MostIdleBytes = 16 << 20;

    private readonly Stack<KeyValueBlock> idle = new();

    /// <summary>How many are held.</summary>
    public int InUse { get; private set; }

    public KeyValueBlock Take()
    {
        var block = idle.TryPop(out var used) ? used : new(config);
        block.Holders = 1;
        InUse++;
        return block;
    }

    public void Release(KeyValueBlock block)
    {
        if (--block.Holders > 0)
            return;
        InUse--;
        idle.Push(block);
    }

    /// <summary>Gives memory back that nobody has asked for lately.</summary>
    public void Trim()
    {
        while (idle.Count * KeyValueBlock.BytesOf(config) > MostIdleBytes)
            idle.Pop().Free();
    }

    public void Dispose()
    {
        while (idle.TryPop(out var block))
            block.Free();
    }
}
