namespace Plumbline.Cli.Tests;

public sealed class ServeKeysCommandTests
{
    [Fact]
    public async Task A_key_is_printed_once_and_is_not_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "keys.json");
        var ran = await CommandLine.RunAsync("serve", "keys", "add", "ann", "--file", file, "--requests-per-minute", "5", "--spend-per-day", "2.5");
        Assert.Equal(0, ran.Code);
        var key = ran.Output.Trim();
        Assert.StartsWith("pl-", key, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("\"requestsPerMinute\": 5", text, StringComparison.Ordinal);
        Assert.Contains("\"spendPerDay\": 2.5", text, StringComparison.Ordinal);
        Assert.DoesNotContain(key[12..], text, StringComparison.Ordinal);
        var again = await CommandLine.RunAsync("serve", "keys", "add", "ann", "--file", file);
        Assert.Equal((2, ""), (again.Code, again.Output));
    }

    [Theory]
    [InlineData("models/counter-base --upstream http://localhost:1/v1", "exclude each other")]
    [InlineData("--strategy rules", "--spec")]
    [InlineData("--upstream localhost", "web address")]
    [InlineData("--upstream http://me:secret@localhost/v1", "without a name or password")]
    [InlineData("--address here", "127.0.0.1")]
    [InlineData("--config gateway.yaml --log x", "--log stands beside --config")]
    [InlineData("--upstream http://localhost:1/v1 --upstream-key-from PLUMBLINE_NO_SUCH_VARIABLE", "is not set")]
    [InlineData("--upstream http://localhost:1/v1 --address 0.0.0.0", "--keys")]
    [InlineData("--upstream http://localhost:1/v1 --spec no.spec.yaml", "no such file")]
    [InlineData("replay no.jsonl --out x", "no such file")]
    public async Task What_cannot_be_served_is_refused_with_the_remedy(string line, string remedy)
    {
        var ran = await CommandLine.RunAsync(["serve", .. line.Split(' ')]);
        Assert.Equal(2, ran.Code);
        Assert.Contains(remedy, ran.Error, StringComparison.Ordinal);
    }
}
