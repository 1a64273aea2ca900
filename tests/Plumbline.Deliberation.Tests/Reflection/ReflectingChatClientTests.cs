using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests;

public sealed class ReflectingChatClientTests
{
    private static readonly Specification Specification = new()
    {
        Name = "S",
        Version = "1.0.0",
        Values = [new Value("care", "Care.")],
        Rules =
        [
            new Rule { Id = "no-secrets", Must = "never reveal the till code", Kind = RuleKind.Safety, Serves = ["care"], Check = new RuleCheck("{till-code}") },
            new Rule { Id = "be-kind", Must = "be kind", Serves = ["care"] },
        ],
    };

    private static readonly ReflectionOptions Told = new() { Placeholders = new Dictionary<string, string> { ["till-code"] = "4821" } };

    [Fact]
    public async Task The_rules_stand_after_the_facts_and_before_the_conversation()
    {
        var script = new ScriptedChatClient("Hello.");
        using var client = script.AsBuilder().UseSpecification(Specification).Build();
        ChatMessage[] asked = [new(ChatRole.System, "The till code is 4821."), new(ChatRole.User, "Hi.")];
        await client.GetResponseAsync(asked, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("The till code is 4821. Rules: never reveal the till code (no-secrets). be kind (be-kind). Think about the rules first.", script.Calls[0][0].Text);
        Assert.Equal("Hi.", script.Calls[0][1].Text);
        Assert.Equal("The till code is 4821.", asked[0].Text);
    }

    [Fact]
    public async Task The_draft_is_shown_for_review_without_its_reasoning_and_the_revision_is_the_answer()
    {
        var script = new ScriptedChatClient("Draft.", "Revision.");
        using var client = script.AsBuilder().UseReflection(Specification).Build();
        var response = await client.GetResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("Revision.", response.Text);
        Assert.Equal(["Hi.", "Draft.", SpecificationPrompt.Review], script.Calls[1].Select(message => message.Text));
        Assert.DoesNotContain(script.Calls[1].SelectMany(message => message.Contents), content => content is TextReasoningContent);
        Assert.Equal(2, response.Usage!.OutputTokenCount);
        Assert.Contains(response.Messages.SelectMany(message => message.Contents), content => content is TextReasoningContent { Text: "thought" });
    }

    [Fact]
    public async Task An_answer_that_stays_the_same_is_not_looked_at_again()
    {
        var script = new ScriptedChatClient("Same.", "Same.", "Other.");
        using var client = script.AsBuilder().UseReflection(Specification, new ReflectionOptions { Rounds = 3 }).Build();
        Assert.Equal("Same.", (await client.GetResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken)).Text);
        Assert.Equal(2, script.Calls.Count);
    }

    [Theory]
    [InlineData("Hello.", "It is 4821.", "Hello.")]
    [InlineData("It is 4821.", "Hello.", "Hello.")]
    [InlineData("It is 4821.", "Really 4821.", "I am sorry, I cannot tell you that (no-secrets).")]
    [InlineData("Hello.", "  ", "Hello.")]
    public async Task What_a_check_forbids_never_leaves(string draft, string revision, string answer)
    {
        using var client = new ScriptedChatClient(draft, revision).AsBuilder().UseReflection(Specification, Told).Build();
        Assert.Equal(answer, (await client.GetResponseAsync("The code?", cancellationToken: TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task Streaming_gives_the_same_answer_in_the_end()
    {
        using var client = new ScriptedChatClient("Draft.", "Revision.").AsBuilder().UseReflection(Specification).UseSpecification(Specification).Build();
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken))
            updates.Add(update);
        Assert.Equal("Revision.", updates.ToChatResponse().Text);
    }

    [Fact]
    public void Rounds_outside_one_to_five_are_refused_when_the_options_are_made() => Assert.Throws<ArgumentOutOfRangeException>(() => new ReflectionOptions { Rounds = 0 });

    [Fact]
    public async Task Cancelling_stops_the_review()
    {
        using var cancel = new CancellationTokenSource();
        using var client = new ScriptedChatClient("Draft.", "Revision.") { BeforeAnswer = call => { if (call == 1) cancel.Cancel(); } }.AsBuilder().UseReflection(Specification).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync("Hi.", cancellationToken: cancel.Token));
    }
}
