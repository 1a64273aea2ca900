namespace Plumbline.Cli.Tests;

public sealed class ShellTests
{
    [Theory]
    [InlineData("aling", "Did you mean 'align'?")]
    [InlineData("align x --sed 3", "Did you mean '--seed'?")]
    [InlineData("align --quik", "Did you mean '--quick'?")]
    [InlineData("align", "Which specification?")]
    [InlineData("chat", "'MODEL'")]
    [InlineData("align x --seed 0", "--seed is '0'; expected a whole number from 1 up.")]
    [InlineData("align x --threads many", "--threads is 'many'")]
    [InlineData("align x --model a --endpoint http://b/v1 --endpoint-model c", "exclude each other")]
    [InlineData("align x --endpoint http://b/v1", "belong together")]
    [InlineData("align x --endpoint b --endpoint-model c", "expected a web address")]
    [InlineData("audit x", "Which model?")]
    [InlineData("audit x --model y --items 0", "--items is '0'")]
    [InlineData("chat x --deliberate", "--spec FILE")]
    [InlineData("serve x --port 65536", "--port is '65536'; expected a whole number from 0 to 65535.")]
    [InlineData("pretrain", "--out")]
    [InlineData("methods --status done", "'working'")]
    [InlineData("reproduce", "--all")]
    [InlineData("reproduce rice --all", "--all")]
    [InlineData("reproduce --all --out x", "--out")]
    [InlineData("reproduce rice --seeds 5-1", "1-5 or 1,3,7")]
    [InlineData("reproduce rice --seeds 0", "1-5 or 1,3,7")]
    [InlineData("spec", "spec --help")]
    [InlineData("spec chek x", "Did you mean 'check'?")]
    public async Task A_wrong_command_line_exits_with_2_and_says_on_standard_error_how_to_mend_it(string line, string hint)
    {
        var ran = await CommandLine.RunAsync(line.Split(' '));
        Assert.Equal(2, ran.Code);
        Assert.Contains(hint, ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Theory]
    [InlineData("align nowhere.spec.yaml")]
    [InlineData("align --resume nowhere")]
    [InlineData("audit nowhere.spec.yaml --model nowhere")]
    [InlineData("chat nowhere")]
    [InlineData("spec check nowhere.spec.yaml")]
    [InlineData("pretrain --out nowhere --resume")]
    [InlineData("serve nowhere")]
    [InlineData("reproduce nowhere")]
    [InlineData("methods --room nowhere")]
    public async Task What_does_not_exist_exits_with_2_and_is_named(string line)
    {
        var ran = await CommandLine.RunAsync(line.Split(' '));
        Assert.Equal(2, ran.Code);
        Assert.Contains("nowhere", ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Fact]
    public async Task A_method_without_an_experiment_exits_with_2_and_names_those_that_have_one()
    {
        var ran = await CommandLine.RunAsync("reproduce", "visalign");
        Assert.Equal(2, ran.Code);
        Assert.Contains("069 visalign has no experiment yet", ran.Error, StringComparison.Ordinal);
        Assert.Contains("unified-view", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bug_is_one_line_and_a_file_with_the_details_never_a_stack_trace()
    {
        using var folder = new TemporaryFolder();
        var rooms = CommandLine.Rooms() with { ReadSpecification = _ => throw new InvalidOperationException("the cat\e[31m sat on it") };
        var ran = await CommandLine.RunAsync(rooms, "spec", "check", folder.File("a.spec.yaml"));
        Assert.Equal(70, ran.Code);
        Assert.Contains("the cat sat on it", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        var details = ran.Error.Split("The details are in ")[1].Split(';')[0];
        Assert.Contains("   at ", await File.ReadAllTextAsync(details, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        File.Delete(details);
    }

    [Fact]
    public async Task A_mistake_in_the_input_is_printed_as_the_room_says_it()
    {
        using var folder = new TemporaryFolder();
        var rooms = CommandLine.Rooms() with { ReadSpecification = path => throw new InputException("a.spec.yaml:14:5", "rule 'x' serves value 'y'.", "Did you mean 'z'?") };
        var ran = await CommandLine.RunAsync(rooms, "spec", "check", folder.File("a.spec.yaml"));
        Assert.Equal(2, ran.Code);
        Assert.Equal($"a.spec.yaml:14:5: rule 'x' serves value 'y'.{Environment.NewLine}  Did you mean 'z'?{Environment.NewLine}", ran.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("align")]
    [InlineData("audit")]
    [InlineData("chat")]
    [InlineData("spec")]
    [InlineData("spec check")]
    [InlineData("serve")]
    [InlineData("methods")]
    [InlineData("reproduce")]
    [InlineData("pretrain")]
    public async Task Help_says_what_a_command_is_for_and_shows_examples_that_parse(string command)
    {
        var ran = await CommandLine.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, ran.Code);
        var examples = ran.Output.Split('\n').Select(line => line.Trim()).SkipWhile(line => line != "Examples:").Where(line => line.StartsWith("plumbline ", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(ShownCommands.Parse(example).Errors));
        Assert.True(ran.Output.Split('\n')[1].Trim().Length > 20);
    }

    [Fact]
    public async Task The_first_help_has_one_line_for_each_command()
    {
        var ran = await CommandLine.RunAsync();
        Assert.Equal(0, ran.Code);
        Assert.Contains("align ", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("exit code is then", ran.Output, StringComparison.Ordinal);
    }
}
