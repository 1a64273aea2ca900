using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Evolution;

public sealed class EvolvingChatClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_in_a_form_is_not_written_block_by_block()
    {
        var model = new FunctionChatClient(_ => """{"greeting":"hello"}""");
        using var client = model.AsBuilder().UseEvolution(new FunctionScorer(answer => answer.Text.Length)).Build();
        await client.GetResponseAsync("Hi.", new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, Cancel);
        Assert.Single(model.Calls);
    }

    [Fact] // every call gives what was asked for; only the first answer and the drafts are texts of the model
    public async Task Drafts_are_scored_by_the_request_as_it_was_said_and_the_best_leaves()
    {
        var model = new FunctionChatClient(messages => messages[0].Role == ChatRole.System ? """{"requests":["Say hello warmly.","Say hello coldly."]}""" : messages[^1].Text.Contains("warmly", StringComparison.Ordinal) ? "Hello, my friend!" : "Hello.");
        List<string> asked = [];
        using var client = model.AsBuilder().UseEvolution(new FunctionScorer(answer =>
        {
            asked.Add(answer.Conversation[^1].Text);
            return answer.Text.Length;
        }), new EvolutionOptions { Mutants = 2 }).Build();
        var answer = await client.GetResponseAsync("Say hello.", cancellationToken: Cancel);
        Assert.Equal("Hello, my friend!", answer.Text);
        Assert.All(asked, request => Assert.Equal("Say hello.", request));
        Assert.Contains("Written under: Say hello warmly.", answer.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(thought => thought.Text));
    }
}
