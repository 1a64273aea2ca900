using FsCheck.Xunit;
using Plumbline.Training.Rewards;

namespace Plumbline.Training.Tests.Rewards;

public sealed class CompositeRewardTests
{
    private static readonly CompositeReward<string> Reward = new(new("length", 0.5, text => text.Length), new("is a", 2, text => text == "a" ? 1 : 0), new("never", 0, _ => double.NaN));

    [Fact]
    public void Parts_are_weighed_and_added() => Assert.Equal((0.5 + 2, 1.0), (Reward.Of("a"), Reward.Of("bb")));

    [Fact]
    public void A_part_can_be_left_out()
    {
        Assert.Equal(0.5, Reward.Without("is a").Of("a"));
        Assert.Contains("is a", Assert.Throws<ArgumentException>(() => Reward.Without("is b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_is_refused_by_its_name()
    {
        Assert.Contains("odds", Assert.Throws<InvalidOperationException>(() => new CompositeReward<int>(new RewardPart<int>("odds", 1, each => 1.0 / each)).Of(0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CompositeReward<int>());
        Assert.Throws<ArgumentException>(() => new CompositeReward<int>(new RewardPart<int>("odds", double.NaN, each => each)));
    }

    [Theory] // shared words 2 of 3 and 4; the longest common subsequence of "a b c" and "c a x b" is "a b"
    [InlineData("a b b", "b a b b", 6 / 7.0, 6 / 7.0)]
    [InlineData("a b c", "c a x b", 6 / 7.0, 4 / 7.0)]
    [InlineData("a", "", 0, 0)]
    [InlineData("", " ", 1, 1)]
    public void Overlap_counts_words_or_their_order(string text, string reference, double words, double sequence)
    {
        Assert.Equal(words, TextOverlap.WordF1(text, reference), 12);
        Assert.Equal(sequence, TextOverlap.SequenceF1(text, reference), 12);
    }

    [Property]
    public bool Overlap_is_the_same_both_ways_and_order_never_adds_to_it(byte[] one, byte[] other)
    {
        string Text(byte[] bytes) => string.Join(' ', bytes.Select(each => each % 4));
        var (words, sequence) = (TextOverlap.WordF1(Text(one), Text(other)), TextOverlap.SequenceF1(Text(one), Text(other)));
        return words == TextOverlap.WordF1(Text(other), Text(one)) && sequence == TextOverlap.SequenceF1(Text(other), Text(one)) && sequence <= words && words is >= 0 and <= 1;
    }
}
