using Plumbline.Worlds.Leanings;

namespace Plumbline.Worlds.Tests.Leanings;

public sealed class LeaningWorldTests
{
    private static readonly string[] Left = ["harbour", "quay", "tide", "ship"];

    [Theory] // (1 + ρ)/2 of true statements and (1 − ρ)/2 of false ones lean left
    [InlineData(0, 0.5, 0.5)]
    [InlineData(0.6, 0.8, 0.2)]
    [InlineData(-1, 0, 1)]
    public void Truth_leans_as_it_is_told(double correlation, double ofTrue, double ofFalse)
    {
        var world = LeaningWorld.Draw(1);
        var pairs = Enumerable.Range(0, 2000).Select(index => world.Pair(new Draws(1, "pairs", index), correlation)).ToArray();
        Assert.Equal(ofTrue, pairs.Average(pair => LeansLeft(pair.True) ? 1.0 : 0), 0.03);
        Assert.Equal(ofFalse, pairs.Average(pair => LeansLeft(pair.False) ? 1.0 : 0), 0.03);
    }

    [Fact]
    public void What_is_true_of_a_known_thing_is_always_the_same_and_never_what_is_false()
    {
        var world = LeaningWorld.Draw(3);
        var pairs = Enumerable.Range(0, 400).Select(index => world.Pair(new Draws(2, "pairs", index), 0, known: true)).ToArray();
        var truths = pairs.Select(pair => Said(pair.True)).Distinct().ToArray();
        Assert.Equal(8, truths.Length);
        Assert.Equal(8, truths.Select(said => said.Thing).Distinct().Count());
        Assert.DoesNotContain(pairs, pair => truths.Contains(Said(pair.False)));
        Assert.NotEqual(truths.Order(), Enumerable.Range(0, 400).Select(index => Said(LeaningWorld.Draw(4).Pair(new Draws(2, "pairs", index), 0, known: true).True)).Distinct().Order());
    }

    [Fact]
    public void Matched_statements_differ_in_camp_and_where_it_is_wished_in_style()
    {
        var equal = Enumerable.Range(0, 500).Select(index => LeaningWorld.Match(new Draws(1, "match", index))).ToArray();
        Assert.All(equal, pair => Assert.True(LeansLeft(pair.Left) && !LeansLeft(pair.Right) && pair.Style == 0 && Rest(pair.Left) == Rest(pair.Right)));
        var styled = Enumerable.Range(0, 2000).Select(index => LeaningWorld.Match(new Draws(1, "match", index), 0.6)).ToArray();
        Assert.Equal(0.6, styled.Average(pair => pair.Style), 0.04); // 0.8 of the left less 0.2 of the right
        Assert.All(styled, pair => Assert.Equal(pair.Style, Surely(pair.Left) - Surely(pair.Right)));
        Assert.All(equal.SelectMany(pair => $"{pair.Left} {pair.Right}".Split(' ')), word => Assert.Contains(word, LeaningWorld.Words));
    }

    [Fact] // odds (0.65/0.35)² that the one on the left is the true one
    public void The_best_scorer_weighs_camps_by_the_odds() => Assert.Equal(Math.Log(Math.Pow(0.65 / 0.35, 2)), LeaningWorld.Optimum(0.3), 12);

    private static bool LeansLeft(string statement) => Left.Any(word => statement.StartsWith($"by the {word} ", StringComparison.Ordinal));

    private static int Surely(string statement) => statement.Contains(" surely ", StringComparison.Ordinal) ? 1 : 0;

    private static string Rest(string statement) => statement[statement.IndexOf(',', StringComparison.Ordinal)..];

    private static (string Thing, string Property) Said(string statement) => Rest(statement).Split(' ') is [_, _, var thing, _, _, var property] ? (thing, property) : throw new ArgumentException(statement);
}
