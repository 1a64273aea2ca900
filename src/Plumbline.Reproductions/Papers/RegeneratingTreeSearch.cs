using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Deliberation;

namespace Plumbline.Reproductions.Papers;

/// <summary>A search that can begin anew under another prompt finds what refining alone cannot reach, if exploration is measured in the units of the scores (086, MCTSr-Zero).</summary>
/// <remarks>An answer follows one of eight strategies, each with a ceiling of its own between 0.3 and 1; refining brings it nearer to that ceiling and never past it; a rewritten prompt leads to a strategy at random.</remarks>
internal sealed class RegeneratingTreeSearch : IReproduction
{
    private const int Strategies = 8, Iterations = 32;
    private const double Noise = 0.5;

    public string Number => "086";

    public string Name => "mctsr-zero";

    public string Claim => "Tree search that can rewrite its prompt and begin anew finds better answers than refining alone; with scores ten times as large and the same constant of exploration it hardly ever begins anew.";

    public FourFields Fields => new("frozen", "answers that are refined, or begun anew under another prompt", "a critic that scores with noise", "the best node");

    public bool HasFastForm => true;

    public string? Smaller => "an answer is a strategy and a level; counselling dialogues and their sixteen principles are not there.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var asked = context.Fast ? 50 : 400;
        (string Arm, double Scale, double Exploration, bool Regenerates)[] arms = [("refining alone", 1, 2.8, false), ("scores to 10, C 2.8", 1, 2.8, true), ("scores to 100, C 2.8", 10, 2.8, true), ("scores to 10, C 28", 1, 28, true)];
        var outcomes = arms.ToDictionary(arm => arm.Arm, _ => (Found: new List<double>(), Visits: new List<double>()));
        var constant = new HashSet<string>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var (arm, scale, exploration, regenerates) in arms)
            {
                var (found, visits) = (0.0, 0.0);
                for (var request = 0; request < asked; request++)
                {
                    var basins = new Basins(seed, request, scale, constant: false);
                    var result = await new PrincipleTreeSearch(basins, new TreeSearchOptions { Iterations = Iterations, Exploration = exploration, Regenerates = regenerates })
                        .RunAsync("", basins.Begin(), null, cancellationToken).ConfigureAwait(false);
                    found += Basins.Level(result.Answer) / basins.Best / asked;
                    visits += result.RootVisits / (double)asked;
                }
                outcomes[arm].Found.Add(found);
                outcomes[arm].Visits.Add(visits);
            }
            var dull = new Basins(seed, 0, 1, constant: true);
            var each = await new PrincipleTreeSearch(dull, new TreeSearchOptions { Iterations = Iterations }).RunAsync("", dull.Begin(), null, cancellationToken).ConfigureAwait(false);
            constant.Add($"{each.RootVisits} {each.Answers}");
        }
        var (alone, small, large, wide) = (outcomes[arms[0].Arm], outcomes[arms[1].Arm], outcomes[arms[2].Arm], outcomes[arms[3].Arm]);
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference($"share of the best possible that is found in {Iterations} iterations, with fresh starts less by refining alone, {asked} requests: above 0", small.Found, alone.Found, context.Seeds),
            Measure.Difference("fresh starts with scores to 10 less with scores to 100, the same C: above 0", small.Visits, large.Visits, context.Seeds),
            Measure.Difference("share found with C 28 less with C 2.8, scores to 10: above 0", wide.Found, small.Found, context.Seeds),
            Measure.Exact("ways that a search goes where all scores are one, over seeds", constant.Count, 1),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [new EvidenceTable("What is found, of the best possible", ["search", "found", "fresh starts"], [.. arms.Select(arm => (string[])[arm.Arm, Ledger.Number(outcomes[arm.Arm].Found.Average()), Ledger.Number(outcomes[arm.Arm].Visits.Average())])])]);
    }

    /// <summary>Answers are written as <c>strategy level</c>.</summary>
    private sealed class Basins : ITreeSearchMoves
    {
        private readonly double[] _ceilings;
        private readonly double _scale;
        private readonly bool _constant;
        private readonly Draws _draws;

        public Basins(int seed, int request, double scale, bool constant)
        {
            (_scale, _constant, _draws) = (scale, constant, new Draws(seed, "mctsr.moves", request));
            var draws = new Draws(seed, "mctsr.ceilings", request);
            _ceilings = [.. Enumerable.Range(0, Strategies).Select(_ => 0.3 + (0.7 * draws.NextDouble()))];
        }

        public double Best => _ceilings.Max();

        public string Begin()
        {
            var strategy = _draws.Next(Strategies);
            return Written(strategy, 0.5 * _ceilings[strategy]);
        }

        public static double Level(string answer) => double.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture);

        public Task<string> GenerateAsync(string prompt, int number, CancellationToken cancellationToken) => Task.FromResult(Begin());

        public Task<Critique> ScoreAsync(string answer, CancellationToken cancellationToken) =>
            Task.FromResult(new Critique(_constant ? 5 : _scale * Math.Clamp((10 * Level(answer)) + (Noise * _draws.NextNormal()), 0, 10), ""));

        public Task<string> RefineAsync(string prompt, string answer, string critique, int number, CancellationToken cancellationToken)
        {
            var strategy = int.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture);
            return Task.FromResult(Written(strategy, Level(answer) + (_draws.NextDouble() * 0.5 * (_ceilings[strategy] - Level(answer)))));
        }

        public Task<string> RewriteAsync(string prompt, string critique, CancellationToken cancellationToken) => Task.FromResult(prompt);

        private static string Written(int strategy, double level) => string.Create(CultureInfo.InvariantCulture, $"{strategy} {level:R}");
    }
}
