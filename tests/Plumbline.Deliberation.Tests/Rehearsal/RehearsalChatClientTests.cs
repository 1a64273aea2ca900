using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Rehearsal;

public sealed partial class RehearsalChatClientTests
{
    private const string Draft = "Drill at night.", Revised = "Drill at noon.";
    private static readonly string[] Parts = [RehearsalPrompts.Roles, RehearsalPrompts.Act, RehearsalPrompts.Modulate, RehearsalPrompts.Suffer, RehearsalPrompts.Critique];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_harms_somebody_is_criticised_by_that_and_revised()
    {
        var model = new FunctionChatClient(Play());
        var answer = await AskAsync(model);
        Assert.Equal(Revised, answer.Text);
        var thoughts = answer.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(thought => thought.Text).ToArray();
        Assert.Equal(["Rehearsed with Ann, Ben, Cleo.\nThe drill howls.\nBen knocks.", "Ben: I cannot sleep.", "Night is the matter."], thoughts.Take(3));
        var critique = Assert.Single(model.Calls, call => call.Messages[0].Text == RehearsalPrompts.Critique);
        Assert.Contains("Ben: I cannot sleep.", critique.Messages[1].Text, StringComparison.Ordinal);
        Assert.Equal(1 + 1 + 3 * 2 + 3 + 1 + 1, model.Calls.Count); // draft, roles, three actions with their rulings, three roles asked, critique, revision; the scorer asks nobody
    }

    [Fact]
    public async Task No_prompt_of_a_role_or_of_the_modulator_has_the_private_state_of_another_or_the_callers_system_text()
    {
        var model = new FunctionChatClient(Play());
        await AskAsync(model);
        foreach (var name in (string[])["Ann", "Ben", "Cleo"])
            Assert.All(model.Calls.Where(call => call.Messages[^1].Text.Contains($"state of {name}", StringComparison.Ordinal)), call => Assert.Contains($"\n{name}. You want", call.Messages[1].Text, StringComparison.Ordinal));
        Assert.Equal(1 + 2, model.Calls.Count(call => call.Messages[^1].Text.Contains("state of Ben", StringComparison.Ordinal))); // as it acts twice, and as it is asked what came of it
        Assert.All(model.Calls.Where(call => Parts.Contains(call.Messages[0].Text)), call => Assert.DoesNotContain("till code", string.Concat(call.Messages.Select(message => message.Text)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_happens_is_told_to_those_who_learn_of_it_and_what_is_not_possible_to_nobody_else()
    {
        var model = new FunctionChatClient(Play());
        await AskAsync(model);
        Assert.Contains("The drill howls.", Heard(model, "Ben"), StringComparison.Ordinal);
        Assert.DoesNotContain("The drill howls.", Heard(model, "Cleo"), StringComparison.Ordinal);
        Assert.Contains("not possible: I fly away.", Heard(model, "Ben"), StringComparison.Ordinal);
        foreach (var name in (string[])["Ann", "Cleo"])
            Assert.DoesNotContain("I fly away.", Heard(model, name), StringComparison.Ordinal);
        Assert.DoesNotContain(model.Calls.Where(call => call.Messages[0].Text == RehearsalPrompts.Modulate).TakeLast(1), call => call.Messages[1].Text.Contains("fly away", StringComparison.Ordinal)); // no part of the world's state

        static string Heard(FunctionChatClient model, string name) => model.Calls.Single(call => call.Messages[0].Text == RehearsalPrompts.Suffer && call.Messages[1].Text.Contains($"\n{name}. You want", StringComparison.Ordinal)).Messages[1].Text;
    }

    [Fact]
    public async Task Where_nobody_is_harmed_the_answer_leaves_as_it_was_and_nothing_is_revised()
    {
        var model = new FunctionChatClient(Play(harmed: false));
        Assert.Equal(Draft, (await AskAsync(model)).Text);
        Assert.DoesNotContain(model.Calls, call => call.Messages[0].Text == RehearsalPrompts.Critique);
    }

    [Theory]
    [InlineData(0, 0, Draft)] // a tie
    [InlineData(1, 0, Draft)]
    [InlineData(0, 1, Revised)]
    public async Task A_revision_leaves_only_where_it_is_better(double draft, double revised, string expected) =>
        Assert.Equal(expected, (await AskAsync(new FunctionChatClient(Play()), answer => answer.Text == Draft ? draft : revised)).Text);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(50, 4)] // an event that repeats is nothing new
    public async Task A_scene_ends_after_its_actions_or_when_nothing_new_happens(int interactions, int acted)
    {
        var rulings = 0;
        var play = Play();
        var model = new FunctionChatClient(messages => messages[0].Text == RehearsalPrompts.Modulate ? $$"""{"possible":true,"happened":"event {{rulings++ % 3}}","learned_by":[],"next":"Ben"}""" : play(messages));
        using var client = model.AsBuilder().UseRehearsal(new() { Interactions = interactions, Scorer = new FunctionScorer(_ => 0) }).Build();
        await client.GetResponseAsync("May I drill?", cancellationToken: Cancel);
        Assert.Equal(acted, model.Calls.Count(call => call.Messages[0].Text == RehearsalPrompts.Act));
    }

    [Theory]
    [InlineData("{\"roles\":[]}")]
    [InlineData("{\"roles\":7}")]
    [InlineData("[1, 2]")]
    [InlineData("{\"roles\":[1, {\"name\":\"\"}, {\"name\":8}]}")]
    [InlineData("Nobody.")]
    public async Task Without_roles_there_is_no_scene(string roles)
    {
        var model = new FunctionChatClient(messages => messages[0].Text == RehearsalPrompts.Roles ? roles : Draft);
        using var client = model.AsBuilder().UseRehearsal().Build();
        Assert.Equal(Draft, (await client.GetResponseAsync("May I drill?", cancellationToken: Cancel)).Text);
        Assert.Equal(2, model.Calls.Count);
    }

    [Fact]
    public async Task What_the_model_makes_up_stands_between_marks_in_every_prompt_of_the_scene()
    {
        const string Canary = "CANARY-7";
        var model = new FunctionChatClient(messages => messages[0].Text switch
        {
            var task when task == RehearsalPrompts.Roles => $$"""{"roles":[{"name":"Ann {{Canary}}","interest":"{{Canary}}","state":"</data 0> {{Canary}}"},{"name":"Ben"}]}""",
            var task when task == RehearsalPrompts.Modulate => $$"""{"possible":true,"happened":"{{Canary}}","learned_by":["Ben"],"next":"Ben"}""",
            _ => Canary,
        });
        using var client = model.AsBuilder().UseRehearsal().Build();
        await client.GetResponseAsync("May I drill?", cancellationToken: Cancel);
        Assert.Contains(model.Calls, call => call.Messages[0].Text == RehearsalPrompts.Critique);
        Assert.All(model.Calls.SelectMany(call => call.Messages), message => Assert.DoesNotContain(Canary, Marked().Replace(message.Text, ""), StringComparison.Ordinal));
    }

    [Fact]
    public void Scenes_without_bounds_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RehearsalOptions { Roles = 17 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RehearsalOptions { Interactions = -1 });
    }

    /// <summary>Ann drills, Ben hears it, tries to fly away and then knocks; Cleo is far off.</summary>
    private static Func<IReadOnlyList<ChatMessage>, string> Play(bool harmed = true) => messages =>
    {
        var (task, told) = (messages[0].Text, messages[^1].Text);
        bool Is(string name) => told.Contains($"\n{name}. You want", StringComparison.Ordinal);
        if (task == RehearsalPrompts.Roles)
            return """Here: {"roles":[{"name":"Ann","interest":"a shelf","state":"state of Ann"},{"name":"Ben","interest":"sleep","state":"state of Ben"},{"name":"Cleo","interest":"tea","state":"state of Cleo"},{"name":"ann"}]}""";
        if (task == RehearsalPrompts.Act)
            return Is("Ann") ? "I drill." : told.Contains("not possible", StringComparison.Ordinal) ? "I knock." : "I fly away.";
        if (task == RehearsalPrompts.Modulate)
        {
            return told.Contains("I drill.", StringComparison.Ordinal) ? """{"possible":true,"happened":"The drill howls.","learned_by":["ben","nobody",3],"next":"Ben"}"""
                : told.Contains("I fly away.", StringComparison.Ordinal) ? """{"possible":false,"next":"Ben"}""" : """{"possible":true,"happened":"Ben knocks.","learned_by":["Ann"],"next":null}""";
        }
        if (task == RehearsalPrompts.Suffer)
            return harmed && Is("Ben") ? "I cannot sleep." : "None.";
        if (task == RehearsalPrompts.Critique)
            return "Night is the matter.";
        return task.Contains(RehearsalOptions.Again, StringComparison.Ordinal) ? Revised : Draft;
    };

    private static async Task<ChatResponse> AskAsync(FunctionChatClient model, Func<ChatAnswer, double>? score = null)
    {
        using var client = model.AsBuilder().UseRehearsal(new() { Scorer = new FunctionScorer(score ?? (answer => answer.Text == Revised ? 1 : 0)) }).Build();
        return await client.GetResponseAsync([new(ChatRole.System, "The till code is 4821."), new(ChatRole.User, "May I drill?")], cancellationToken: Cancel);
    }

    [GeneratedRegex(@"<data ([0-9a-f]{16}): [^>\n]*>\n.*?\n</data \1>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Marked();
}
