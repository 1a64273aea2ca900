using System.Text;
using Microsoft.Extensions.AI;
using Plumbline.Auditing;

namespace Plumbline.Tests.Auditing.Audits;

public sealed class TranscriptFileTests : IDisposable
{
    private readonly Scripted.Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_audit_comes_back_from_its_file_as_it_was()
    {
        var hostile = "line\nbreak \"quote\" \u2028 \\ <script> 漢字 🙂";
        var audit = await new Auditor(7).AuditAsync(Scripted.Suite(9), Scripted.Subject(i => i switch { 3 => throw new IOException("gone"), 4 => hostile, 5 => "?", _ => Scripted.Right(i) }));
        await audit.SaveAsync(_folder.File("t.jsonl"));
        var read = await SubjectAudit.ReadAsync(_folder.File("t.jsonl"));

        Assert.Equal(10, (await File.ReadAllLinesAsync(_folder.File("t.jsonl"))).Length);
        Assert.Equal((audit.Subject, audit.Description, audit.Suite, audit.SuiteVersion, audit.SuiteHash, audit.Seed), (read.Subject, read.Description, read.Suite, read.SuiteVersion, read.SuiteHash, read.Seed));
        Assert.Equal(audit.Measures, read.Measures);
        Assert.Equal(audit.Estimates, read.Estimates);
        Assert.Equal(hostile, read.Items[4].Transcript.Answer);
        Assert.Equal(audit.Items.Select(Flat), read.Items.Select(Flat));
        Assert.Equal(audit.SuiteHash, SuiteHash.Of(read.Items.Select(item => item.Item)));

        static string Flat(AuditedItem item) => $"{item.Item.Id} {item.Item.Messages[1].Role}{item.Item.Messages[1].Text} {string.Join(',', item.Item.Tags)} {item.Item.Reference.Rule} "
            + $"{item.Transcript with { Item = null! }} {item.Verdict.Outcome} {string.Join(',', item.Verdict.Scores)} {item.Verdict.Rule} {item.Verdict.Reason}";
    }

    [Fact]
    public async Task An_audit_that_was_killed_goes_on_and_ends_with_the_same_file()
    {
        var suite = Scripted.Suite(150);
        await new Auditor(1).AuditAsync(suite, Scripted.Subject(Scripted.Right), _folder.File("whole.jsonl"));

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Auditor(1).AuditAsync(suite, Scripted.Subject(i =>
        {
            if (i == 100)
                stop.Cancel();
            return Scripted.Right(i);
        }), _folder.File("killed.jsonl"), null, stop.Token));
        await File.AppendAllTextAsync(_folder.File("killed.jsonl"), "{\"item\":\"item-64\",\"mess"); // and the last line was being written

        var asked = 0;
        var audit = await new Auditor(1).AuditAsync(suite, Scripted.Subject(i =>
        {
            Interlocked.Increment(ref asked);
            return Scripted.Right(i);
        }), _folder.File("killed.jsonl"));

        Assert.Equal(150 - 64, asked);
        Assert.Equal(1, audit["compliance"]!.Estimate.Value);
        Assert.IsType<Word>(audit.Items[0].Item.Reference);
        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("whole.jsonl")), await File.ReadAllBytesAsync(_folder.File("killed.jsonl")));
    }

    [Fact]
    public async Task A_resumed_audit_asks_again_from_the_wave_in_which_something_broke()
    {
        var suite = Scripted.Suite(70);
        await new Auditor(1).AuditAsync(suite, Scripted.Subject(i => i == 66 ? throw new IOException("down") : Scripted.Right(i)), _folder.File("t.jsonl"));
        var audit = await new Auditor(1).AuditAsync(suite, Scripted.Subject(i => i < 64 ? throw new InvalidOperationException("asked twice") : Scripted.Right(i)), _folder.File("t.jsonl"));
        Assert.Equal((70, 0), (audit["compliance"]!.Scored, audit["compliance"]!.Errors));
    }

    [Fact]
    public async Task A_file_of_another_audit_is_not_taken_up()
    {
        await new Auditor(1).AuditAsync(Scripted.Suite(3), Scripted.Subject(Scripted.Right), _folder.File("t.jsonl"));
        var error = await Assert.ThrowsAsync<InputException>(() => new Auditor(2).AuditAsync(Scripted.Suite(3), Scripted.Subject(Scripted.Right), _folder.File("t.jsonl")));
        Assert.EndsWith("t.jsonl:1", error.Place, StringComparison.Ordinal);
        Assert.Contains("with seed 1, not", error.Problem, StringComparison.Ordinal);
    }

    private const string Header = """{"format":"plumbline-transcripts","version":1,"subject":"s","description":"d","suite":"w","suiteVersion":"1","suiteHash":"h","seed":1,"measures":[{"name":"compliance","title":"t","higherIsBetter":true}]}""";
    private const string Line = """{"item":"a","messages":[{"role":"user","text":"hi"}],"tags":{},"decidedBy":null,"answer":"yes","reasoning":null,"inputTokens":1,"outputTokens":1,"error":null,"outcome":"scored","scores":{"compliance":1},"rule":null,"reason":"r"}""";

    public static TheoryData<string, string, string, string> Malformed => new()
    {
        { "empty", "", ":1", "the file is empty" },
        { "not JSON", Header + "\nhello\n", ":2:1", "the line is not JSON" },
        { "cut short", Header + "\n" + Line[..60], ":2:", "the line is not JSON" },
        { "an empty line", Header + "\n\n" + Line, ":2:1", "the line is not JSON" },
        { "a list", Header + "\n[1]\n", ":2", "the line is a list, not an object" },
        { "no header", Line, ":1", "does not say that these are transcripts" },
        { "a later version", Header.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal), ":1", "version 2; this program reads version 1" },
        { "no measures", Header.Replace("measures", "measure", StringComparison.Ordinal), ":1", "'measures' is missing" },
        { "a measure that is text", Header.Replace("[{\"name\":\"compliance\",\"title\":\"t\",\"higherIsBetter\":true}]", "[\"compliance\"]", StringComparison.Ordinal), ":1", "a member of 'measures' is text, not an object" },
        { "no answer", Header + "\n" + Line.Replace("\"answer\":\"yes\",", "", StringComparison.Ordinal), ":2", "'answer' is missing" },
        { "an answer that is a number", Header + "\n" + Line.Replace("\"yes\"", "7", StringComparison.Ordinal), ":2", "'answer' is a number, not text" },
        { "an answer that is null", Header + "\n" + Line.Replace("\"yes\"", "null", StringComparison.Ordinal), ":2", "'answer' is null, not text" },
        { "an unknown outcome", Header + "\n" + Line.Replace("scored\"", "passed\"", StringComparison.Ordinal), ":2", "'outcome' is 'passed', which is none of scored, unscored, error" },
        { "an outcome by number", Header + "\n" + Line.Replace("scored\"", "0\"", StringComparison.Ordinal), ":2", "'outcome' is '0'" },
        { "a score of two", Header + "\n" + Line.Replace("\"compliance\":1", "\"compliance\":2", StringComparison.Ordinal), ":2", "the score 'compliance' is 2, not from 0 to 1" },
        { "a score beyond numbers", Header + "\n" + Line.Replace("\"compliance\":1", "\"compliance\":1e999", StringComparison.Ordinal), ":2", "the score 'compliance' is" },
        { "a score twice", Header + "\n" + Line.Replace("\"compliance\":1", "\"compliance\":1,\"compliance\":0", StringComparison.Ordinal), ":2", "'scores' has 'compliance' twice" },
        { "half a token", Header + "\n" + Line.Replace("\"inputTokens\":1", "\"inputTokens\":1.5", StringComparison.Ordinal), ":2", "'inputTokens' is 1.5, not a whole number" },
        { "less than no tokens", Header + "\n" + Line.Replace("\"outputTokens\":1", "\"outputTokens\":-1", StringComparison.Ordinal), ":2", "'outputTokens' is -1" },
        { "an empty role", Header + "\n" + Line.Replace("\"user\"", "\"\"", StringComparison.Ordinal), ":2", "'role' is empty" },
        { "an item twice", Header + "\n" + Line + "\n" + Line, ":3", "the item 'a' is there twice" },
        { "too deep", Header + "\n" + new string('[', 40), ":2:", "the line is not JSON" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_file_is_refused_with_its_line(string name, string text, string place, string problem)
    {
        var path = _folder.File("t.jsonl");
        await File.WriteAllTextAsync(path, text);
        var error = await Assert.ThrowsAsync<InputException>(() => SubjectAudit.ReadAsync(path));
        Assert.StartsWith(path + place, error.Place, StringComparison.Ordinal);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
        Assert.NotEmpty(name);
    }

    [Fact]
    public async Task A_file_that_is_not_utf8_a_line_without_end_and_no_file_are_refused()
    {
        var path = _folder.File("t.jsonl");
        await File.WriteAllBytesAsync(path, [.. Encoding.UTF8.GetBytes(Header + "\n"), 0xC3, 0x28, (byte)'\n']);
        Assert.Contains("not UTF-8", (await Assert.ThrowsAsync<InputException>(() => SubjectAudit.ReadAsync(path))).Problem, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, new string('x', 4_100_000));
        Assert.Contains("more than 4,000,000 characters", (await Assert.ThrowsAsync<InputException>(() => SubjectAudit.ReadAsync(path))).Problem, StringComparison.Ordinal);
        Assert.Contains("not there", (await Assert.ThrowsAsync<InputException>(() => SubjectAudit.ReadAsync(_folder.File("none.jsonl")))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_that_the_malformed_ones_are_made_from_is_well_formed()
    {
        await File.WriteAllTextAsync(_folder.File("t.jsonl"), Header + "\r\n" + Line + "\r\n");
        var audit = await SubjectAudit.ReadAsync(_folder.File("t.jsonl"));
        Assert.Equal(ChatRole.User, audit.Items[0].Item.Messages[0].Role);
    }
}
