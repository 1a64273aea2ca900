using FsCheck.Xunit;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data;

public sealed class PackingTests
{
    [Property] // the texts put together again from the runs, told apart by nothing but who goes on from whom
    public bool Every_trained_token_is_predicted_from_the_text_before_it(byte[] lengths)
    {
        var examples = Examples(lengths);
        if (Packing.Pack(examples, 64) is not { } row)
            return examples.All(example => Packing.Trained(example, 64) == 0);
        var (starts, at) = (new List<int>(), 0);
        foreach (var run in row.Texts.Runs)
        {
            starts.Add(at);
            at += run.Length;
        }
        var expected = examples.Index().SelectMany(each => Enumerable.Range(1, Math.Max(0, Math.Min(64, each.Item.Ids.Length) - 1)).Where(i => each.Item.Weights[i] != 0)
            .Select(i => (Example: (long)each.Index, Target: (long)each.Item.Ids[i], Weight: each.Item.Weights[i], Before: string.Join(' ', each.Item.Ids.Take(i)))));
        var actual = row.Places.Index().Select(each => (row.Examples[each.Index], row.Targets[each.Index], row.Weights[each.Index], string.Join(' ', Read((int)each.Item))));
        return at == row.Texts.Ids.Length && expected.Order().SequenceEqual(actual.Order());

        IEnumerable<long> Read(int place)
        {
            var run = starts.FindLastIndex(start => start <= place);
            var own = row.Texts.Ids[starts[run]..(place + 1)];
            return row.Texts.Runs[run].After is { } before ? row.Texts.Ids.Skip(starts[before]).Take(row.Texts.Runs[before].Length).Concat(own) : own;
        }
    }

    [Property]
    public bool Positions_count_from_the_beginning_of_each_text(byte[] lengths)
    {
        if (Packing.Pack(Examples(lengths), 64) is not { } row)
            return true;
        var positions = row.Texts.Runs.SelectMany(run => Enumerable.Range(run.After is { } before ? row.Texts.Runs[before].Length : 0, run.Length));
        return positions.Select(position => (long)position).SequenceEqual(row.Texts.Positions);
    }

    [Fact] // a prompt of 10, answers of 3, 1 and 4 whose last tokens are not read; a text of 12 of its own, of which 11 are
    public void A_prompt_is_read_once_for_all_of_its_answers()
    {
        int[] prompt = [.. Enumerable.Range(20, 10)];
        var row = Packing.Pack([Answer(3), Answer(1), TokenExample.Whole([.. Enumerable.Range(40, 12)]), Answer(4)], 64)!;
        Assert.Equal([(10, null), (2, 0), (3, 0), (11, null)], row.Texts.Runs.Select(run => (run.Length, run.After)));
        Assert.Equal(9, row.Places[row.Examples.Index().First(each => each.Item == 1).Index]); // the answer of one token is predicted from the end of the prompt

        TokenExample Answer(int tokens) => TokenExample.Completion(prompt, [.. Enumerable.Range(60, tokens)]);
    }

    [Fact]
    public void What_nothing_is_predicted_from_is_not_read() =>
        Assert.Equal([1, 2, 3], Packing.Pack([new TokenExample([1, 2, 3, 4, 5, 6], [0, 0, 1, 1, 0, 0]), new TokenExample([7, 8], [1, 0])], 64)!.Texts.Ids);

    [Fact]
    public void A_text_that_must_be_whole_is_refused_if_it_would_be_cut()
    {
        var problem = Assert.Throws<InputException>(() => Packing.RefuseCut(Examples([4, 9]), 8, index => $"pair {index}"));
        Assert.Equal("pair 1", problem.Place);
    }

    /// <summary>Every second one has a prompt of 9 tokens that others have too.</summary>
    private static TokenExample[] Examples(byte[] lengths) => [.. lengths.Index().Select(each => each.Index % 2 == 0
        ? new TokenExample([.. Enumerable.Range(0, each.Item % 90).Select(i => 1 + each.Index * 100 + i)], [.. Enumerable.Range(0, each.Item % 90).Select(i => i % 3 / 2f)])
        : TokenExample.Completion([.. Enumerable.Range(each.Index % 4, 9)], [.. Enumerable.Range(0, each.Item % 90).Select(i => 1 + each.Index * 100 + i)]))];
}
