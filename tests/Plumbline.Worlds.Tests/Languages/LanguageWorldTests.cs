using Plumbline.Worlds.Kiosk;
using Plumbline.Worlds.Languages;

namespace Plumbline.Worlds.Tests.Languages;

public sealed class LanguageWorldTests
{
    private static readonly LanguageWorld World = LanguageWorld.Draw(1, 0.25);

    [Fact]
    public void A_language_says_every_text_in_its_own_words_and_is_understood()
    {
        var draws = new Draws(1, "test");
        for (var index = 0; index < 100; index++)
        {
            var request = World.Ask(index % 3, draws);
            var text = World.Place(request.Language).Right(request.Meaning).Text;
            Assert.Equal(text, World.Languages[request.Language].Understand(World.Right(request)));
            Assert.Equal(text.Split(' ').Length, World.Right(request).Split(' ').Length);
            Assert.Equal(KioskFaults.None, World.Judge(request, World.Right(request)));
        }
    }

    [Fact]
    public void Languages_have_the_cognates_in_common_and_no_other_word()
    {
        var (first, second, third) = (World.Languages[0].Words, World.Languages[1].Words, World.Languages[2].Words);
        Assert.Equal(first.Count, second.Distinct().Count());
        var shared = first.Intersect(second).ToArray();
        Assert.Equal(Math.Round(0.25 * first.Count), shared.Length);
        Assert.Equal(shared.Order(StringComparer.Ordinal), first.Intersect(third).Order(StringComparer.Ordinal));
        Assert.Equal(first.Order(StringComparer.Ordinal), ToyLanguage.Draw(3, first, 1).Words.Order(StringComparer.Ordinal));
        Assert.Empty(ToyLanguage.Draw(3, first, 0).Words.Intersect(first));
    }

    [Fact]
    public void The_same_seed_is_the_same_language_and_another_another()
    {
        string[] words = ["one", "two", "three", "four", "five"];
        Assert.Equal(ToyLanguage.Draw(1, words, 0).Say("three one"), ToyLanguage.Draw(1, words.Reverse(), 0).Say("three one"));
        Assert.NotEqual(ToyLanguage.Draw(1, words, 0).Say("three one"), ToyLanguage.Draw(2, words, 0).Say("three one"));
        Assert.Equal("?nix? ??", ToyLanguage.Draw(1, words, 0).Understand("nix "));
        Assert.Throws<ArgumentException>(() => ToyLanguage.Draw(1, words, 0).Say("nix"));
        Assert.Throws<ArgumentOutOfRangeException>(() => ToyLanguage.Draw(1, words, 1.5));
    }

    [Fact]
    public void A_rule_of_a_place_holds_there_alone()
    {
        foreach (var (language, matter) in ((int, KioskMatter)[])[(1, KioskMatter.Wrap), (2, KioskMatter.Keep)])
        {
            var asked = Enumerable.Range(0, 3).Select(place => World.Ask(place, new Draws(1, "same"), matter)).ToArray();
            Assert.All(asked, request => Assert.Equal(request.Language == language, World.IsRefused(request)));
            Assert.All(asked, request => Assert.Equal(request.Language == language, LanguageWorld.IsLocal(request)));
        }
        Assert.All(Enumerable.Range(0, 3), place => Assert.True(World.IsRefused(World.Ask(place, new Draws(1, "same"), KioskMatter.Code)) && !LanguageWorld.IsLocal(World.Ask(place, new Draws(1, "same"), KioskMatter.Code))));
    }

    [Fact]
    public void An_answer_in_another_language_cannot_be_read()
    {
        var request = LanguageWorld.Draw(1, 0).Ask(1, new Draws(1, "test"), KioskMatter.Price);
        Assert.Equal(KioskFaults.Unreadable, LanguageWorld.Draw(1, 0).Judge(request, LanguageWorld.Draw(1, 0).Place(1).Right(request.Meaning).Text));
    }
}
