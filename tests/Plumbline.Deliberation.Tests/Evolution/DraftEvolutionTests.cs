namespace Plumbline.Deliberation.Tests.Evolution;

public sealed class DraftEvolutionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Every draft writes the letter of its mutant, four times; a letter is worth its place in the alphabet.</summary>
    private sealed class Letters(params string[] mutants) : IDraftWriter
    {
        public List<string> Written { get; } = [];

        public Task<IReadOnlyList<string>> MutateAsync(string instruction, int count, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(mutants);

        public Task<(string Text, bool Done)> ContinueAsync(string instruction, string draft, int number, CancellationToken cancellationToken)
        {
            lock (Written)
                Written.Add($"{instruction} after {draft}");
            return Task.FromResult((instruction, draft.Length == 3));
        }

        public Task<double?> ScoreAsync(string draft, CancellationToken cancellationToken) => Task.FromResult<double?>(draft.Length == 0 ? 0 : draft.Average(letter => letter - 'a'));
    }

    private static Task<EvolvedDraft> RunAsync(Letters world, EvolutionOptions options, string begin = "a", int seed = 1) => new DraftEvolution(world, options, new Draws(seed, "test")).RunAsync("a", begin, null, Cancel);

    [Fact] // after the first block c survives alone; the others go on from c under their own mutants: c + b, c + d …
    public async Task A_weak_draft_takes_over_the_text_of_a_survivor_and_keeps_its_own_mutant()
    {
        var world = new Letters("b", "c");
        var best = await RunAsync(world, new EvolutionOptions { Mutants = 2, Survivors = 1, Blocks = 4 });
        Assert.Equal("cccc", best.Text);
        Assert.Contains("b after c", world.Written);
        Assert.Contains("b after ccc", world.Written);
        Assert.DoesNotContain("b after b", world.Written);
    }

    [Fact]
    public async Task What_it_began_with_stays_unless_a_draft_is_better()
    {
        var best = await RunAsync(new Letters("b", "c"), new EvolutionOptions { Mutants = 2, Survivors = 1, Blocks = 4 }, begin: "zz");
        Assert.Equal(("zz", 0), (best.Text, best.Iteration));
    }

    [Fact]
    public async Task Where_no_mutants_were_found_drafts_follow_their_parent()
    {
        var world = new Letters();
        await RunAsync(world, new EvolutionOptions { Mutants = 3, Blocks = 1 });
        Assert.Equal(["a after ", "a after ", "a after "], world.Written);
    }

    [Fact]
    public async Task Mutants_that_did_better_than_their_parent_are_the_parents_of_the_next_iteration()
    {
        var best = await RunAsync(new Letters("b", "c"), new EvolutionOptions { Mutants = 2, Survivors = 1, Blocks = 4, Iterations = 3 });
        Assert.Equal("cccc", best.Text);
        Assert.Equal(1 + (3 * 2 * 4), best.Scored);
    }
}
