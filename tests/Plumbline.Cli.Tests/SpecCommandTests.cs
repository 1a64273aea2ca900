using System.Text.Json;

namespace Plumbline.Cli.Tests;

public sealed class SpecCommandTests
{
    private static readonly Specification Shop = new()
    {
        Name = "Shop",
        Version = "1.2.0",
        Values = [new Value("fair", "Fair dealing."), new Value("calm", "Nobody shouts.")],
        Rules =
        [
            new Rule { Id = "first", Must = "come first", Serves = ["fair"], Source = new Provenance("conduct.md", "3") },
            new Rule { Id = "later", Must = "come second", Serves = ["fair"] },
        ],
    };

    [Fact]
    public async Task Check_shows_rules_by_priority_and_values_that_no_rule_serves()
    {
        using var folder = new TemporaryFolder();
        var ran = await CommandLine.RunAsync(CommandLine.Rooms() with { ReadSpecification = _ => Shop }, "spec", "check", folder.File("a.spec.yaml"));
        Assert.Equal(0, ran.Code);
        Assert.Contains("Shop 1.2.0", ran.Output, StringComparison.Ordinal);
        Assert.True(ran.Output.IndexOf("come first", StringComparison.Ordinal) < ran.Output.IndexOf("come second", StringComparison.Ordinal));
        Assert.Contains("conduct.md 3", ran.Output, StringComparison.Ordinal);
        Assert.Contains("No rule serves: calm.", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_the_same()
    {
        using var folder = new TemporaryFolder();
        var ran = await CommandLine.RunAsync(CommandLine.Rooms() with { ReadSpecification = _ => Shop }, "spec", "check", folder.File("a.spec.yaml"), "--json");
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Equal("first", document.RootElement.GetProperty("rules")[0].GetProperty("id").GetString());
        Assert.Equal("calm", document.RootElement.GetProperty("unserved")[0].GetString());
    }
}
