using FsCheck.Xunit;

namespace Plumbline.Training.Tests.Data;

public sealed class EditScriptTests
{
    [Fact] // card 102: B becomes X, E is new
    public void It_finds_what_was_replaced_and_what_is_new()
    {
        var script = EditScript.Between([1, 2, 3, 4], [1, 5, 3, 6, 4]);
        Assert.Equal([false, true, false, false], script.Removed);
        Assert.Equal([false, true, false, true, false], script.Added);
    }

    [Fact] // AB → BA in two edits: two substitutions, or an insertion and a deletion around what stays; the rule takes substitutions
    public void Where_scripts_are_as_short_it_substitutes()
    {
        var script = EditScript.Between([1, 2], [2, 1]);
        Assert.Equal([true, true], script.Removed);
        Assert.Equal([true, true], script.Added);
    }

    [Fact] // A → A A: which of the two is new? from the end, the last one is kept
    public void A_doubled_token_is_new_in_the_first_place() => Assert.Equal([true, false], EditScript.Between([1], [1, 1]).Added);

    [Fact]
    public void Nothing_becomes_something_by_insertion_and_something_nothing_by_deletion()
    {
        Assert.Equal([true, true], EditScript.Between([], [1, 2]).Added);
        Assert.Equal([true, true], EditScript.Between([1, 2], []).Removed);
    }

    [Property] // what is kept on both sides is the same tokens in the same order, and no shorter script is known to a plain search
    public void What_is_kept_is_the_same_on_both_sides_and_the_script_is_as_short_as_can_be(byte seed)
    {
        var draws = new Draws(seed, "edits");
        int[] first = [.. Enumerable.Range(0, draws.Next(6)).Select(_ => draws.Next(3))], second = [.. Enumerable.Range(0, draws.Next(6)).Select(_ => draws.Next(3))];
        var script = EditScript.Between(first, second);
        Assert.Equal(first.Where((_, i) => !script.Removed[i]), second.Where((_, j) => !script.Added[j]));
        Assert.Equal(Distance(first, second), Edits(script));
    }

    [Fact]
    public void Lists_too_long_to_compare_are_refused() => Assert.Contains("10000", Assert.Throws<InputException>(() => EditScript.Between(new int[10_000], new int[10_000])).Message, StringComparison.Ordinal);

    /// <summary>Between two kept tokens as many are substituted as both sides allow; the rest is inserted or deleted.</summary>
    private static int Edits(EditScript script)
    {
        var (i, j, edits) = (0, 0, 0);
        while (i < script.Removed.Count || j < script.Added.Count)
        {
            var (removed, added) = (script.Removed.Skip(i).TakeWhile(each => each).Count(), script.Added.Skip(j).TakeWhile(each => each).Count());
            edits += Math.Max(removed, added);
            (i, j) = (i + removed + 1, j + added + 1);
        }
        return edits;
    }

    /// <summary>By the definition, without a table.</summary>
    private static int Distance(ReadOnlySpan<int> first, ReadOnlySpan<int> second) => first.IsEmpty || second.IsEmpty ? first.Length + second.Length
        : first[0] == second[0] ? Distance(first[1..], second[1..])
        : 1 + Math.Min(Distance(first[1..], second[1..]), Math.Min(Distance(first[1..], second), Distance(first, second[1..])));
}
