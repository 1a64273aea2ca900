namespace Plumbline.Deliberation.Tests.Development;

public sealed class DevelopmentCycleTests
{
    private static readonly Situation[] Doors = [.. Enumerable.Range(1, 4).Select(door => new Situation("doors", $"door {door}"))];
    private static readonly Situation Window = new("windows", "window 1");

    [Fact] // hypotheses in this order: push, pull, open; only "pull" opens
    public async Task Only_what_does_better_in_siblings_is_stored_and_the_flaw_is_gone_in_its_scope_alone()
    {
        var (cycle, memory, stored) = (Cycle(), LessonMemory.Empty, new List<bool>());
        for (var round = 0; round < 4; round++)
        {
            var experience = await cycle.RunAsync(Doors[0], Doors[1..], memory, Stop);
            stored.Add(experience.Improved);
            memory = memory.With(experience);
        }
        Assert.Equal([false, true, false, false], stored);
        Assert.Equal(["pull"], memory.For("doors"));
        Assert.Empty(memory.For("windows"));
        Assert.Equal("open", Act(Doors[2], memory.For("doors")));
        Assert.Equal("fine", Act(Window, memory.For("windows")));
    }

    [Fact]
    public async Task Lessons_wait_for_a_persons_approval_and_say_what_they_did()
    {
        var (cycle, memory) = (Cycle("pull"), LessonMemory.Empty);
        memory = memory.With(await cycle.RunAsync(Doors[0], Doors[1..], memory, Stop));
        var proposal = Assert.Single(memory.Proposals());
        Assert.Null(proposal.Approver);
        Assert.Null(proposal.Old);
        Assert.Equal(("lesson-1", "pull"), (proposal.New!.Id, proposal.New.Must));
        Assert.Equal("In situations of 'doors' it did better: 1 instead of 0.", proposal.Reason);
        Assert.Same(memory, memory.With(memory.Lessons[0])); // once is enough
    }

    [Fact]
    public async Task A_hypothesis_is_not_tried_on_what_it_was_made_from_nor_in_another_scope()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Cycle().RunAsync(Doors[0], [], LessonMemory.Empty, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => Cycle().RunAsync(Doors[0], [Doors[0]], LessonMemory.Empty, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => Cycle().RunAsync(Doors[0], [Window], LessonMemory.Empty, Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DevelopmentCycle Cycle(params string[] hypotheses) => new((situation, lessons, _) => ValueTask.FromResult(Act(situation, lessons)), (_, response) => response == "shut" ? 0 : 1,
        (_, _, _, vain, _) => ValueTask.FromResult(new Deliberation.Reflection("I stood there", "habit", (hypotheses.Length > 0 ? hypotheses : ["push", "pull", "knock"])[vain.Count])));

    private static string Act(Situation situation, IReadOnlyList<string> lessons) => situation.Scope != "doors" ? "fine" : lessons.Contains("pull") ? "open" : "shut";
}
