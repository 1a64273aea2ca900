using Plumbline.Worlds.Facts;

namespace Plumbline.Worlds.Tests.Facts;

public sealed class FactLibraryTests
{
    private static readonly FactWorld World = FactWorld.Draw(2, subjects: 40);

    [Fact]
    public void What_is_so_is_supported_and_what_is_not_is_not_in_whatever_words_it_was_written_down()
    {
        var library = FactLibrary.Of(World, 1);
        Assert.All(World.Facts, fact => Assert.True(library.Supports(fact), fact.Passage()));
        Assert.All(World.Facts.Select((fact, index) => fact.With(fact.Other(new(1, "test", index)))), claim => Assert.False(library.Supports(claim), claim.Passage()));
    }

    [Fact] // 200 facts, of which nine tenths are written down
    public void What_nobody_wrote_down_is_not_supported()
    {
        var library = FactLibrary.Of(World, 1, coverage: 0.9);
        Assert.Equal(180, World.Facts.Count(fact => library.Supports(fact)));
    }

    [Fact]
    public void The_passage_that_shares_the_rarest_words_comes_first()
    {
        var fact = World.Facts[7];
        var found = FactLibrary.Of(World, 1).Find(fact.Question + " " + fact.Object, 3);
        Assert.Equal(3, found.Count);
        Assert.Equal([fact], FactAnswer.Read("", found[0]).Claims);
        Assert.Empty(FactLibrary.Of(World, 1).Find("nothing whatever", 3));
    }

    [Fact] // three claims, one of them wrong
    public void Precision_is_the_share_of_claims_that_are_supported()
    {
        var facts = World.About(World.Subjects[3]);
        var text = string.Join(". ", facts[0].Passage(), facts[1].Passage(1), facts[2].With(facts[2].Other(new(1, "test"))).Passage());
        Assert.Equal(2 / 3.0, FactLibrary.Of(World, 1).Precision("", text), 12);
        Assert.True(double.IsNaN(FactLibrary.Of(World, 1).Precision("", "I cannot say.")));
    }
}
