using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Instructions;

public sealed class ValueInstructionChatClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_answered_under_the_instruction_that_was_written_for_it()
    {
        var writer = new FunctionChatClient(messages => messages[^1].Text.Contains("miles", StringComparison.Ordinal) ? "Give kilometres." : "Be brief.");
        var model = new FunctionChatClient(messages => messages[0].Text.Contains(">\nGive kilometres.\n</data", StringComparison.Ordinal) ? "8 km" : "5 miles");
        using var client = model.AsBuilder().UseValueInstruction("Always give amounts in metric units.", writer).Build();
        var answer = await client.GetResponseAsync("How many miles is it?", cancellationToken: Cancel);
        Assert.Equal("8 km", answer.Text);
        Assert.Equal(["Give kilometres."], answer.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text));
        Assert.Equal(2, Trace.Of(answer)!.Spent.Calls);
    }

    [Theory, InlineData(""), InlineData("  \n")]
    public async Task Where_none_is_written_the_request_stays_as_it_was(string instruction)
    {
        var model = new FunctionChatClient(messages => $"{messages.Count}");
        using var client = model.AsBuilder().UseValueInstruction("Be kind.", new FunctionChatClient(_ => instruction)).Build();
        Assert.Equal("1", (await client.GetResponseAsync("Hi.", cancellationToken: Cancel)).Text);
    }
}
