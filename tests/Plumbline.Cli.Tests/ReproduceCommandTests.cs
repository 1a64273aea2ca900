using System.Text.Json;
using Plumbline.Reproductions;

namespace Plumbline.Cli.Tests;

public sealed class ReproduceCommandTests
{
    [Fact]
    public async Task A_claim_that_holds_exits_with_0_and_is_shown_with_interval_and_seeds()
    {
        var ran = await CommandLine.RunAsync("reproduce", "unified-view", "--fast", "--seeds", "1,2");
        Assert.Equal(0, ran.Code);
        Assert.Contains("unified-view: holds.", ran.Output, StringComparison.Ordinal);
        Assert.Contains("1 2", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_result_that_can_be_stored()
    {
        using var folder = new TemporaryFolder();
        var stored = Path.Combine(folder.Path, "deep", "062.json");
        var ran = await CommandLine.RunAsync("reproduce", "062", "--fast", "--seeds", "3", "--json", "--out", stored);
        Assert.Equal(ran.Output.Trim(), (await File.ReadAllTextAsync(stored, TestContext.Current.CancellationToken)).Trim());
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Equal("yes", document.RootElement.GetProperty("holds").GetString());
        Assert.Equal(3, document.RootElement.GetProperty("rows")[1].GetProperty("seeds")[0].GetInt32());
    }

    [Theory]
    [InlineData(Holds.Yes, true, 0, "passed 001 planted: holds", "1 experiments: 1 claims hold, 0 are undecided, 0 do not hold.")]
    [InlineData(Holds.Undecided, false, 0, "passed 001 planted: undecided", "1 experiments: 0 claims hold, 1 are undecided, 0 do not hold.")]
    [InlineData(Holds.No, false, 0, "passed 001 planted: does not hold", "1 experiments: 0 claims hold, 0 are undecided, 1 do not hold.")]
    [InlineData(Holds.No, true, 1, "failed 001 planted: does not hold", "1 experiments: 0 claims hold, 0 are undecided, 1 do not hold.")]
    public async Task All_counts_the_claims_and_exits_with_1_only_if_an_exact_number_is_wrong(Holds holds, bool exact, int code, params string[] lines)
    {
        var planted = MethodRegistry.All[0] with { Name = "planted", Reproduction = new Planted(holds, exact) };
        var ran = await CommandLine.RunAsync(CommandLine.Rooms() with { Methods = [planted] }, "reproduce", "--all", "--fast");
        Assert.Equal(code, ran.Code);
        Assert.Equal(lines, ran.Output.Trim().Split('\n'));
    }

    [Fact]
    public async Task One_that_breaks_off_is_counted_as_failed_and_does_not_hide_the_others()
    {
        var broken = MethodRegistry.All[0] with { Name = "broken", Reproduction = new Planted(Holds.Yes, exact: true, breaks: true) };
        var whole = MethodRegistry.All[1] with { Name = "planted", Reproduction = new Planted(Holds.Yes, exact: true) };
        var ran = await CommandLine.RunAsync(CommandLine.Rooms() with { Methods = [broken, whole] }, "reproduce", "--all", "--fast");
        Assert.Equal(1, ran.Code);
        Assert.Equal(["failed 001 planted: it broke off: no room left", "passed 001 planted: holds", "1 experiments: 1 claims hold, 0 are undecided, 0 do not hold."], ran.Output.Trim().Split('\n'));
    }

    private sealed class Planted(Holds holds, bool exact, bool breaks = false) : IReproduction
    {
        public string Number => "001";

        public string Name => "planted";

        public string Claim => "It is so.";

        public FourFields Fields => new("a", "b", "c", "d");

        public bool HasFastForm => true;

        public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken) => breaks ? throw new IOException("no room left")
            : Task.FromResult(new ReproductionResult(Number, Name, Claim, true, [new MeasuredClaim { Claim = "one", Measured = 1, Low = exact ? null : 0, High = exact ? null : 2, Holds = holds }], []));
    }
}
