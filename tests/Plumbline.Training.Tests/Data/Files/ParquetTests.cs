using Parquet;
using Parquet.Serialization;
using Plumbline.Training;
using Plumbline.Training.Files;

namespace Plumbline.Training.Tests.Data.Files;

public sealed class ParquetTests
{
    private static readonly string Fixture = Path.Combine(Root(), "tests", "Plumbline.Training.Tests", "Fixtures", "rows.parquet");

    [Fact] // nulls and empty lists at every depth, from a writer that is not ours; what says nothing to a language model is left out
    public async Task Rows_of_DuckDB_come_out_as_the_JSON_that_they_were_made_of()
    {
        var rows = new List<string>();
        await foreach (var row in ParquetRows.ReadAsync(Fixture, default))
            rows.Add(System.Text.Encoding.UTF8.GetString(row.Json.Span));
        Assert.Equal(
        [
            """{"prompt":"one","rating":1.5,"label":true,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null}],"tags":["x","y"],"meta":{"n":3},"n":7,"price":3.25,"nested":[[1,2],[3]]}""",
            """{"prompt":null,"rating":null,"label":null,"messages":[],"tags":null,"meta":null,"n":null,"price":null,"nested":null}""",
            """{"prompt":"drei \u2603","rating":"NaN","label":false,"messages":null,"tags":[],"meta":{"n":null},"n":8,"price":1.50,"nested":[[],null,[4,null]]}""",
        ], rows);
    }

    [Fact]
    public async Task Conversations_are_read_across_row_groups_and_bad_rows_are_named_by_group_and_row()
    {
        using var folder = new TemporaryFolder();
        Conversation[] written = [.. Enumerable.Range(0, 25).Select(i => new Conversation { messages = [new() { role = "user", content = $"q{i}" }, new() { role = i == 13 ? "pirate" : "assistant", content = $"a{i}" }] })];
        await ParquetSerializer.SerializeAsync(written, folder["data.parquet"], new ParquetOptions { RowGroupSize = 10 });
        var (rows, ledger) = await Read.AllAsync(folder["data.parquet"], [DataShape.Messages]);
        Assert.Equal(24, rows.Count);
        Assert.Equal("a24", ((DemonstrationRow)rows[^1]).Messages[1].Text);
        Assert.Equal($"{folder["data.parquet"]}: row group 1, row 3: messages[1].role", Assert.Single(ledger.Problems).Place);
        Assert.Equal($"{folder["data.parquet"]}: row group 2, row 4", rows[^1].Place);
    }

    [Fact]
    public async Task A_rating_that_is_not_a_number_is_a_bad_row()
    {
        using var folder = new TemporaryFolder();
        await ParquetSerializer.SerializeAsync(new Rated[] { new() { prompt = "p", completion = "c", rating = 1 }, new() { prompt = "p", completion = "c", rating = double.NaN }, new() { prompt = null, completion = "c", rating = 2 } }, folder["data.parquet"]);
        var (rows, ledger) = await Read.AllAsync(folder["data.parquet"], [DataShape.Rated]);
        Assert.Equal(1.0, Assert.IsType<RatedRow>(Assert.Single(rows)).Rating);
        Assert.Equal([" row group 0, row 1: rating: NaN says nothing.", " row group 0, row 2: 'prompt' is missing."], ledger.Problems.Select(problem => $"{problem.Place}: {problem.Problem}".Split("parquet:")[1]));
    }

    [Fact]
    public async Task Damaged_files_are_refused_and_never_crash()
    {
        using var folder = new TemporaryFolder();
        var whole = await File.ReadAllBytesAsync(Fixture);
        var draws = new Draws(7, "damage");
        var refused = 0;
        for (var trial = 0; trial < 300; trial++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = draws.Between(1, 6); i > 0; i--)
                damaged[draws.Next(damaged.Length)] = (byte)draws.Next(256);
            if (trial % 5 == 0)
                damaged = damaged[..draws.Next(damaged.Length)];
            await File.WriteAllBytesAsync(folder["data.parquet"], damaged);
            try
            {
                await foreach (var row in ParquetRows.ReadAsync(folder["data.parquet"], default))
                    Assert.NotEmpty(row.Place);
            }
            catch (InputException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 60, 299);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }

#pragma warning disable CA1812, IDE1006 // the names of the columns
    private sealed class Conversation
    {
        public List<Message> messages { get; set; } = [];
    }

    private sealed class Message
    {
        public string? role { get; set; }
        public string? content { get; set; }
    }

    private sealed class Rated
    {
        public string? prompt { get; set; }
        public string? completion { get; set; }
        public double rating { get; set; }
    }
#pragma warning restore CA1812, IDE1006
}
