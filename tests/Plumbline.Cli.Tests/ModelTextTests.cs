using FsCheck.Xunit;

namespace Plumbline.Cli.Tests;

public sealed class ModelTextTests
{
    [Theory]
    [InlineData("a\e[31mred\e[0mb", "aredb")]
    [InlineData("a\e]0;new title\ab", "ab")]
    [InlineData("a\e]8;;http://evil.example\e\\link\e]8;;\e\\b", "alinkb")]
    [InlineData("a\u009B31mb", "ab")]
    [InlineData("a\eP1$r0m\e\\b", "ab")]
    [InlineData("a\e(Bb", "ab")]
    [InlineData("a\b\r\0\u0007b", "ab")]
    [InlineData("abc\u202Efed", "abcfed")]
    [InlineData("one\ttab\ntwo", "one\ttab\ntwo")]
    [InlineData("[red]not markup[/]", "[red]not markup[/]")]
    [InlineData("€ ümlaut 👋", "€ ümlaut 👋")]
    public void Escape_sequences_and_control_characters_are_taken_out_and_words_stay(string text, string safe) => Assert.Equal(safe, ModelText.Plain(text));

    [Fact]
    public void A_command_that_never_ends_swallows_no_more_than_its_line() => Assert.Equal("a\nthe rest", ModelText.Plain("a\e]0;title\nthe rest"));

    [Property]
    public void Cutting_the_text_anywhere_changes_nothing(string? words, byte at)
    {
        var text = $"a\e[3{words}1mb\e]0;{words}\ac{words}";
        var cut = at % (text.Length + 1);
        var pieces = new ModelText();
        Assert.Equal(ModelText.Plain(text), pieces.Next(text[..cut]) + pieces.Next(text[cut..]));
    }

    [Property]
    public void No_text_leaves_a_control_character_but_line_and_tab(string? text) =>
        Assert.DoesNotContain(ModelText.Plain($"{text}\e{text}"), character => char.IsControl(character) && character is not ('\n' or '\t'));

    [Fact]
    public void One_line_is_one_line_and_is_never_cut_through_a_character()
    {
        Assert.Equal("a b c", ModelText.OneLine(" a\n\n b\tc "));
        Assert.Equal("ab…", ModelText.OneLine("ab👋d", 4));
        Assert.Equal("abcd", ModelText.OneLine("abcd", 4));
    }
}
