using System.Globalization;
using Plumbline.Training.Games;

namespace Plumbline.Reproductions.Papers;

/// <summary>Nash learning against a population of opponents instead of one (107).</summary>
internal sealed class PopulationNash : IReproduction
{
    private const int Games = 20, Players = 3, Rounds = 500;
    private const double StepSize = 0.5;
    private static readonly PreferenceGame Circle = new([[.5, .9, .3], [.1, .5, .8], [.7, .2, .5]]);

    public string Number => "107";

    public string Name => "mnpo";

    public string Claim => "A policy trained against several opponents is beaten less often, by whoever comes, than one trained against itself alone.";

    public FourFields Fields => new("the policy; anchors are its opponents, weighted", "pairs of the policy's own answers", "a judge whose preferences may go in circles", "pair-wise: squared distance to half of the step size");

    public bool HasFastForm => true;

    public string? Missing => "training of a language model against several judges: here every round reaches its optimum, on games of three answers that beat each other in a circle.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        double[] even = [1 / 3.0, 1 / 3.0, 1 / 3.0];
        var pulled = GamePlay.RegularisedMirrorDescent(Circle, [.6, .3, .1], even, 1, 0.25).ElementAt(1);
        List<double> many = [], one = [], manyLast = [], oneLast = [];
        foreach (var seed in context.Seeds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var games = Enumerable.Range(0, Games).Select(index => Draw(new Draws(seed, "mnpo", index))).ToArray();
            var pools = games.Select(game => GamePlay.Multiplayer(game, Starts(seed), StepSize).Take(Rounds + 1).Select(players => players[0]).ToArray()).ToArray();
            var alone = games.Select(game => GamePlay.RegularisedMirrorDescent(game, Starts(seed)[0], even, 1 / StepSize, 0).Take(Rounds + 1).ToArray()).ToArray();
            many.Add(games.Zip(pools, (game, policies) => Worst(game, Average(policies))).Average());
            one.Add(games.Zip(alone, (game, policies) => Worst(game, Average(policies))).Average());
            manyLast.Add(games.Zip(pools, (game, policies) => Worst(game, policies[^1])).Average());
            oneLast.Add(games.Zip(alone, (game, policies) => Worst(game, policies[^1])).Average());
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("step with a pull to the even policy (τ/η = .25), share of the first answer", pulled[0], 0.595478),
            Measure.Difference($"worst win rate of the average of {Rounds} rounds, {Players} players less self-play: at least 0", many, one, context.Seeds),
            Measure.Difference($"worst win rate after {Rounds} rounds, {Players} players less self-play: at least 0", manyLast, oneLast, context.Seeds),
        ];
        var table = new EvidenceTable("Win rate against the best opponent (0.5 at the equilibrium)", ["seed", "pool, average", "self-play, average", "pool, last", "self-play, last"],
            [.. context.Seeds.Select((seed, index) => (string[])[$"{seed}", .. ((List<double>[])[many, one, manyLast, oneLast]).Select(values => values[index].ToString("0.0000", CultureInfo.InvariantCulture))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    private static double Worst(PreferenceGame game, double[] policy) => 1 - game.Gains(policy).Max();

    private static double[] Average(double[][] policies) => [.. Enumerable.Range(0, policies[0].Length).Select(answer => policies.Average(policy => policy[answer]))];

    /// <summary>Each answer beats the next one, by how much is drawn.</summary>
    private static PreferenceGame Draw(Draws draws)
    {
        var (a, b, c) = (0.5 + 0.5 * draws.NextDouble(), 0.5 + 0.5 * draws.NextDouble(), 0.5 + 0.5 * draws.NextDouble());
        return new([[.5, a, 1 - c], [1 - a, .5, b], [c, 1 - b, .5]]);
    }

    private static double[][] Starts(int seed) => [.. Enumerable.Range(0, Players).Select(player =>
    {
        var draws = new Draws(seed, "mnpo.start", player);
        var shares = Enumerable.Range(0, 3).Select(_ => 0.1 + draws.NextDouble()).ToArray();
        return shares.Select(share => share / shares.Sum()).ToArray();
    })];
}
