using FsCheck.Xunit;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data;

public sealed class PackingTests
{
    [Property]
    public bool Every_text_is_in_one_row_in_order_with_positions_of_its_own(byte[] lengths)
    {
        const int Length = 64;
        var examples = Examples(lengths);
        var rows = Packing.Pack(examples, Length);
        return Enumerable.Range(0, examples.Length).All(index =>
        {
            var tokens = Math.Min(examples[index].Ids.Length, Length);
            var places = rows.SelectMany(row => Enumerable.Range(0, Length).Where(i => row.Examples[i] == index + 1).Select(i => (Row: row, At: i))).ToArray();
            return tokens < 2 ? places.Length == 0
                : places.Length == tokens
                && places.All(place => place.Row == places[0].Row)
                && places.Index().All(each => each.Item.At == places[0].At + each.Index && each.Item.Row.Positions[each.Item.At] == each.Index
                    && each.Item.Row.Ids[each.Item.At] == examples[index].Ids[each.Index]
                    && each.Item.Row.Weights[each.Item.At] == (each.Index == 0 ? 0 : examples[index].Weights[each.Index]));
        });
    }

    [Property]
    public bool What_is_not_text_is_padding_that_nobody_trains(byte[] lengths) =>
        Packing.Pack(Examples(lengths), 64).All(row => row.Used <= 64 && row.Examples.Count(example => example > 0) == row.Used
            && row.Examples.Index().Where(each => each.Item == 0).All(each => row.Ids[each.Index] == 0 && row.Weights[each.Index] == 0));

    [Property] // first fit: otherwise the texts of the later row would have gone into the earlier one
    public bool No_two_rows_would_fit_into_one(byte[] lengths)
    {
        var rows = Packing.Pack(Examples(lengths), 64);
        return rows.SelectMany((row, i) => rows.Skip(i + 1).Select(other => row.Used + other.Used)).All(used => used > 64);
    }

    [Fact] // 6+2, 5+3, 4+4: three full rows; in the order given first fit would need four
    public void The_longest_go_first() =>
        Assert.Equal([8, 8, 8], Packing.Pack(Examples([4, 2, 3, 4, 5, 6]), 8).Select(row => row.Used));

    [Fact]
    public void A_text_that_must_be_whole_is_refused_if_it_would_be_cut()
    {
        var problem = Assert.Throws<InputException>(() => Packing.RefuseCut(Examples([4, 9]), 8, index => $"pair {index}"));
        Assert.Equal("pair 1", problem.Place);
    }

    private static TokenExample[] Examples(byte[] lengths) => [.. lengths.Index().Select(each =>
        new TokenExample([.. Enumerable.Range(0, each.Item % 90).Select(i => 1 + each.Index * 100 + i)], [.. Enumerable.Range(0, each.Item % 90).Select(i => i % 3 / 2f)]))];
}
