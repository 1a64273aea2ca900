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
    public async Task What_the_counter_cannot_compute_or_what_can_never_decide_is_shown_and_is_no_mistake()
    {
        using var folder = new TemporaryFolder();
        var beyond = await CommandLine.RunAsync(CommandLine.Rooms() with { ReadSpecification = _ => Shop }, "spec", "check", folder.File("a.spec.yaml"));
        Assert.Contains("Beware: rule first: the counter cannot compute", beyond.Output, StringComparison.Ordinal);
        var idle = Shop with { Rules = [.. Shop.Rules.Select((rule, i) => rule with { Must = i == 0 ? "accept returns within 9 days and refuse later ones" : "always take back faulty goods" })] };
        var ran = await CommandLine.RunAsync(CommandLine.Rooms() with { ReadSpecification = _ => idle }, "spec", "check", folder.File("a.spec.yaml"));
        Assert.Contains("rule 'later' can never decide anything", ran.Output, StringComparison.Ordinal);
        Assert.Equal(0, ran.Code);
    }

    [Fact]
    public async Task Draw_writes_a_specification_that_check_reads_and_never_over_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(Path.GetDirectoryName(folder.File("x"))!, "drawn.spec.yaml");
        Assert.Equal(0, (await CommandLine.RunAsync("spec", "draw", "--seed", "7", "--out", file)).Code);
        var drawn = Specification.Load(file);
        Assert.True(Plumbline.Worlds.Counter.CounterSpecifications.IsHeldOut(drawn));
        var shown = await CommandLine.RunAsync("spec", "draw", "--seed", "7");
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), shown.Output, ignoreLineEndingDifferences: true);
        Assert.NotEqual(shown.Output, (await CommandLine.RunAsync("spec", "draw", "--seed", "8")).Output);
        var again = await CommandLine.RunAsync("spec", "draw", "--seed", "8", "--out", file);
        Assert.Equal(2, again.Code);
        Assert.Contains("already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_changes_a_sentence_and_shows_what_it_changed()
    {
        using var folder = new TemporaryFolder();
        var file = Written(folder);
        var ran = await CommandLine.RunAsync("spec", "edit", file, "be-kind", "--must", "be brief");
        Assert.Equal((0, Text.Replace("must: be kind", "must: be brief", StringComparison.Ordinal).Replace("1.0.0", "1.0.1", StringComparison.Ordinal)), (ran.Code, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));
        Assert.Contains("- must: be kind # always", ran.Output, StringComparison.Ordinal);
        Assert.Contains("+ must: be brief # always", ran.Output, StringComparison.Ordinal);
        Assert.Contains("version 1.0.1 now", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_and_remove_leave_the_file_as_it_was_but_for_the_version()
    {
        using var folder = new TemporaryFolder();
        var file = Written(folder);
        Assert.Equal(0, (await CommandLine.RunAsync("spec", "add", file, "smile", "--must", "smile", "--serves", "care", "--after", "be-kind")).Code);
        Assert.Equal("smile", Specification.Load(file).Rules[1].Id);
        Assert.Equal(0, (await CommandLine.RunAsync("spec", "edit", file, "smile", "--remove")).Code);
        Assert.Equal(Text.Replace("1.0.0", "1.2.0", StringComparison.Ordinal), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("be-kid --must x", "Did you mean 'be-kind'?")]
    [InlineData("be-kind", "--must SENTENCE, --rename ID or --remove")]
    [InlineData("be-kind --remove --must x", "--remove stands alone")]
    [InlineData("be-kind --rename last", "last")]
    [InlineData("be-kind --rename Be_Kind", "Be_Kind")]
    public async Task An_edit_that_cannot_be_made_exits_with_2_and_writes_nothing(string rest, string said)
    {
        using var folder = new TemporaryFolder();
        var file = Written(folder);
        var ran = await CommandLine.RunAsync(["spec", "edit", file, .. rest.Split(' ')]);
        Assert.Equal((2, Text), (ran.Code, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }

    private const string Text = "# ours\nspecification: S\nversion: 1.0.0\nvalues: [{ id: care, text: Care }]\nrules:\n  - id: be-kind\n    must: be kind # always\n    serves: [care]\n\n  - { id: last, must: be last, serves: [care] }\n";

    private static string Written(TemporaryFolder folder)
    {
        var file = folder.File("a.spec.yaml");
        File.WriteAllText(file, Text);
        return file;
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
