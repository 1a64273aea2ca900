using Microsoft.Extensions.AI;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data;

public sealed class ChatExamplesTests
{
    private static readonly ChatMessage[] Prompt = [new(ChatRole.System, "the rule"), new(ChatRole.User, "the cat?")];

    [Fact]
    public void A_demonstration_is_trained_on_reasoning_answer_and_end_and_on_nothing_else()
    {
        using var model = TinyModel.Make();
        var example = model.Template.Example(new Demonstration(Prompt, Answer("because", "yes")));
        int[] trained = [.. example.Ids.Where((_, index) => example.Weights[index] == 1)];
        Assert.Equal([model.Tokenizer.Special.Think!.Value, .. model.Tokenizer.Encode("because"), model.Tokenizer.Special.EndThink!.Value, .. model.Tokenizer.Encode("yes"), model.Tokenizer.Special.End], trained);
        Assert.Equal(model.Template.Prompt(Prompt), example.Ids[..^trained.Length]);
        Assert.All(example.Weights[..^trained.Length], weight => Assert.Equal(0, weight));
        Assert.Equal(trained.Length, example.Trained);
    }

    [Fact]
    public void The_answers_of_a_preference_share_their_prompt()
    {
        using var model = TinyModel.Make();
        var pair = model.Template.Pair(new Preference(Prompt, Answer("because", "yes"), Answer("so", "the mat")));
        Assert.Equal(model.Template.Example(new Demonstration(Prompt, Answer("because", "yes"))).Ids, pair.Chosen.Ids);
        Assert.Equal(model.Template.Example(new Demonstration(Prompt, Answer("so", "the mat"))).Ids, pair.Rejected.Ids);
    }

    [Fact]
    public void A_token_without_a_weight_is_refused() => Assert.Throws<ArgumentException>(() => new TokenExample([1, 2, 3], [1, 1]));

    private static ChatMessage Answer(string reasoning, string text) => new(ChatRole.Assistant, [new TextReasoningContent(reasoning), new TextContent(text)]);
}
