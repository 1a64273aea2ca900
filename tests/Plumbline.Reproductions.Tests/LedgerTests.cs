namespace Plumbline.Reproductions.Tests;

public sealed class LedgerTests : IDisposable
{
    private static readonly ReproductionResult Result = new("016", "rice", "Cells | are counted.", true,
        [new MeasuredClaim { Claim = "three of four", Measured = 0.75, Low = 0.7, High = 0.80001, Holds = Holds.Yes, Seeds = [1, 2], Seconds = 1.25 }],
        [new EvidenceTable("Cells", ["a", "b"], [["1", "x|y"]])]);

    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-ledger-").FullName;

    [Fact]
    public void A_stored_result_is_read_as_it_was_written()
    {
        Ledger.Write(Result, Path.Combine(_folder, Ledger.FileName(Result)));
        var read = Assert.Single(Ledger.ReadAll(_folder));
        Assert.Equal(Ledger.Render([Result]), Ledger.Render([read]));
        Assert.Equal(Result.Rows[0].Low, read.Rows[0].Low);
        Assert.Equal(Result.Rows[0].Seeds, read.Rows[0].Seeds);
    }

    [Fact]
    public void The_page_says_claim_measured_interval_and_whether_it_holds()
    {
        var page = Ledger.Render([Result]);
        Assert.Contains("## 016 rice: holds\n\nAI Alignment: A Comprehensive Survey\n\n> Cells | are counted.\n", page, StringComparison.Ordinal);
        Assert.Contains("| three of four | 0.75 | [0.7, 0.8] | yes | 1 2 | 1.3 |\n", page, StringComparison.Ordinal);
        Assert.Contains("| 1 | x\\|y |\n", page, StringComparison.Ordinal);
        Assert.Contains("1 of 119 methods have a result: 1 holds, 0 undecided, 0 does not hold.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"number\": 16}")]
    public void A_file_that_is_no_result_is_named(string text)
    {
        var path = Path.Combine(_folder, "016-rice.json");
        File.WriteAllText(path, text);
        Assert.Contains(path, Assert.Throws<InputException>(() => Ledger.ReadAll(_folder)).Place, StringComparison.Ordinal);
    }

    [Theory] // a wrong number is a fault; a claim that does not hold is one only if it held before
    [InlineData(Holds.No, null, Holds.Yes, true)]
    [InlineData(Holds.No, 0.1, Holds.Yes, true)]
    [InlineData(Holds.No, 0.1, Holds.No, false)]
    [InlineData(Holds.Undecided, 0.1, Holds.Yes, false)]
    [InlineData(Holds.No, 0.1, null, false)]
    public void A_result_breaks_what_was_relied_on_or_does_not(Holds now, double? low, Holds? before, bool breaks)
    {
        if (before is { } stored)
            Ledger.Write(Result with { Rows = [Result.Rows[0] with { Holds = stored }] }, Path.Combine(_folder, Ledger.FileName(Result)));
        Assert.Equal(breaks, Ledger.Breaks(Result with { Rows = [Result.Rows[0] with { Holds = now, Low = low, High = low }] }, _folder));
    }

    [Fact]
    public void The_page_in_the_documents_is_the_one_that_the_stored_results_give()
    {
        var documents = Documents();
        Assert.Equal(Ledger.Render(Ledger.ReadAll(Path.Combine(documents, "ledger"))), File.ReadAllText(Path.Combine(documents, "ledger.md")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Documents()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside a checkout.");
        return Path.Combine(folder.FullName, "docs");
    }
}
