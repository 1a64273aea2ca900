using Microsoft.Extensions.AI;

namespace Plumbline.Cli.Tests;

public sealed class ChatCommandTests
{
    [Fact]
    public async Task Through_a_pipe_each_line_gets_one_line_without_the_reasoning()
    {
        using var folder = new TemporaryFolder();
        var conversation = new CommandLine.Scripted(new TextReasoningContent("hmm"), new TextContent("Yes,\nof "), new TextContent("course\e[31m."));
        var rooms = CommandLine.Rooms() with { Converse = (_, _, _, _, _) => Task.FromResult<IConversation>(conversation) };
        var ran = await CommandLine.RunAsync(rooms, "Can I return it?\n\n  \nThanks", ["chat", folder.Path], TestContext.Current.CancellationToken);
        Assert.Equal(0, ran.Code);
        Assert.Equal(["Can I return it?", "Thanks"], conversation.Heard);
        Assert.Equal($"Yes, of course.{Environment.NewLine}Yes, of course.{Environment.NewLine}", ran.Output);
    }

    [Fact]
    public async Task Model_specification_and_deliberation_are_handed_on()
    {
        using var folder = new TemporaryFolder();
        var specification = folder.File("a.spec.yaml");
        (string, string?, bool)? asked = null;
        var rooms = CommandLine.Rooms() with
        {
            Converse = (model, _, file, deliberate, _) => { asked = (model, file, deliberate); return Task.FromResult<IConversation>(new CommandLine.Scripted()); },
        };
        await CommandLine.RunAsync(rooms, "chat", folder.Path, "--spec", specification, "--deliberate");
        Assert.Equal((folder.Path, specification, true), asked);
    }
}
