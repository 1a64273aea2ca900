using System.IO.Compression;
using System.Text;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data.Files;

/// <summary>Bad data: where exactly, what was expected, how to mend it; counted or the end, never a crash.</summary>
public sealed class MalformedDataTests
{
    private const string Good = """{"prompt": "p", "completion": "c"}""";
    private const string Pair = """{"prompt": "p", "chosen": "a", "rejected": "b"}""";

    /// <summary>A good row of the same kind, the bad one, where it is bad, and a word of what is said.</summary>
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { Good, "{", ":2:2", "not JSON" },
        { Good, "not json", ":2:", "not JSON" },
        { Good, """{"prompt": "p", "completion": "c"} x""", ":2:36", "not JSON" },
        { Good, """{"prompt": "p", "prompt": "q", "completion": "c"}""", ":2:", "uplicate" },
        { Good, """{"prompt": "p", "completion": NaN}""", ":2:", "numbers are finite" },
        { Good, "7", ":2", "a number, not an object" },
        { Good, "null", ":2", "null, not an object" },
        { Good, "[1]", ":2", "a list, not an object" },
        { Good, "{}", ":2", "'prompt' is missing" },
        { Good, """{"prompt": "p"}""", ":2", "'completion' is missing" },
        { Good, """{"prompt": "p", "completion": null}""", ":2", "'completion' is missing" },
        { Good, """{"prompt": "p", "completion": ""}""", ":2: completion", "it is empty" },
        { Good, """{"prompt": "  ", "completion": "c"}""", ":2: prompt", "it is empty" },
        { Good, """{"prompt": 7, "completion": "c"}""", ":2: prompt", "expected text or a list of messages, found 7" },
        { Good, """{"prompt": "p", "completion": {"a": 1}}""", ":2: completion", "does not say who speaks" },
        { Good, """{"prompt": [], "completion": "c"}""", ":2: prompt", "no messages" },
        { Good, """{"prompt": ["x"], "completion": "c"}""", ":2: prompt[0]", "expected a message" },
        { Good, """{"prompt": [{"role": "pirate", "content": "x"}], "completion": "c"}""", ":2: prompt[0].role", "assistant or tool" },
        { Good, """{"prompt": [{"role": "user"}], "completion": "c"}""", ":2: prompt[0]", "no 'content'" },
        { Good, """{"prompt": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}], "completion": "c"}""", ":2: prompt[0].content[0]", "'image_url' is no text" },
        { Good, """{"prompt": [{"role": "assistant", "content": "x"}], "completion": "c"}""", ":2: prompt", "ends with a message of the assistant" },
        { Good, """{"prompt": "p", "completion": [{"role": "user", "content": "x"}]}""", ":2: completion", "begins with a message of the user" },
        { Good, """{"prompt": "\ud800", "completion": "c"}""", ":2", "half a character" },
        { Good, """{"prompt": "p", "completion": "c", "tools": {"a": 1}}""", ":2: tools", "expected a list of tools" },
        { Good, """{"prompt": "p", "completion": "c", "tools": "[{"}""", ":2: tools", "expected a list of tools" },
        { Pair, """{"prompt": "p", "chosen": "a", "rejected": "a"}""", ":2: chosen", "are the same" },
        { Pair, """{"chosen": "a", "rejected": "b"}""", ":2", "there is no prompt" },
        { Pair, """{"prompt": "p", "chosen": "a"}""", ":2", "'rejected' is missing" },
        { Pair, """{"prompt": "p", "chosen": "a", "rejected": "b", "margin": "much"}""", ":2: margin", "expected a number" },
        { Pair, """{"prompt": "p", "chosen": "a", "rejected": "b", "margin": "NaN"}""", ":2: margin", "NaN says nothing" },
        { Pair, """{"chosen": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}], "rejected": [{"role": "user", "content": "z"}, {"role": "assistant", "content": "y"}]}""", ":2: chosen", "0 messages in common" },
        { Pair, """{"prompt": "p", "chosen": [{"role": "user", "content": "x"}], "rejected": [{"role": "assistant", "content": "y"}]}""", ":2: chosen", "ends with a message of the user" },
        { """{"prompt": "p", "completion": "c", "label": true}""", """{"prompt": "p", "completion": "c", "label": "yes"}""", ":2: label", "expected true or false" },
        { """{"prompt": "p", "completion": "c", "label": true}""", """{"prompt": "p", "completion": "c", "label": 2}""", ":2: label", "expected true or false" },
        { """{"prompt": "p", "completion": "c", "rating": 1}""", """{"prompt": "p", "completion": "c", "rating": 1e999}""", ":2: rating", "infinity says nothing" },
        { """{"prompt": "p", "completion": "c", "rating": 1}""", """{"prompt": "p", "completion": "c", "rating": true}""", ":2: rating", "expected a number" },
        { """{"text": "t"}""", """{"text": ["t"]}""", ":2: text", "expected text, found a list" },
        { """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}""", """{"messages": [{"role": "user", "content": "x"}]}""", ":2: messages", "no answer of the assistant" },
        { """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}""", """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": ""}]}""", ":2: messages[1]", "the answer is empty" },
        { """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}""", """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}]}""", ":2: messages[1].tool_calls[0].function.arguments", "expected an object of arguments" },
        { """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}""", """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y", "weight": 3}]}""", ":2: messages[1].weight", "expected 0 or 1" },
        { """{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}""", """{"messages": "hello"}""", ":2: messages", "expected a list of messages" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_row_is_named_and_skipped_or_ends_the_reading(string good, string bad, string place, string words)
    {
        using var folder = new TemporaryFolder();
        var file = folder["data.jsonl"];
        await File.WriteAllTextAsync(file, $"{good}\n{bad}\n\n{good}");
        var strict = await Assert.ThrowsAsync<InputException>(() => Read.AllAsync(file, strict: true));
        Assert.StartsWith(file + place, strict.Place, StringComparison.Ordinal);
        Assert.Contains(words, strict.Message, StringComparison.Ordinal);
        Assert.NotEmpty(strict.Remedy);
        var (rows, ledger) = await Read.AllAsync(file);
        Assert.Equal((2, 3L, 1L), (rows.Count, ledger.Read, ledger.Skipped));
        Assert.Equal(strict.Message, Assert.Single(ledger.Problems).Message);
        Assert.Equal([$"{file}:1", $"{file}:4"], rows.Select(row => row.Place));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_spoil_their_own_line_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["data.jsonl"], [.. Encoding.UTF8.GetBytes(Good + "\n{\"prompt\": \""), 0xFF, 0xC0, .. Encoding.UTF8.GetBytes($"\"}}\n{Good}\n")]);
        var (rows, ledger) = await Read.AllAsync(folder["data.jsonl"]);
        Assert.Equal(2, rows.Count);
        Assert.Contains("data.jsonl:2: the line is not UTF-8.", Assert.Single(ledger.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_passed_over_and_those_after_it_are_read()
    {
        using var folder = new TemporaryFolder();
        await using (var writer = new StreamWriter(folder["data.jsonl"]))
        {
            await writer.WriteAsync(Good + "\n{\"prompt\": \"");
            for (var i = 0; i < 40; i++)
                await writer.WriteAsync(new string('x', 1 << 20));
            await writer.WriteAsync($"\", \"completion\": \"c\"}}\n{Good}");
        }
        var (rows, ledger) = await Read.AllAsync(folder["data.jsonl"]);
        Assert.Equal(2, rows.Count);
        Assert.Contains("data.jsonl:2: the line has more than 16 MiB.", Assert.Single(ledger.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"prompt\": \"p\"}]", "one JSON list", "jq")]
    [InlineData("", "no rows", "data")]
    [InlineData("\n \n", "no rows", "data")]
    [InlineData("{\"a\": 1}\n{\"a\": 2}\n", "not one of the 2 rows", "Expected prompt, completion")]
    [InlineData("{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\"}\n", "rows of the shape 'preference'", "Expected prompt, completion")]
    [InlineData("PAR1 is not enough", "cannot be read as Parquet", "again")]
    public async Task A_file_of_which_nothing_can_be_used_is_an_error_even_where_bad_rows_are_skipped(string text, string problem, string remedy)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["data.jsonl"], text);
        var said = await Assert.ThrowsAsync<InputException>(() => Read.AllAsync(folder["data.jsonl"], [DataShape.PromptCompletion]));
        Assert.StartsWith(folder["data.jsonl"], said.Place, StringComparison.Ordinal);
        Assert.Contains(problem, said.Problem, StringComparison.Ordinal);
        Assert.Contains(remedy, said.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utf16_and_a_torn_archive_are_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["wide.jsonl"], Good, Encoding.Unicode);
        Assert.Contains("UTF-16", (await Assert.ThrowsAsync<InputException>(() => Read.AllAsync(folder["wide.jsonl"]))).Message, StringComparison.Ordinal);
        var zipped = Zip(string.Concat(Enumerable.Range(0, 2000).Select(i => Good.Replace("\"p\"", $"\"{i} {i * i}\"", StringComparison.Ordinal) + "\n")));
        await File.WriteAllBytesAsync(folder["whole.jsonl.gz"], zipped);
        Assert.Equal(2000, (await Read.AllAsync(folder["whole.jsonl.gz"])).Rows.Count);
        zipped[zipped.Length / 2] ^= 0xFF;
        await File.WriteAllBytesAsync(folder["torn.jsonl.gz"], zipped);
        var torn = await Record.ExceptionAsync(() => Read.AllAsync(folder["torn.jsonl.gz"], strict: true));
        Assert.IsType<InputException>(torn);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_before_anything_is_read() =>
        Assert.Contains("no such file", Assert.Throws<InputException>(() => new DataFiles(["nowhere/x.jsonl"], [DataShape.Text])).Message, StringComparison.Ordinal);

    private static byte[] Zip(string text)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Optimal))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return buffer.ToArray();
    }
}
