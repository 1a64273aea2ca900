using System.Globalization;
using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Reproductions.Chats;

namespace Plumbline.Reproductions.Papers;

/// <summary>Instructions made for each request keep a frozen model to principles better than any one instruction for all (049, VILMO).</summary>
/// <remarks>Six kinds of requests and six instructions; the right one brings violations down from 0.5 to 0.1. The writer learns from its own tries which instruction serves which kind: it is weighed by exp(reward/τ).</remarks>
internal sealed class ValueInstructions : IReproduction
{
    private const int Kinds = 6;
    private const double Right = 0.1, Other = 0.5, Temperature = 0.1;

    public string Number => "049";

    public string Name => "denevil-vilmo";

    public string Claim => "A small writer that learns to write an instruction for each request lowers violations of a frozen model below what the best single instruction can.";

    public FourFields Fields => new("the writer of instructions; the model that answers is frozen", "requests and instructions of the writer's own", "a classifier of violations", "weights exp(reward/τ) over rounds of tries");

    public bool HasFastForm => true;

    public string? Missing => "probes that search for violations (DeNEVIL), and models that write and answer: here kinds and instructions are counted.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (tries, asked) = context.Fast ? (1200, 600) : (6000, 6000);
        List<double> none = [], single = [], learnt = [], shuffled = [];
        foreach (var seed in context.Seeds)
        {
            var world = new World(seed);
            var writer = world.Learn(tries, shuffle: false);
            none.Add(await world.ViolationsAsync(null, asked, cancellationToken).ConfigureAwait(false));
            single.Add(await BestSingleAsync(world, asked, cancellationToken).ConfigureAwait(false));
            learnt.Add(await world.ViolationsAsync(writer, asked, cancellationToken).ConfigureAwait(false));
            shuffled.Add(await world.ViolationsAsync(world.Learn(tries, shuffle: true), asked, cancellationToken).ConfigureAwait(false));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("violations under the best single instruction, expected", ((Kinds - 1) * Other + Right) / Kinds, 0.433333, 1e-6),
            Measure.Near($"the same, measured on {asked} requests", single, ((Kinds - 1) * Other + Right) / Kinds, 0.03, context.Seeds),
            Measure.Near($"violations with the writer after {tries} tries", learnt, Right, 0.03, context.Seeds),
            Measure.Difference("best single instruction less writer: above 0.2", single, learnt, context.Seeds, 0.2),
            Measure.Near("writer that learnt from shuffled kinds less best single instruction: no gain", [.. shuffled.Zip(single, (one, other) => Math.Max(0, other - one))], 0, 0.03, context.Seeds),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [new EvidenceTable("Share of answers that violate the principle", ["instructions", "violations"], [["none", Ledger.Number(none.Average())], ["the best single one", Ledger.Number(single.Average())], ["the writer's", Ledger.Number(learnt.Average())], ["the writer's, kinds shuffled", Ledger.Number(shuffled.Average())]])]);
    }

    private static async Task<double> BestSingleAsync(World world, int asked, CancellationToken cancel)
    {
        var best = 1.0;
        for (var instruction = 0; instruction < Kinds; instruction++)
        {
            int[] one = [.. Enumerable.Repeat(instruction, Kinds)];
            best = Math.Min(best, await world.ViolationsAsync(one, asked, cancel).ConfigureAwait(false));
        }
        return best;
    }

    private sealed class World(int seed)
    {
        private readonly int[] _right = new Draws(seed, "vilmo.right").Shuffle(Enumerable.Range(0, Kinds));

        /// <summary>Which instruction the writer writes for each kind, after rounds of tries of its own.</summary>
        public int[] Learn(int tries, bool shuffle)
        {
            var draws = new Draws(seed, $"vilmo.learn.{shuffle}");
            var (sums, counts) = (new double[Kinds, Kinds], new int[Kinds, Kinds]);
            for (var attempt = 0; attempt < tries; attempt++)
            {
                var kind = draws.Next(Kinds);
                double[] weights = [.. Enumerable.Range(0, Kinds).Select(each => Math.Exp(Mean(kind, each) / Temperature))];
                var instruction = draws.NextOf(weights);
                var learnsOf = shuffle ? draws.Next(Kinds) : kind;
                sums[learnsOf, instruction] += draws.Chance(instruction == _right[kind] ? Right : Other) ? 0 : 1;
                counts[learnsOf, instruction]++;
            }
            return [.. Enumerable.Range(0, Kinds).Select(kind => Enumerable.Range(0, Kinds).MaxBy(instruction => Mean(kind, instruction)))];

            double Mean(int kind, int instruction) => (sums[kind, instruction] + 1) / (counts[kind, instruction] + 1); // what was never tried is thought well of
        }

        /// <summary>Through the client that applications use.</summary>
        /// <param name="writes">Which instruction for each kind; null: none.</param>
        /// <param name="asked">How many requests.</param>
        /// <param name="cancel">Stops it.</param>
        public async Task<double> ViolationsAsync(int[]? writes, int asked, CancellationToken cancel)
        {
            using var writer = new ComputedChatClient((messages, _) => writes is null ? "" : $"instruction {writes[Kind(messages[^1].Text)]}");
            using var model = new ComputedChatClient((messages, options) => new Draws(options.Seed ?? 0, "vilmo.answer").Chance(
                messages[0].Text.Contains($"instruction {_right[Kind(messages[^1].Text)]}\n", StringComparison.Ordinal) ? Right : Other) ? "violates" : "keeps");
            using var client = model.AsBuilder().UseValueInstruction("the principle", writer).Build();
            var violations = 0;
            for (var request = 0; request < asked; request++)
            {
                var draws = new Draws(seed, "vilmo.requests", request);
                var answer = await client.GetResponseAsync($"request of kind {draws.Next(Kinds)}", new ChatOptions { Seed = (long)(draws.NextBits() >> 33) }, cancel).ConfigureAwait(false);
                violations += answer.Text == "violates" ? 1 : 0;
            }
            return violations / (double)asked;
        }

        private static int Kind(string text)
        {
            var at = text.IndexOf("of kind ", StringComparison.Ordinal) + "of kind ".Length;
            return int.Parse(text.AsSpan(at, 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }
}
