using Plumbline.Alignment;

namespace Plumbline.Cli.Tests;

/// <summary>Bad files, through the whole program: exit code 2, what and where and how to mend it, nothing of the inside.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Head = "specification: Shop\nversion: 1.0.0\nvalues:\n  - { id: care, text: Care for people. }\nrules:\n";
    private const string Good = Head + "  - { id: open, must: offer gift wrapping, serves: [care] }\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", ":1:1:")]
    [InlineData("specification: [", ":2:1:")]
    [InlineData("just words", ":1:1:")]
    [InlineData(Head + "  - { id: open, must: offer gift wrapping, serves: [cary] }\n", "care")]
    [InlineData(Head + "  - { id: open, most: offer gift wrapping, serves: [care] }\n", "must")]
    [InlineData(Good + "  - { id: open, must: be kind, serves: [care] }\n", "open")]
    [InlineData(Good + "surprise: 1\n", "surprise")]
    [InlineData(Head + "  - { id: open, must: '', serves: [care] }\n", "must")]
    [InlineData("a: &a [x, x]\nb: &b [*a, *a]\nspecification: *b\n", "alias")]
    public async Task A_malformed_specification(string text, string named)
    {
        var file = _folder.File("bad.spec.yaml", text);
        await RefusedAsync(named, "spec", "check", file);
        await RefusedAsync("bad.spec.yaml", "audit", file, "--model", BundledModel.Find());
        await RefusedAsync("bad.spec.yaml", "align", file, "--runs", _folder.Path);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder.Path)); // nothing was begun
    }

    [Theory]
    [InlineData("config.json", "{", "config.json")]
    [InlineData("config.json", null, "config.json")]
    [InlineData("tokenizer.json", "[]", "tokenizer.json")]
    [InlineData("tokenizer.json", null, "tokenizer.json")]
    [InlineData("model.safetensors", "\x10\0\0\0\0\0\0\0{not a header}..", "model.safetensors")]
    [InlineData("model.safetensors", "", "model.safetensors")]
    [InlineData("model.safetensors", null, "model.safetensors")]
    public async Task A_damaged_model(string part, string? text, string named)
    {
        var specification = _folder.File("good.spec.yaml", Good);
        var model = _folder.Folder("model");
        foreach (var file in Directory.GetFiles(BundledModel.Find()))
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        File.Delete(Path.Combine(model, part));
        if (text is not null)
            await File.WriteAllTextAsync(Path.Combine(model, part), text, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);
        await RefusedAsync(named, "audit", specification, "--model", model);
        await RefusedAsync(named, "chat", model);
    }

    [Fact]
    public async Task Feedback_that_was_damaged_between_two_sittings()
    {
        using var stop = new CancellationTokenSource();
        var options = new AlignmentOptions { SpecificationPath = _folder.File("good.spec.yaml", Good), RunsDirectory = _folder.Path, RunId = "run", Quick = true };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new AlignmentJob(options).RunAsync(new StopAt("supervised fine-tuning", stop), stop.Token));
        var feedback = Path.Combine(_folder.Path, "run", "feedback", "demonstrations.jsonl");
        await File.AppendAllTextAsync(feedback, "{\"prompt\": 7}\n", TestContext.Current.CancellationToken);
        var lines = (await File.ReadAllLinesAsync(feedback, TestContext.Current.CancellationToken)).Length;
        await RefusedAsync($"demonstrations.jsonl:{lines}", "align", "--resume", Path.Combine(_folder.Path, "run"));
    }

    private static async Task RefusedAsync(string named, params string[] arguments)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, arguments);
        Assert.Equal(2, ran.Code);
        Assert.Contains(named, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ran.Error, StringComparison.Ordinal);
    }

    private sealed class StopAt(string stage, CancellationTokenSource stop) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Stage == stage)
                stop.Cancel();
        }
    }
}
