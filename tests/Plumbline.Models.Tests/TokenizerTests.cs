using FsCheck.Xunit;

namespace Plumbline.Models.Tests;

public sealed class TokenizerTests
{
    private static readonly Tokenizer Small = Tokenizer.Train(["the cat sat on the mat, and the other cat sat there: 30 days", "I bought this lamp 40 days ago."], 300);

    [Property(MaxTest = 500)]
    public void Any_text_comes_back_as_it_was(string? text)
    {
        var wellFormed = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text ?? ""));
        Assert.Equal(wellFormed, Small.Decode(Small.Encode(wellFormed)));
    }

    [Theory]
    [InlineData("𝐀𝐁 naïve 👩‍👩‍👧 日本語 \t\r\n  x")]
    [InlineData("\0\u0001\uFEFFabc\u2028 ")]
    [InlineData("")]
    public void Awkward_text_comes_back_as_it_was(string text) => Assert.Equal(text, Small.Decode(Small.Encode(text)));

    [Fact]
    public void Text_never_becomes_a_special_token()
    {
        foreach (var name in SpecialTokens.Names)
            Assert.All(Small.Encode($"x{name}y {name}{name}"), id => Assert.True(id >= SpecialTokens.Names.Count));
    }

    [Fact]
    public void A_saved_tokenizer_reads_back_the_same()
    {
        using var folder = new TemporaryFolder();
        Small.Save(folder.Path);
        var loaded = Tokenizer.Load(folder.Path);
        const string Text = "the other lamp, 35 days: the cat";
        Assert.Equal(Small.Encode(Text), loaded.Encode(Text));
        Assert.Equal(Small.Special, loaded.Special);
        Assert.Equal(Small.VocabularySize, loaded.VocabularySize);
    }

    [Fact] // worked by hand: "ab" occurs 4 times, then "abab" (ab ab) 2 times; "a" of "ac" occurs once with c
    public void Training_joins_the_most_frequent_pair_first()
    {
        var tokenizer = Tokenizer.Train(["abab", "abab", "ac"], 7 + 256 + 2);
        Assert.Equal(2 + 7 + 256, tokenizer.VocabularySize);
        Assert.Equal([7 + 256 + 1], tokenizer.Encode("abab"));
        Assert.Equal([7 + 256, 7 + 'c'], tokenizer.Encode("abc"));
    }

    [Property(MaxTest = 200)]
    public void Encoding_applies_the_most_urgent_merge_first(string? text)
    {
        using var folder = new TemporaryFolder();
        Small.Save(folder.Path);
        Assert.Equal(NaiveBytePairs.Encode(folder["tokenizer.json"], text ?? ""), Small.Encode(text ?? ""));
    }
}
