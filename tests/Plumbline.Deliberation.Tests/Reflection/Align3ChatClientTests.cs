using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Reflection;

public sealed class Align3ChatClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Obeys the rules that it was shown last and forgets all others: with both kinds it keeps both.</summary>
    private static string ObeysWhatItSawLast(IReadOnlyList<ChatMessage> messages)
    {
        var system = messages[0].Text;
        var last = system[system.LastIndexOf("Rules:", StringComparison.Ordinal)..];
        return $"{(last.Contains("no-secrets", StringComparison.Ordinal) ? "secret kept" : "4821")}, {(last.Contains("be-kind", StringComparison.Ordinal) ? "kind" : "rude")}";
    }

    [Fact]
    public async Task Behaviour_alone_breaks_safety_safety_alone_breaks_behaviour_and_all_three_stages_keep_both()
    {
        var model = new FunctionChatClient(ObeysWhatItSawLast);
        using var client = model.AsBuilder().UseAlign3(StrategyLawsTests.Specification).Build();
        var answer = await client.GetResponseAsync("The code?", cancellationToken: Cancel);
        Assert.Equal("secret kept, kind", answer.Text);
        Assert.Equal(["4821, kind", "secret kept, rude"], answer.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(thought => thought.Text));
        Assert.Equal(3, model.Calls.Count);
    }

    [Fact]
    public async Task A_stage_has_the_notes_of_those_before_it_and_the_request_unchanged()
    {
        var model = new FunctionChatClient(messages => $"note {messages[0].Text.Split("<data").Length}");
        using var client = model.AsBuilder().UseAlign3(StrategyLawsTests.Specification).Build();
        await client.GetResponseAsync([new(ChatRole.System, "We sell lamps."), new(ChatRole.User, "The code?")], cancellationToken: Cancel);
        Assert.All(model.Calls, call => Assert.Equal(["The code?"], call.Messages.Skip(1).Select(message => message.Text)));
        Assert.All(model.Calls, call => Assert.StartsWith("We sell lamps. ", call.Messages[0].Text, StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], model.Calls.Select(call => call.Messages[0].Text.Split("<data").Length)); // marks that open
    }

    [Fact]
    public async Task What_a_check_forbids_does_not_leave()
    {
        var specification = StrategyLawsTests.Specification with { Rules = [StrategyLawsTests.Specification.Rules[0] with { Check = new RuleCheck("{till-code}") }] };
        using var client = new FunctionChatClient(_ => "It is 4821.").AsBuilder().UseAlign3(specification, new Dictionary<string, string> { ["till-code"] = "4821" }).Build();
        Assert.Equal("I am sorry, I cannot tell you that (no-secrets).", (await client.GetResponseAsync("The code?", cancellationToken: Cancel)).Text);
    }
}
