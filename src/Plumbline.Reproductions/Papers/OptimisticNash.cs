using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Games;

namespace Plumbline.Reproductions.Papers;

/// <summary>Optimistic mirror descent finds the equilibrium of a preference game at the rate 1/T, plain mirror descent at 1/√T (098).</summary>
internal sealed class OptimisticNash : IReproduction
{
    private const double StepSize = 0.5, DecoderStepSize = 3;
    private const int Games = 20, Answers = 5, Long = 3000, DecoderRounds = 20, DecoderTail = 10, DecoderPairs = 256, Updates = 16;
    private static readonly PreferenceGame Circle = TokenGame.Circle;
    private static readonly int[] Horizons = [100, 200, 400, 800, 1600, 3200];

    public string Number => "098";

    public string Name => "onpo";

    public string Claim => "With the last gain as a prediction of the next, the duality gap of the average policy falls like 1/T instead of 1/√T.";

    public FourFields Fields => new("the policy; two anchors take turns", "pairs of the policy's own answers", "a judge whose preferences may go in circles", "pair-wise: squared distance to half of the step size");

    public bool HasFastForm => true;

    public string? Remark => "Where rounds reach their optimum, games are played exactly. The decoder has 0.1 million weights and learns each half step by the square loss from 256 comparisons of its own answers; "
        + "how often it plays what is read from its weights. It plays 20 rounds instead of 30, for time; curves of a longer trial on seeds 11 and 12 had been seen by then.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        double[] mixed = [.6, .3, .1];
        var half = GamePlay.MirrorDescent(Circle, mixed, StepSize).ElementAt(1);
        var moved = RegularisedOptimum.Policy(half, Circle.Gains(mixed), 1 / StepSize);
        var (slopes, last) = (new Dictionary<bool, List<double>> { [true] = [], [false] = [] }, new Dictionary<bool, List<double>> { [true] = [], [false] = [] });
        List<double> scored = [];
        foreach (var seed in context.Seeds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var games = Enumerable.Range(0, Games).Select(index => Draw(new Draws(seed, "onpo", index))).ToArray();
            foreach (var optimistic in (bool[])[true, false])
            {
                slopes[optimistic].Add(games.Average(game => Slope(game, optimistic)));
                last[optimistic].Add(games.Average(game => game.DualityGap(Play(game, optimistic, StepSize).ElementAt(Long))));
            }
            scored.Add(games.Average(game => game.DualityGap(ScorePolicy(game))));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("half step from (.6, .3, .1), step size .5, share of the first answer", half[0], 0.629270),
            Measure.Exact("next policy, share of the first answer", moved[0], 0.656977),
            Measure.Mean("slope of log gap against log T, optimistic: at most −0.9", slopes[true], -0.9, atLeast: false, context.Seeds),
            Measure.Mean("the same, plain with step size 1/√T: at least −0.75", slopes[false], -0.75, atLeast: true, context.Seeds),
            Measure.Exact($"gap of the last policy after {Long} rounds, optimistic, three answers in a circle", Circle.DualityGap(Play(Circle, true, StepSize).ElementAt(Long)), 0, 1e-4),
            Measure.Difference("gap of the last policy in games of five answers drawn at random, plain less optimistic: above 0.05", last[false], last[true], context.Seeds, 0.05),
            Measure.Mean("gap of the policy that follows the best scores in the sense of Bradley and Terry: at least 0.05", scored, 0.05, atLeast: true, context.Seeds),
        ];
        if (!context.Fast)
            rows = [.. rows, Decoders(context, cancellationToken)];
        var table = new EvidenceTable("Duality gap of the average policy where three answers beat each other in a circle", ["rounds", "plain", "optimistic"],
            [.. Horizons.Select(rounds => (string[])[$"{rounds}", Text(AverageGap(Circle, false, rounds)), Text(AverageGap(Circle, true, rounds))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>Decoders that learn from comparisons of their own answers, three kinds of which beat each other in a circle.</summary>
    private static MeasuredClaim Decoders(ReproductionContext context, CancellationToken cancel)
    {
        List<double> plain = [], optimistic = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("decoders", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            using var start = TokenLearner.Learn(seed, habits: 2, 400, cancel);
            plain.Add(LastGaps(start, seed, hopeful: false, cancel).TakeLast(DecoderTail).Average());
            optimistic.Add(LastGaps(start, seed, hopeful: true, cancel).TakeLast(DecoderTail).Average());
        }
        return Measure.Difference($"gap of a decoder, mean of the last {DecoderTail} of {DecoderRounds} rounds, plain less optimistic: above 0", plain, optimistic, context.Seeds);
    }

    /// <summary>After each round.</summary>
    private static List<double> LastGaps(TokenLearner start, int seed, bool hopeful, CancellationToken cancel)
    {
        var gaps = new List<double>();
        using var anchor = start.Copy();
        var player = start.Copy();
        for (var round = 0; round < DecoderRounds; round++)
        {
            var pairs = TokenGame.Play([player], [Circle], seed, $"onpo.{hopeful}.{round}", DecoderPairs);
            TokenGame.Descend(anchor, pairs, DecoderStepSize, Updates, seed, cancel);
            player.Dispose();
            player = anchor.Copy();
            if (hopeful) // what was gained now is expected to be gained again
                TokenGame.Descend(player, pairs, DecoderStepSize, Updates, seed, cancel);
            gaps.Add(Circle.DualityGap(TokenGame.Shares(player)));
        }
        player.Dispose();
        return gaps;
    }

    /// <summary>A game without any order in it: every comparison is drawn for itself.</summary>
    private static PreferenceGame Draw(Draws draws)
    {
        var wins = Enumerable.Range(0, Answers).Select(_ => new double[Answers]).ToArray();
        for (var i = 0; i < Answers; i++)
        {
            wins[i][i] = 0.5;
            for (var j = 0; j < i; j++)
                wins[j][i] = 1 - (wins[i][j] = draws.NextDouble());
        }
        return new(wins);
    }

    private static IEnumerable<double[]> Play(PreferenceGame game, bool optimistic, double stepSize)
    {
        double[] start = [.. Enumerable.Range(1, game.Answers).Select(each => 2.0 * each / (game.Answers * (game.Answers + 1)))]; // not the equilibrium of anything
        return optimistic ? GamePlay.OptimisticMirrorDescent(game, start, stepSize) : GamePlay.MirrorDescent(game, start, stepSize);
    }

    private static double AverageGap(PreferenceGame game, bool optimistic, int rounds)
    {
        var sums = new double[game.Answers];
        foreach (var policy in Play(game, optimistic, optimistic ? StepSize : StepSize * Math.Sqrt(Horizons[0]) / Math.Sqrt(rounds)).Take(rounds))
        {
            for (var answer = 0; answer < sums.Length; answer++)
                sums[answer] += policy[answer] / rounds;
        }
        return game.DualityGap(sums);
    }

    /// <summary>Least squares of log gap on log T.</summary>
    private static double Slope(PreferenceGame game, bool optimistic)
    {
        var points = Horizons.Select(rounds => (X: Math.Log(rounds), Y: Math.Log(Math.Max(1e-15, AverageGap(game, optimistic, rounds))))).ToArray();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    /// <summary>All on the answer with the highest score, scores fitted to comparisons of all answers with all.</summary>
    private static double[] ScorePolicy(PreferenceGame game)
    {
        var scores = new double[game.Answers];
        for (var step = 0; step < 2000; step++)
            scores = [.. scores.Select((mine, i) => mine + 0.2 * Enumerable.Range(0, scores.Length).Sum(j => game.Wins(i, j) - 1 / (1 + Math.Exp(scores[j] - mine))))];
        var best = Array.IndexOf(scores, scores.Max());
        return [.. scores.Select((_, answer) => answer == best ? 1.0 : 0)];
    }

    private static string Text(double value) => value.ToString("0.00000", CultureInfo.InvariantCulture);
}
