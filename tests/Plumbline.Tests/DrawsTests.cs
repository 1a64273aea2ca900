using FsCheck;
using FsCheck.Xunit;
using Plumbline.Statistics;

namespace Plumbline.Tests;

public sealed class DrawsTests
{
    [Fact]
    public void The_same_seed_purpose_and_index_give_the_same_numbers()
    {
        Assert.Equal(Bits(7, "a", 3), Bits(7, "a", 3));
        Assert.NotEqual(Bits(7, "a", 3), Bits(8, "a", 3));
        Assert.NotEqual(Bits(7, "a", 3), Bits(7, "b", 3));
        Assert.NotEqual(Bits(7, "a", 3), Bits(7, "a", 4));
    }

    [Property]
    public bool A_number_lies_in_its_range(long seed, PositiveInt bound)
    {
        var random = new Draws(seed, "range");
        return Enumerable.Range(0, 20).All(_ => random.Next(bound.Item) is var number && number >= 0 && number < bound.Item && random.NextDouble() is >= 0 and < 1);
    }

    [Property]
    public bool A_shuffle_loses_nothing(long seed, int[] things) => new Draws(seed, "shuffle").Shuffle(things).Order().SequenceEqual(things.Order());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_choice_is_as_likely_as_any_other(long seed)
    {
        var random = new Draws(seed, "choices");
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[random.Next(7)]++;
        var chiSquared = counts.Sum(count => (count - 10_000.0) * (count - 10_000.0) / 10_000);
        Assert.InRange(chiSquared, 0.38, 22.5); // 6 degrees of freedom: 0.001 lies outside on either side
    }

    [Fact]
    public void Chances_come_true_as_often_as_they_say()
    {
        var random = new Draws(5, "chances");
        var hits = Enumerable.Range(0, 10_000).Count(_ => random.Chance(0.3));
        var interval = WilsonInterval.Of(hits, 10_000);
        Assert.InRange(0.3, interval.Low, interval.High);
    }

    [Fact]
    public void Neighbouring_streams_have_nothing_in_common()
    {
        var bits = Enumerable.Range(0, 2000).Select(index => new Draws(1, "streams", index).NextBits()).ToArray();
        Assert.Equal(bits.Length, bits.Distinct().Count());
        var flipped = bits.Zip(bits.Skip(1)).Average(pair => System.Numerics.BitOperations.PopCount(pair.First ^ pair.Second));
        Assert.InRange(flipped, 31.5, 32.5); // 32 of 64, with a standard error of 4 / √1999 = 0.09
    }

    private static ulong[] Bits(long seed, string purpose, long index)
    {
        var random = new Draws(seed, purpose, index);
        return [.. Enumerable.Range(0, 8).Select(_ => random.NextBits())];
    }
}
