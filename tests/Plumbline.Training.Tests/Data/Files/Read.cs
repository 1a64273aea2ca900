using Plumbline.Training;

namespace Plumbline.Training.Tests.Data.Files;

/// <summary>Reads what a test wrote.</summary>
internal static class Read
{
    public static DataShape[] AllShapes { get; } = [DataShape.Preference, DataShape.Messages, DataShape.Labelled, DataShape.Rated, DataShape.PromptCompletion, DataShape.Text, DataShape.Prompt];

    public static async Task<(List<DataRow> Rows, DataLedger Ledger)> AllAsync(string file, DataShape[]? shapes = null, bool strict = false)
    {
        var ledger = new DataLedger();
        var rows = new List<DataRow>();
        await foreach (var row in new DataFiles([file], shapes ?? AllShapes, strict).ReadAsync(ledger, default))
            rows.Add(row);
        return (rows, ledger);
    }

    public static async Task<DataRow> OneAsync(string line, params DataShape[] shapes)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["data.jsonl"], line + "\n");
        return Assert.Single((await AllAsync(folder["data.jsonl"], shapes.Length > 0 ? shapes : null, strict: true)).Rows);
    }
}
