namespace Plumbline.Deliberation.Tests.Search;

public sealed class PrincipleTreeSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Answers are numbers and score what they say; a refinement adds one up to a ceiling, a fresh start gives what was set.</summary>
    private sealed class Numbers(double ceiling, double fresh) : ITreeSearchMoves
    {
        public List<string> Moves { get; } = [];

        public Task<string> GenerateAsync(string prompt, int number, CancellationToken cancellationToken) => Move($"generate {prompt}", $"{fresh}");

        public Task<Critique> ScoreAsync(string answer, CancellationToken cancellationToken) => Task.FromResult(new Critique(double.Parse(answer, null), $"critique of {answer}"));

        public Task<string> RefineAsync(string prompt, string answer, string critique, int number, CancellationToken cancellationToken) => Move($"refine {answer}: {critique}", $"{Math.Min(ceiling, double.Parse(answer, null) + 1)}");

        public Task<string> RewriteAsync(string prompt, string critique, CancellationToken cancellationToken) => Move($"rewrite: {critique}", $"{prompt}+");

        private Task<string> Move(string move, string result)
        {
            Moves.Add(move);
            return Task.FromResult(result);
        }
    }

    private static Task<TreeSearchResult> SearchAsync(Numbers world, TreeSearchOptions options, List<string>? better = null) => new PrincipleTreeSearch(world, options).RunAsync("p", "3", better is null ? null : better.Add, Cancel);

    [Fact]
    public async Task Refining_uses_the_nodes_own_critique_and_the_best_is_found_with_or_without_a_listener()
    {
        var better = new List<string>();
        var found = await SearchAsync(new Numbers(5, 0), new TreeSearchOptions { Iterations = 6, Regenerates = false }, better);
        Assert.Equal(("5", 5.0, 0), (found.Answer, found.Worth, found.RootVisits));
        Assert.Equal(["4", "5"], better);
        var world = new Numbers(5, 0);
        Assert.Equal(found, await SearchAsync(world, new TreeSearchOptions { Iterations = 6, Regenerates = false }));
        Assert.Equal("refine 3: critique of 3", world.Moves[0]);
    }

    [Fact]
    public async Task A_fresh_start_leaves_a_ceiling_behind_and_its_prompt_is_kept_if_it_was_worth_it()
    {
        var found = await SearchAsync(new Numbers(3, 8), new TreeSearchOptions { Iterations = 8 });
        Assert.Equal("8", found.Answer);
        Assert.True(found.RootVisits >= 1);
        Assert.StartsWith("p+", found.Prompt, StringComparison.Ordinal);
        Assert.Equal("p", (await SearchAsync(new Numbers(9, 0), new TreeSearchOptions { Iterations = 8 })).Prompt);
    }

    [Fact]
    public async Task Where_nothing_is_better_the_first_answer_stays() => Assert.Equal("3", (await SearchAsync(new Numbers(3, 3), new TreeSearchOptions { Iterations = 10 })).Answer);

    [Fact] // one child each: the chain 3, 4, 5, …, and nothing else can be expanded
    public async Task A_node_has_no_more_children_than_it_may()
    {
        var world = new Numbers(100, 0);
        await SearchAsync(world, new TreeSearchOptions { Iterations = 4, Children = 1, Regenerates = false });
        Assert.Equal(["refine 3: critique of 3", "refine 4: critique of 4", "refine 5: critique of 5", "refine 6: critique of 6"], world.Moves);
    }
}
