using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Reproductions.Chats;

namespace Plumbline.Reproductions.Papers;

/// <summary>Overwriting weak drafts with strong ones every few tokens finds better answers than choosing among whole ones (079, DARWIN).</summary>
/// <remarks>An answer has 200 tokens, each good or bad as a coin falls; its reward is the share of good ones.</remarks>
internal sealed class EvolvedDecoding : IReproduction
{
    private const int Tokens = 200, Drafts = 5;
    private static readonly int[] Blocks = [200, 100, 40, 20, 10], Survivors = [1, 2, 3];

    public string Number => "079";

    public string Name => "darwin";

    public string Claim => "Evolution of drafts under a reward finds better answers than the best of as many, and than the best of three times as many; the shorter its blocks, the better, while the reward can be trusted.";

    public FourFields Fields => new("frozen", "drafts side by side, the weak overwritten by the strong", "a reward of unfinished texts", "the best draft");

    public bool HasFastForm => true;

    public string? Smaller => "tokens are coins and mutants of the request all alike, so that what is shown is what the overwriting of drafts brings.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var asked = context.Fast ? 100 : 1000;
        List<double> five = [], fifteen = [];
        var evolved = Blocks.ToDictionary(block => block, _ => new List<double>());
        var survivors = Survivors.ToDictionary(count => count, _ => (Exact: new List<double>(), Noisy: new List<double>()));
        var worse = 0;
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            five.Add(await BestOfAsync(seed, Drafts, asked, cancellationToken).ConfigureAwait(false));
            fifteen.Add(await BestOfAsync(seed, 3 * Drafts, asked, cancellationToken).ConfigureAwait(false));
            foreach (var block in Blocks)
            {
                var (mean, lower) = await EvolveAsync(seed, block, 3, 0, asked, cancellationToken).ConfigureAwait(false);
                evolved[block].Add(mean);
                worse += lower;
            }
            foreach (var count in survivors.Keys)
            {
                survivors[count].Exact.Add((await EvolveAsync(seed, 40, count, 0, asked, cancellationToken).ConfigureAwait(false)).Mean);
                survivors[count].Noisy.Add((await EvolveAsync(seed, 40, count, 0.1, asked, cancellationToken).ConfigureAwait(false)).Mean);
            }
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference($"reward with blocks of 40 tokens less that of the best of {Drafts}, {asked} requests: above 0", evolved[40], five, context.Seeds),
            Measure.Difference($"reward with blocks of 20 tokens less that of the best of {3 * Drafts}: above 0", evolved[20], fifteen, context.Seeds),
            Measure.Difference("reward with blocks of 10 tokens less that with blocks of 40: above 0", evolved[10], evolved[40], context.Seeds),
            Measure.Exact("answers that ended below where they began", worse, 0),
            Measure.Difference("one survivor less three, the reward exact: above 0", survivors[1].Exact, survivors[3].Exact, context.Seeds),
            Measure.Difference("two survivors less one, the reward with noise of 0.1: above 0", survivors[2].Noisy, survivors[1].Noisy, context.Seeds),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
        [
            new EvidenceTable("Share of good tokens", ["how", "reward"],
            [
                [$"best of {Drafts}", Ledger.Number(five.Average())], [$"best of {3 * Drafts}", Ledger.Number(fifteen.Average())],
                .. Blocks.Select(block => (string[])[$"evolution, blocks of {block}", Ledger.Number(evolved[block].Average())]),
                .. survivors.Select(each => (string[])[$"blocks of 40, survivors {each.Key}: reward exact, with noise", $"{Ledger.Number(each.Value.Exact.Average())}, {Ledger.Number(each.Value.Noisy.Average())}"]),
            ]),
        ]);
    }

    /// <summary>Tokens g and b, as many as asked for, after those that stand there.</summary>
    private static ComputedChatClient Model() => new((messages, options) =>
    {
        if (messages[0].Role == ChatRole.System)
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "none")); // no other ways to ask: every mutant is its parent
        var written = messages[^1].Role == ChatRole.Assistant ? messages[^1].Text.Length : 0;
        var count = Math.Min(options.MaxOutputTokens ?? Tokens, Tokens - written);
        var draws = new Draws(options.Seed ?? 0, "darwin.tokens", written);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, string.Concat(Enumerable.Range(0, count).Select(_ => draws.Chance(0.5) ? 'g' : 'b'))))
        {
            FinishReason = written + count < Tokens ? ChatFinishReason.Length : ChatFinishReason.Stop,
        };
    });

    private static double Good(string text) => text.Count(token => token == 'g') / (double)text.Length;

    private static async Task<double> BestOfAsync(int seed, int drafts, int asked, CancellationToken cancel)
    {
        using var client = Model().AsBuilder().UseBestOf(new FunctionScorer(answer => Good(answer.Text)), drafts).Build();
        var sum = 0.0;
        for (var request = 0; request < asked; request++)
            sum += Good((await client.GetResponseAsync("Write.", new ChatOptions { Seed = Seed(seed, request) }, cancel).ConfigureAwait(false)).Text);
        return sum / asked;
    }

    /// <summary>Of the evolved drafts alone: the first answer is scored so low that it never stays, for the table compares drafts with drafts; whether a result is below the first answer is counted with the true score.</summary>
    private static async Task<(double Mean, int Lower)> EvolveAsync(int seed, int block, int survivors, double noise, int asked, CancellationToken cancel)
    {
        var (sum, lower) = (0.0, 0);
        for (var request = 0; request < asked; request++)
        {
            var number = Seed(seed, request);
            var draws = new Draws(number, "darwin.noise");
            using var model = Model();
            var first = (await model.GetResponseAsync("Write.", new ChatOptions { Seed = number }, cancel).ConfigureAwait(false)).Text;
            using var client = model.AsBuilder().UseEvolution(new FunctionScorer(answer => answer.Text == first && noise > 0 ? double.MinValue : Good(answer.Text) + (noise * draws.NextNormal())),
                new EvolutionOptions { Mutants = Drafts, Survivors = survivors, BlockTokens = block, ContinuesLastMessage = true }).Build();
            var best = Good((await client.GetResponseAsync("Write.", new ChatOptions { Seed = number }, cancel).ConfigureAwait(false)).Text);
            sum += best;
            lower += noise == 0 && best < Good(first) ? 1 : 0;
        }
        return (sum / asked, lower);
    }

    private static long Seed(int seed, int request) => (long)(new Draws(seed, "darwin.requests", request).NextBits() >> 33);
}
