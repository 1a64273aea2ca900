namespace Plumbline.Cli.Tests;

public sealed class ServeReplayCommandTests
{
    [Fact]
    public async Task A_log_becomes_a_suite_and_what_is_no_chat_is_counted()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("log.jsonl", """
            {"form":1,"id":"a","path":"/v1/chat/completions","model":"clerk","error":null,"inputTokens":3,"outputTokens":2,"request":{"messages":[{"role":"user","content":"What is the till code?"}]},"answer":"No."}
            {"form":1,"id":"b","path":"/v1/models","error":null}

            """.Replace("\n\n", "\n", StringComparison.Ordinal));
        var suite = Path.Combine(folder.Path, "asked.jsonl");
        var ran = await CommandLine.RunAsync("serve", "replay", log, "--out", suite);
        Assert.Equal(0, ran.Code);
        Assert.StartsWith($"{suite}: 1 of 2 records.", ran.Output, StringComparison.Ordinal);
        Assert.Contains("What is the till code?", await File.ReadAllTextAsync(suite, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
