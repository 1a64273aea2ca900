using System.Text;
using Microsoft.Extensions.AI;

namespace Plumbline.Alignment.Tests;

public sealed class FeedbackFileTests : IDisposable
{
    private const string Good = """{"prompt":[{"role":"system","text":"The till code is 4821."},{"role":"user","text":"Hello"}],"answer":{"role":"assistant","text":"Good morning.","reasoning":"A greeting."},"rule":"be-kind"}""";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        Demonstration[] written =
        [
            new([new ChatMessage(ChatRole.User, "\"Hé\"\n😀")], new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("why"), new TextContent("so")]), "be-kind"),
            new([new ChatMessage(ChatRole.System, ""), new ChatMessage(ChatRole.User, "x")], new ChatMessage(ChatRole.Assistant, "y"), null),
        ];
        File.WriteAllText(_file, FeedbackFile.Write(written));
        var read = FeedbackFile.ReadDemonstrations(_file);
        Assert.Equal(FeedbackFile.Write(written), FeedbackFile.Write(read));
        Assert.Equal(["\"Hé\"\n😀"], read[0].Prompt.Select(message => message.Text));
        Assert.Equal("why", Assert.Single(read[0].Answer.Contents.OfType<TextReasoningContent>()).Text);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_do_not_matter()
    {
        File.WriteAllText(_file, $"{Good}\r\n{Good}\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(2, FeedbackFile.ReadDemonstrations(_file).Count);
    }

    public static TheoryData<string, string, string> Malformed { get; } = new()
    {
        { "cut off", Good[..60], ":2:" },
        { "empty line", "", "empty" },
        { "null", "null", "holds nothing" },
        { "no object", "[1, 2]", "not the JSON" },
        { "a word", "hello", "not the JSON" },
        { "no answer", """{"prompt":[{"role":"user","text":"x"}],"rule":null}""", "answer" },
        { "no role", """{"prompt":[{"text":"x"}],"answer":{"role":"assistant","text":"y"},"rule":null}""", "role" },
        { "unknown role", Good.Replace("\"user\"", "\"clerk\"", StringComparison.Ordinal), "'system', 'user' or 'assistant'" },
        { "role of another type", Good.Replace("\"user\"", "7", StringComparison.Ordinal), "'system', 'user' or 'assistant'" },
        { "text of another type", Good.Replace("\"Hello\"", "7", StringComparison.Ordinal), "not the JSON" },
        { "text that is null", Good.Replace("\"Hello\"", "null", StringComparison.Ordinal), "not the JSON" },
        { "unknown key", Good.Replace("\"rule\"", "\"ruel\"", StringComparison.Ordinal), "ruel" },
        { "two objects in a line", Good + Good, "not the JSON" },
        { "nested too deep", Good.Replace("\"Hello\"", new string('[', 90) + new string(']', 90), StringComparison.Ordinal), "not the JSON" },
        { "too long", Good.Replace("Hello", new string('a', 1_000_001), StringComparison.Ordinal), "limit" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_line_that_is_not_understood_is_named_with_what_is_wrong(string what, string line, string said)
    {
        File.WriteAllText(_file, $"{Good}\n{line}\n{Good}\n");
        var error = Assert.Throws<InputException>(() => FeedbackFile.ReadDemonstrations(_file));
        Assert.True(error.Place.StartsWith($"{_file}:2", StringComparison.Ordinal) && error.Message.Contains(said, StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.Contains("begin a new run", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf_8_are_refused()
    {
        File.WriteAllBytes(_file, [.. Encoding.UTF8.GetBytes(Good), (byte)'\n', 0xff, 0xfe, 0x80]);
        Assert.Contains("UTF-8", Assert.Throws<InputException>(() => FeedbackFile.ReadDemonstrations(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preferences_are_not_demonstrations()
    {
        File.WriteAllText(_file, Good + "\n");
        Assert.Throws<InputException>(() => FeedbackFile.ReadPreferences(_file));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Equal("nowhere.jsonl", Assert.Throws<InputException>(() => FeedbackFile.ReadDemonstrations("nowhere.jsonl")).Place);
}
