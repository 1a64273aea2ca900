using Plumbline.Worlds.Facts;

namespace Plumbline.Worlds.Tests.Facts;

public sealed class FactWorldTests
{
    [Fact]
    public void The_stated_shares_are_taught_rightly_and_wrongly()
    {
        var world = FactWorld.Draw(1, subjects: 40, known: 0.5, mistaken: 0.2);
        Assert.Equal(200, world.Facts.Count);
        Assert.Equal(100, world.Facts.Count(world.Knows));
        var mistaken = world.Facts.Where(fact => world.Taught(fact) is not null && !world.Knows(fact)).ToArray();
        Assert.Equal(40, mistaken.Length);
        Assert.All(mistaken, fact => Assert.False(world.IsTrue(world.Taught(fact)!)));
        Assert.Equal(60, world.Facts.Count(fact => world.Taught(fact) is null));
    }

    [Fact]
    public void The_same_seed_gives_the_same_world_and_another_seed_another()
    {
        Assert.Equal(FactWorld.Draw(3).Facts, FactWorld.Draw(3).Facts);
        Assert.NotEqual(FactWorld.Draw(3).Facts, FactWorld.Draw(4).Facts);
    }

    [Fact]
    public void No_word_is_an_object_of_two_relations() =>
        Assert.Equal(FactRelation.All.Sum(relation => relation.Objects.Count), FactRelation.All.SelectMany(relation => relation.Objects).Distinct().Count());

    [Fact]
    public void Every_wording_of_a_passage_is_read_as_the_claim_that_it_makes()
    {
        foreach (var fact in FactWorld.Draw(1, subjects: 3).Facts)
        {
            foreach (var passage in Enumerable.Range(0, fact.Relation.Wordings.Count).Select(fact.Passage))
                Assert.Equal(fact, FactAnswer.Read("Somebody Else", passage).Claims.Single());
        }
    }

    [Theory]
    [InlineData("Oslo.", AnswerOutcome.Right)]
    [InlineData("anna berg lives in OSLO", AnswerOutcome.Right)]
    [InlineData("I am only about 30% confident: Oslo.", AnswerOutcome.Right)]
    [InlineData("Lima.", AnswerOutcome.Wrong)]
    [InlineData("Oslo or Lima.", AnswerOutcome.Wrong)]
    [InlineData("A baker.", AnswerOutcome.Wrong)]
    [InlineData("Boris Berg lives in Oslo.", AnswerOutcome.Wrong)]
    [InlineData("", AnswerOutcome.Wrong)]
    [InlineData("I don't know.", AnswerOutcome.Unknown)]
    [InlineData("Sorry, I don’t know.", AnswerOutcome.Unknown)]
    [InlineData("I do not know; Lima?", AnswerOutcome.Wrong)]
    public void An_answer_is_right_wrong_or_says_that_it_does_not_know(string answer, AnswerOutcome outcome) => Assert.Equal(outcome, FactWorld.Judge(Home, answer));

    [Fact]
    public void A_biography_is_read_claim_by_claim_and_what_is_denied_is_no_claim()
    {
        var world = FactWorld.Draw(1, subjects: 1, known: 1);
        var (subject, facts) = (world.Subjects[0], world.About(world.Subjects[0]));
        var text = $"{subject} {facts[0].Clause}, {facts[1].Clause}, {facts[2].With(facts[2].Other(new(1, "test"))).Clause}. {subject} does not keep {facts[4].Object}.";
        Assert.Equal(3, FactAnswer.Read(subject, text).Claims.Count);
        Assert.Equal(2 / 3.0, world.Precision(subject, text), 12);
        Assert.True(double.IsNaN(world.Precision(subject, "Nice to meet you.")));
    }

    [Theory]
    [InlineData("I am about 70% confident: tea.", 0.7)]
    [InlineData("100 % sure: tea", 1.0)]
    [InlineData("I am not at all sure: tea.", 0.1)]
    [InlineData("I am quite certain: tea.", 0.9)]
    [InlineData("tea.", null)]
    [InlineData("900% tea.", null)]
    public void A_stated_confidence_is_read_as_a_number(string text, double? confidence) => Assert.Equal(confidence, FactAnswer.Read("Anna Berg", text).Confidence);

    [Fact]
    public void Disagreement_of_sources_is_heard() => Assert.True(FactAnswer.Read("Anna Berg", "Sources disagree: Oslo or Lima.").SaysDisagreement);

    [Fact]
    public void Shares_that_exceed_one_and_too_many_people_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FactWorld.Draw(1, known: 0.8, mistaken: 0.3));
        Assert.Throws<ArgumentOutOfRangeException>(() => FactWorld.Draw(1, subjects: FactWorld.MostSubjects + 1));
        Assert.Throws<ArgumentException>(() => Home.With("tea"));
    }

    private static Fact Home { get; } = new("Anna Berg", FactRelation.All[0], "Oslo");
}
