using System.Globalization;
using Plumbline.Alignment;

namespace Plumbline.Reproductions.Papers;

/// <summary>Every method is a choice of model, data, feedback and algorithm; with the model frozen, the choice is candidates, judge and selector (062).</summary>
/// <remarks>
/// Best of n under an exact judge is the maximum of n draws; for a reward that is uniform on [0, 1] its mean is n/(n+1). A judge that
/// likes all answers the same leaves the inner client's first answer standing.
/// </remarks>
internal sealed class UnifiedView : IReproduction
{
    private const double Margin = 0.01;

    public string Number => "062";

    public string Name => "unified-view";

    public string Claim => "Every alignment method is a choice of model, data, feedback and algorithm, and what is claimed of a choice can be computed.";

    public FourFields Fields => new("none: describes the others", "the methods that can be run", "a rule: all four fields are named", "without training");

    public bool HasFastForm => true;

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var runnable = MethodRegistry.All.Where(method => method.Reproduction is not null).ToArray();
        var draws = context.Fast ? 20_000 : 200_000;
        var rows = new List<MeasuredClaim> { Timed(context.Clock, () => Described(runnable)) };
        int[] candidates = [1, 2, 4, 8];
        foreach (var (n, index) in candidates.Select((n, index) => (n, index)))
        {
            context.Progress?.Report(new JobProgress("best of n", 0, 1, (double)index / candidates.Length, $"n = {n}"));
            rows.Add(Timed(context.Clock, () => BestOf(n, draws, context.Seeds, cancellationToken)));
        }

        rows.Add(Timed(context.Clock, () => ConstantJudge(draws, context.Seeds, cancellationToken)));
        var described = new EvidenceTable("Methods in four fields", ["method", "model", "data", "feedback", "algorithm"],
            [.. runnable.Select(method => (string[])[$"{method.Number} {method.Name}", .. Row(method.Reproduction!.Fields)])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, rows, [described]));
    }

    private static string[] Row(FourFields fields) => [fields.Model, fields.Data, fields.Feedback, fields.Algorithm];

    private static MeasuredClaim Described(IReadOnlyCollection<Method> runnable)
    {
        var share = (double)runnable.Count(method => method.Reproduction!.Fields.Complete) / runnable.Count;
        return new MeasuredClaim { Claim = "share of the methods that can be run which name all four fields: 1", Measured = share, Holds = Decision.Exactly(share, 1) };
    }

    private static MeasuredClaim BestOf(int n, int draws, IReadOnlyList<int> seeds, CancellationToken cancellationToken)
    {
        var (sum, squares, count) = (0.0, 0.0, (double)draws * seeds.Count);
        foreach (var seed in seeds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var question = 0; question < draws; question++)
            {
                var reward = Strategy.Answer(seed, question, n, reward => reward);
                sum += reward;
                squares += reward * reward;
            }
        }

        var mean = sum / count;
        var half = 1.96 * Math.Sqrt((squares / count - mean * mean) / (count - 1));
        var expected = n / (n + 1.0);
        return new MeasuredClaim
        {
            Claim = string.Create(CultureInfo.InvariantCulture, $"best of {n} with an exact judge of a uniform reward: mean {n}/{n + 1} = {expected:0.000} within {Margin}"),
            Measured = mean,
            Low = mean - half,
            High = mean + half,
            Holds = Decision.Near(mean - half, mean + half, expected, Margin),
            Seeds = seeds,
        };
    }

    private static MeasuredClaim ConstantJudge(int draws, IReadOnlyList<int> seeds, CancellationToken cancellationToken)
    {
        var same = 0L;
        foreach (var seed in seeds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            same += Enumerable.Range(0, draws).LongCount(question => Strategy.Answer(seed, question, 8, _ => 0.5) == Strategy.Inner(seed, question, 0));
        }

        var share = same / ((double)draws * seeds.Count);
        return new MeasuredClaim { Claim = "share of answers that a constant judge leaves as the inner client gave them: 1", Measured = share, Holds = Decision.Exactly(share, 1), Seeds = seeds };
    }

    private static MeasuredClaim Timed(TimeProvider clock, Func<MeasuredClaim> measure)
    {
        var start = clock.GetTimestamp();
        return measure() with { Seconds = clock.GetElapsedTime(start).TotalSeconds };
    }

    /// <summary>A frozen model whose answers are their rewards, n candidates from it, a judge, and the selector: the first of those that the judge likes best.</summary>
    private static class Strategy
    {
        public static double Inner(int seed, int question, int candidate) => new Draws(seed, $"unified-view.{candidate}", question).NextDouble();

        public static double Answer(int seed, int question, int n, Func<double, double> judge) =>
            Enumerable.Range(0, n).Select(candidate => Inner(seed, question, candidate)).MaxBy(judge);
    }
}
