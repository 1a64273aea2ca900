using System.Text;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data.Files;

public sealed class DataFilesTests
{
    [Fact]
    public async Task Lines_come_whole_wherever_the_buffer_ends_and_whatever_ends_them()
    {
        using var folder = new TemporaryFolder();
        var draws = new Draws(1, "lines");
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => new string((char)('a' + i % 26), draws.Between(1, i % 50 == 0 ? 200_000 : 3000)))];
        await File.WriteAllTextAsync(folder["data.jsonl"], "\uFEFF" + string.Concat(texts.Select((text, i) => $"{{\"text\": \"{text}\"}}{(i % 3 == 0 ? "\r\n" : "\n")}")), new UTF8Encoding(false));
        Assert.Equal(texts, (await Read.AllAsync(folder["data.jsonl"], strict: true)).Rows.Select(row => ((TextRow)row).Text));
    }

    [Fact]
    public async Task Several_files_folders_and_patterns_are_read_in_order_each_in_its_own_shape()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["b.jsonl"], """{"text": "second"}""");
        await File.WriteAllTextAsync(folder["a.jsonl"], """{"text": "first"}""");
        await File.WriteAllTextAsync(folder["c.txt"], "not data");
        var files = new DataFiles([folder["b.jsonl"], folder["*.jsonl"], folder.Path], [DataShape.Text]);
        Assert.Equal(["b", "a", "b", "a", "b"], files.Files.Select(Path.GetFileNameWithoutExtension));
        Assert.Contains("no file", Assert.Throws<InputException>(() => new DataFiles([folder["*.parquet"]], [DataShape.Text])).Message, StringComparison.Ordinal);
        var rows = new List<DataRow>();
        await File.WriteAllTextAsync(folder["d.jsonl"], """{"prompt": "p", "completion": "c"}""");
        await foreach (var row in new DataFiles([folder["a.jsonl"], folder["d.jsonl"]], [DataShape.Text, DataShape.PromptCompletion]).ReadAsync(new DataLedger(), default))
            rows.Add(row);
        Assert.Equal([typeof(TextRow), typeof(DemonstrationRow)], rows.Select(row => row.GetType()));
    }
}
