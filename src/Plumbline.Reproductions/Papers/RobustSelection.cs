using System.Globalization;
using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Reproductions.Chats;

namespace Plumbline.Reproductions.Papers;

/// <summary>An unusual wish is answered better by drawing around it and choosing by it than by drawing for it alone (074, RPS).</summary>
/// <remarks>Answers are points in the plane of two attributes. The model does best for wishes at 10 degrees and falls off with a width of 18; every attribute has noise of 0.25.</remarks>
internal sealed class RobustSelection : IReproduction
{
    private const double BestAt = 10, Width = 18, Noise = 0.25;
    private static readonly int[] Wishes = [10, 20, 30, 45], Unusual = [20, 30, 45];

    public string Number => "074";

    public string Name => "rps";

    public string Claim => "For wishes away from what a model was trained on, answers for neighbouring wishes, chosen by the wish itself, beat as many answers for the wish; near what it was trained on they do not.";

    public FourFields Fields => new("frozen", "five answers, for the wish and its neighbours", "a scorer of two attributes", "the best by the wish");

    public bool HasFastForm => true;

    public string? Smaller => "the model is a stand-in whose quality by direction is stated; attributes are drawn, not read from texts.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var asked = context.Fast ? 400 : 4000;
        var wins = Wishes.ToDictionary(wish => wish, _ => new List<double>());
        List<double> even = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var wish in Wishes)
                wins[wish].Add(await WinsAsync(seed, wish, asked, angle => Math.Exp(-Math.Pow((angle - BestAt) / Width, 2) / 2), cancellationToken).ConfigureAwait(false));
            even.Add(await WinsAsync(seed, 30, asked, _ => 1, cancellationToken).ConfigureAwait(false));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            .. Unusual.Select(wish => Measure.Mean($"wins against best of five for a wish at {wish} degrees, {asked} requests: at least 0.5", wins[wish], 0.5, atLeast: true, context.Seeds)),
            Measure.Mean($"wins at {BestAt:0} degrees, where the model does best: at most 0.5", wins[10], 0.5, atLeast: false, context.Seeds),
            Measure.Mean("wins where the model does as well for every wish: at most 0.5", even, 0.5, atLeast: false, context.Seeds),
            Measure.Difference("wins at 30 degrees less at 10: above 0.1", wins[30], wins[10], context.Seeds, 0.1),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [new EvidenceTable("Share of requests that the neighbours win", ["wish, in degrees", "wins"], [.. Wishes.Select(wish => (string[])[$"{wish}", Ledger.Number(wins[wish].Average())])])]);
    }

    private static async Task<double> WinsAsync(int seed, int wish, int asked, Func<double, double> quality, CancellationToken cancel)
    {
        var (cos, sin) = (Math.Cos(wish * Math.PI / 180), Math.Sin(wish * Math.PI / 180));
        using var model = new ComputedChatClient((messages, options) =>
        {
            var told = Numbers(messages[0].Text);
            var draws = new Draws(options.Seed ?? 0, "rps.answer");
            var worth = quality(Math.Atan2(told[1], told[0]) * 180 / Math.PI);
            return string.Create(CultureInfo.InvariantCulture, $"{(worth * told[0]) + (Noise * draws.NextNormal()):R} {(worth * told[1]) + (Noise * draws.NextNormal()):R}");
        });
        RobustSelectionOptions wanted = new()
        {
            Weights = [new("one", cos), new("other", sin)],
            Wording = direction => string.Create(CultureInfo.InvariantCulture, $"{direction[0]:R} {direction[1]:R}"),
            Score = (answer, _) => ValueTask.FromResult<IReadOnlyList<double>>(Numbers(answer.Text)),
        };
        using var robust = model.AsBuilder().UseRobustSelection(wanted).Build();
        using var plain = model.AsBuilder().UseBestOf(new FunctionScorer(Worth), 5).Build();
        var won = 0;
        for (var request = 0; request < asked; request++)
        {
            var ours = await robust.GetResponseAsync("Answer.", new ChatOptions { Seed = Seed("ours") }, cancel).ConfigureAwait(false);
            var theirs = await plain.GetResponseAsync([new(ChatRole.System, wanted.Wording([cos, sin])), new(ChatRole.User, "Answer.")], new ChatOptions { Seed = Seed("theirs") }, cancel).ConfigureAwait(false);
            won += Score(ours.Text) > Score(theirs.Text) ? 1 : 0;

            long Seed(string arm) => (long)(new Draws(seed, $"rps.{arm}.{wish}", request).NextBits() >> 33);
        }
        return won / (double)asked;

        double Worth(ChatAnswer answer) => Score(answer.Text);
        double Score(string answer) => Numbers(answer) is var has ? (cos * has[0]) + (sin * has[1]) : 0;
    }

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
}
