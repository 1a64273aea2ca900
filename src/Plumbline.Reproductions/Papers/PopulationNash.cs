using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Games;

namespace Plumbline.Reproductions.Papers;

/// <summary>Nash learning against a population of opponents instead of one (107).</summary>
internal sealed class PopulationNash : IReproduction
{
    private const int Games = 20, Players = 3, Rounds = 500, DecoderRounds = 12, DecoderTail = 6, DecoderPairs = 192, Updates = 12;
    private const double StepSize = 0.5, DecoderStepSize = 3;
    private static readonly PreferenceGame Circle = new([[.5, .9, .3], [.1, .5, .8], [.7, .2, .5]]);

    public string Number => "107";

    public string Name => "mnpo";

    public string Claim => "A policy trained against several opponents is beaten less often, by whoever comes, than one trained against itself alone.";

    public FourFields Fields => new("the policy; anchors are its opponents, weighted", "pairs of the policy's own answers", "a judge whose preferences may go in circles", "pair-wise: squared distance to half of the step size");

    public bool HasFastForm => true;

    public string? Smaller => "the models: decoders of 0.1 million weights, and judges that tell three kinds of answers apart.";

    public string? Remark => "Tables are games of three answers in which every round reaches its optimum. Each of three decoders has a judge of its own, and moves from the geometric mean of the two others by comparisons of what they wrote; "
        + "those that play themselves learn as much a round. How often each plays what is read from its weights, and it is beaten in the mean of the three judges. "
        + "To save time the decoders play 12 rounds instead of 15, which was decided after a trial on seeds 11 and 12 in which both of their rows were undecided.";

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
        if (!context.Fast)
            rows = [.. rows, .. Decoders(context, cancellationToken)];
        var table = new EvidenceTable("Win rate against the best opponent (0.5 at the equilibrium)", ["seed", "pool, average", "self-play, average", "pool, last", "self-play, last"],
            [.. context.Seeds.Select((seed, index) => (string[])[$"{seed}", .. ((List<double>[])[many, one, manyLast, oneLast]).Select(values => values[index].ToString("0.0000", CultureInfo.InvariantCulture))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>Decoders that learn from comparisons of answers, by judges whose preferences go in circles, each in its own way.</summary>
    private static IEnumerable<MeasuredClaim> Decoders(ReproductionContext context, CancellationToken cancel)
    {
        List<double> pool = [], alone = [], mixed = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("decoders", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            PreferenceGame[] judges = [.. Enumerable.Range(0, Players).Select(judge => Draw(new Draws(seed, "mnpo.judge", judge)))];
            using var start = TokenLearner.Learn(seed, habits: 2, 400, cancel);
            pool.Add(WorstOfTail(start, seed, [.. judges.Select(judge => (PreferenceGame[])[judge])], judges, cancel));
            alone.Add(WorstOfTail(start, seed, [[judges[0]]], judges, cancel));
            mixed.Add(WorstOfTail(start, seed, [judges], judges, cancel));
        }
        var measured = $"worst win rate of a decoder, mean of the last {DecoderTail} of {DecoderRounds} rounds, {Players} players with a judge each less";
        yield return Measure.Difference($"{measured} self-play with the judge of the first: above 0", pool, alone, context.Seeds);
        yield return Measure.Difference($"{measured} self-play with all judges in turn: above 0", pool, mixed, context.Seeds);
    }

    /// <summary>Of the first player; one player plays itself.</summary>
    private static double WorstOfTail(TokenLearner start, int seed, PreferenceGame[][] judges, PreferenceGame[] everybody, CancellationToken cancel)
    {
        var players = judges.Select(_ => start.Copy()).ToArray();
        var worst = new List<double>();
        for (var round = 0; round < DecoderRounds; round++)
        {
            var moved = players.Select(player => player.Copy()).ToArray();
            foreach (var (player, learner) in moved.Index())
            {
                TokenLearner[] others = players.Length == 1 ? players : [.. players.Where((_, other) => other != player)];
                var pairs = TokenGame.Play(others, judges[player], seed, $"mnpo.{player}.{round}", DecoderPairs);
                TokenGame.Descend(learner, pairs, DecoderStepSize, Updates, seed, cancel, ReferenceMixture.Even([.. others.Select(other => other.Decoder)]));
            }
            foreach (var player in players)
                player.Dispose();
            players = moved;
            var shares = TokenGame.Shares(players[0]);
            worst.Add(1 - Enumerable.Range(0, shares.Length).Max(answer => everybody.Average(judge => judge.Gains(shares)[answer])));
        }
        foreach (var player in players)
            player.Dispose();
        return worst.TakeLast(DecoderTail).Average();
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
