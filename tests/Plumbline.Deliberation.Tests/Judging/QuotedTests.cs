using FsCheck;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Judging;

public sealed class QuotedTests
{
    [Property]
    public void A_text_cannot_contain_the_mark_that_ends_it(NonNull<string> text, byte rounds)
    {
        var said = text.Get;
        for (var round = 0; round < rounds % 4; round++) // one that has seen how it was quoted before and says so
            said += Quoted.Text("answer", said);
        var quoted = Quoted.Text("answer", said);
        var mark = quoted[6..22];
        Assert.Equal(2, quoted.Split(mark).Length - 1);
        Assert.EndsWith($"\n</data {mark}>", quoted, StringComparison.Ordinal);
    }

    [Fact]
    public void A_conversation_tells_who_spoke_and_leaves_thoughts_out()
    {
        var quoted = Quoted.Conversation([new(ChatRole.User, "Hi."), new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("Hello."), new FunctionCallContent("1", "look")]), new(ChatRole.Tool, [new FunctionResultContent("1", "42")])]);
        Assert.Contains("user: Hi.\nassistant: Hello. [calls look]\ntool: [result: 42]\n", quoted.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("hm", quoted, StringComparison.Ordinal);
    }
}
