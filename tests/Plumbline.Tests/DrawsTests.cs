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

    [Fact] // mean 0 and deviation 1: of 100,000 numbers, the mean lies within 0.013 and the share within one deviation within 0.006 of 68.27 %, with 4 standard errors
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var random = new Draws(1, "normal");
        var numbers = Enumerable.Range(0, 100_000).Select(_ => random.NextNormal()).ToArray();
        Assert.Equal(0, numbers.Average(), 0.013);
        Assert.Equal(1, numbers.Average(number => number * number), 0.018);
        Assert.Equal(0.6827, numbers.Count(number => Math.Abs(number) < 1) / 100_000.0, 0.006);
    }

    [Fact]
    public void An_index_comes_as_often_as_its_share_says_and_never_where_that_is_0()
    {
        var random = new Draws(1, "shares");
        var counts = new int[4];
        for (var i = 0; i < 100_000; i++)
            counts[random.NextOf([1, 0, 2, 1])]++;
        Assert.Equal(0, counts[1]);
        Assert.Equal([0.25, 0, 0.5, 0.25], counts.Select(count => count / 100_000.0), (expected, share) => Math.Abs(expected - share) < 0.007);
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
