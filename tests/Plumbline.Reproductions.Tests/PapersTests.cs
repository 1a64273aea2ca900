namespace Plumbline.Reproductions.Tests;

public sealed class PapersTests
{
    public static TheoryData<string> Fast => [.. MethodRegistry.All.Where(method => method.Reproduction is { HasFastForm: true }).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Fast))]
    public async Task The_fast_form_breaks_nothing_and_is_the_same_each_time(string name)
    {
        var (first, second) = (await RunAsync(name, 1, 2), await RunAsync(name, 1, 2));
        Assert.All(first.Rows.Where(row => row.IsExact), row => Assert.True(row.Holds == Holds.Yes, $"{row.Claim}: {row.Measured}"));
        Assert.NotEmpty(first.Rows);
        Assert.Equal(first.Rows.Select(row => (row.Claim, row.Measured, row.Low, row.High)), second.Rows.Select(row => (row.Claim, row.Measured, row.Low, row.High)));
        Assert.All(first.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
    }

    [Fact] // E max of n uniform draws = n/(n+1)
    public async Task Best_of_n_follows_the_order_statistics_and_not_the_mean_of_one_draw()
    {
        var rows = (await RunAsync("unified-view", 1, 2, 3)).Rows;
        Assert.Equal([0.5, 2 / 3.0, 0.8, 8 / 9.0], rows.Skip(1).Take(4).Select(row => row.Measured), (expected, measured) => Math.Abs(expected - measured) < 0.01);
        Assert.All(rows.Skip(1).Take(4), row => Assert.True(row.High - row.Low is > 0 and < 0.01));
    }

    [Fact] // aims: robustness, interpretability, controllability, ethicality; nothing inspects internals yet, so four cells at least are empty
    public async Task Rice_lists_the_cells_that_nobody_looked_at()
    {
        var result = await RunAsync("rice");
        var (matrix, findings) = (result.Tables[0], result.Tables[2]);
        Assert.Equal(["robustness", "interpretability", "controllability", "ethicality"], matrix.Rows.Select(row => row[0]));
        Assert.Equal(matrix.Rows.Sum(row => row.Count(cell => cell == "0")), findings.Rows.Count);
        Assert.Equal(4, findings.Rows.Count(row => row[1] == "inspection"));
    }

    private static Task<ReproductionResult> RunAsync(string name, params int[] seeds) =>
        MethodRegistry.FindReproduction(name).RunAsync(new ReproductionContext { Fast = true, Seeds = seeds }, TestContext.Current.CancellationToken);
}
