using System.Buffers.Binary;
using FsCheck.Xunit;
using Plumbline.Models.Gguf;

namespace Plumbline.Models.Tests.Gguf;

public sealed class GgufBlocksTests
{
    [Fact] // by hand: the largest is 2.54, so the scale is 0.02 (as float16 0.01999664), and 1 becomes 50
    public void A_block_is_a_scale_and_whole_numbers()
    {
        var numbers = new float[32];
        (numbers[0], numbers[1], numbers[2]) = (2.54f, -2.54f, 1f);
        var block = new byte[34];
        GgufBlocks.Quantise(numbers, block);
        Assert.Equal(0.02, (double)BinaryPrimitives.ReadHalfLittleEndian(block), 1e-5);
        Assert.Equal([127, -127, 50, 0], block[2..6].Select(each => (int)(sbyte)each));
    }

    [Property]
    public void No_number_moves_by_more_than_half_a_step_and_the_rounding_of_the_scale(int seed)
    {
        var random = new Random(seed);
        var numbers = Enumerable.Range(0, 32).Select(_ => (float)(random.NextDouble() * 4 - 2)).ToArray();
        var block = new byte[34];
        GgufBlocks.Quantise(numbers, block);
        var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        Assert.All(numbers.Index(), each => Assert.True(Math.Abs(each.Item - scale * (sbyte)block[2 + each.Index]) <= 0.5f * scale * 1.001f + 127 * scale / 2048));
    }

    [Fact]
    public void A_block_of_zeros_stays_zero()
    {
        var block = new byte[34];
        GgufBlocks.Quantise(new float[32], block);
        Assert.All(block, each => Assert.Equal(0, each));
    }
}
