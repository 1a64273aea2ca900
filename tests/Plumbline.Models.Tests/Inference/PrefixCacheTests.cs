using Plumbline.Models.Inference;

namespace Plumbline.Models.Tests.Inference;

public sealed class PrefixCacheTests : IDisposable
{
    private static readonly DecoderConfig Config = new() { VocabularySize = 9, Width = 4, FeedForwardWidth = 4, Layers = 1, Heads = 1, KeyValueHeads = 1 };

    private readonly KeyValueBlocks pool = new(Config);
    private readonly PrefixCache cache;

    public PrefixCacheTests() => cache = new(pool, Config.Layers);

    [Fact]
    public void The_longest_common_beginning_is_known()
    {
        Keep([.. Text(0, 70)]);
        Keep([.. Text(0, 40), .. Text(500, 20)]);
        Assert.Equal(70, cache.Known(Text(0, 100)));
        Assert.Equal(50, cache.Known([.. Text(0, 40), .. Text(500, 10), 7]));
        Assert.Equal(33, cache.Known([.. Text(0, 33), 7, 7]));
        Assert.Equal(0, cache.Known([7, .. Text(0, 33)]));
        Assert.Equal(0, cache.Known([]));
    }

    [Fact]
    public void Whole_blocks_are_shared_and_the_rest_is_copied()
    {
        Keep(Text(0, 70)); // 3 blocks
        using var memory = new TextMemory(pool);
        cache.Begin([.. Text(0, 66), 7], memory);
        Assert.Equal(66, memory.Length);
        Assert.Equal((3, 4), (memory.Blocks.Count, pool.InUse));
    }

    [Fact] // random texts against a search through all of them
    public void It_knows_what_a_plain_search_knows()
    {
        var random = new Random(5);
        var kept = new List<int[]>();
        for (var round = 0; round < 300; round++)
        {
            var text = Random(random);
            var expected = kept.Select(other => text.AsSpan().CommonPrefixLength(other)).DefaultIfEmpty().Max();
            Assert.Equal(expected, cache.Known(text));
            Keep(text);
            kept.Add(text);
        }
    }

    [Fact]
    public void What_was_not_used_for_longest_goes_first_and_its_memory_is_free()
    {
        Keep(Text(0, 64));
        Keep(Text(1000, 64));
        Keep([.. Text(0, 32), .. Text(2000, 32)]);
        using (var memory = new TextMemory(pool))
            cache.Begin(Text(1000, 64), memory);
        cache.Shrink(3);
        Assert.Equal((64, 32), (cache.Known(Text(1000, 64)), cache.Known(Text(0, 64))));
        Assert.Equal((3, 3), (cache.Count, pool.InUse));
        cache.Shrink(0);
        Assert.Equal((0, 0), (cache.Count, pool.InUse));
    }

    [Fact]
    public void A_text_that_goes_on_keeps_its_place()
    {
        using var memory = new TextMemory(pool);
        memory.Reserve(40);
        memory.Advance(40);
        cache.Keep(Text(0, 33), memory, 100);
        cache.Keep(Text(0, 40), memory, 100);
        Assert.Equal((40, 2), (cache.Known(Text(0, 50)), cache.Count));
    }

    public void Dispose()
    {
        cache.Shrink(0);
        pool.Dispose();
    }

    private static int[] Text(int first, int length) => [.. Enumerable.Range(first, length)];

    private static int[] Random(Random random)
    {
        var text = new List<int>();
        for (var piece = 0; piece < 4; piece++)
            text.AddRange(Text(1000 * random.Next(2), random.Next(1, 40)));
        return [.. text];
    }

    private void Keep(int[] text)
    {
        using var memory = new TextMemory(pool);
        memory.Reserve(text.Length);
        memory.Advance(text.Length);
        cache.Keep(text, memory, 1_000_000);
    }
}
