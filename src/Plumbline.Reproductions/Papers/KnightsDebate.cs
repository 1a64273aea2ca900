using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Worlds.Knights;

namespace Plumbline.Reproductions.Papers;

/// <summary>What a team makes of a debate lies between following the majority and following whoever can show that he is right (077).</summary>
/// <remarks>Debaters solve puzzles of knights, knaves and a spy. Each is right with a stated chance; those who are wrong all hold the same wrong assignment. A conformist takes what most hold; a checker takes an assignment that it finds to hold.</remarks>
internal sealed class KnightsDebate : IReproduction
{
    private const int Players = 5;
    private static readonly int[] Sizes = [4, 5, 6, 7, 8];
    private static readonly double[] Rights = [0.6, 0.4];

    public string Number => "077";

    public string Name => "kks-debate";

    public string Claim => "A debate overturns a wrong majority only where debaters check reasons: a team that conforms does as its majority does, one that follows proofs is right whenever one of it is.";

    public FourFields Fields => new("three debaters of stated behaviour", "puzzles with one solution", "the solver, which checks each assignment", "a debate in phases, and a vote");

    public bool HasFastForm => true;

    public string? Missing => "teams of models, placed between the two bounds.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (debates, drawn) = context.Fast ? (200, 2000) : (2000, 20000);
        var outcomes = Rights.ToDictionary(right => right, _ => (Conform: new List<double>(), Check: new List<double>()));
        var unique = Sizes.ToDictionary(size => size, _ => new List<double>());
        var (lost, overturned, wrongMajorities, unsolved, asked) = (0, 0, 0, 0, 0);
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var size in Sizes)
            {
                var draws = new Draws(seed, "kks.unique", size);
                unique[size].Add(Enumerable.Range(0, drawn / size).Count(_ => Puzzle.TryDraw(size, draws) is not null) / (double)(drawn / size));
                cancellationToken.ThrowIfCancellationRequested();
            }
            foreach (var right in Rights)
            {
                var (conform, check) = (0, 0);
                for (var number = 0; number < debates; number++)
                {
                    var draws = new Draws(seed, $"kks.debates.{right}", number);
                    var puzzle = Puzzle.Draw(Players, draws);
                    unsolved += Puzzle.Solve(puzzle.Statements) is [var only] && only.SequenceEqual(puzzle.Solution) && Read(PuzzleText.Of(puzzle.Solution)).SequenceEqual(Words(puzzle.Solution)) ? 0 : 1;
                    bool[] knows = [.. Enumerable.Range(0, 3).Select(_ => draws.Chance(right))];
                    Role[] wrong = [.. puzzle.Solution.Select(role => (Role)(((int)role + 1) % 3))];
                    async Task<DebateRecord> DebateAsync(bool checks) => await new ControlledDebate([.. knows.Select(each => new Debater(puzzle, each ? puzzle.Solution : wrong, checks))],
                        new ControlledDebateOptions { Supervisor = (_, _, _) => Task.FromResult<string?>($"{Interlocked.Increment(ref asked)}") }).RunAsync(Players, cancellationToken).ConfigureAwait(false);
                    var (conformed, checkedBy) = (await DebateAsync(false).ConfigureAwait(false), await DebateAsync(true).ConfigureAwait(false));
                    conform += conformed.Result.SequenceEqual(Words(puzzle.Solution)) ? 1 : 0;
                    check += checkedBy.Result.SequenceEqual(Words(puzzle.Solution)) ? 1 : 0;
                    var (process, conformity) = (checkedBy.Against(Words(puzzle.Solution)), conformed.Against(Words(puzzle.Solution)));
                    (lost, overturned, wrongMajorities) = (lost + process.RightToWrong, overturned + conformity.Overturned, wrongMajorities + conformity.WrongMajorities);
                }
                outcomes[right].Conform.Add(conform / (double)debates);
                outcomes[right].Check.Add(check / (double)debates);
            }
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            .. Rights.SelectMany(right => (MeasuredClaim[])
            [
                Measure.Near($"right where each is right with {right}, a team that conforms, {debates} puzzles", outcomes[right].Conform, (3 * right * right * (1 - right)) + Math.Pow(right, 3), 0.02, context.Seeds),
                Measure.Near($"right where each is right with {right}, a team that checks", outcomes[right].Check, 1 - Math.Pow(1 - right, 3), 0.02, context.Seeds),
            ]),
            Measure.Exact("right choices that a debater who checks gave up", lost, 0),
            Measure.Exact($"wrong majorities that a team that conforms overturned, of {wrongMajorities}", overturned, 0),
            Measure.Exact("puzzles whose solution is not the only one, or is not read back from words", unsolved, 0),
            Measure.Exact("times that the supervisor was asked: three who choose between two are never tied", asked, 0),
            Measure.Difference("share of drawn puzzles with a single solution, of 4 players less of 8: above 0", unique[4], unique[8], context.Seeds),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [new EvidenceTable("Share of drawn puzzles with a single solution", ["players", "share"], [.. Sizes.Select(size => (string[])[$"{size}", Ledger.Number(unique[size].Average())])])]);
    }

    private static string[] Words(IReadOnlyList<Role> roles) => [.. roles.Select(role => $"{role}")];

    private static IEnumerable<string?> Read(string text) => PuzzleText.Read(text, Players).Select(role => role?.ToString());

    private sealed class Debater(Puzzle puzzle, IReadOnlyList<Role> holds, bool checks) : IDebater
    {
        public Task<DebatePosition> SolveAsync(CancellationToken cancellationToken) => Task.FromResult(new DebatePosition(Words(holds), PuzzleText.Of(holds)));

        public Task<string?> DiscussAsync(int topic, DebatePosition own, IReadOnlyList<DebatePosition> others, CancellationToken cancellationToken)
        {
            DebatePosition[] all = [own, .. others];
            return Task.FromResult(checks
                ? all.Select(position => PuzzleText.Read(position.Reason, puzzle.Players)).FirstOrDefault(roles => roles.All(role => role is not null) && puzzle.IsSolvedBy([.. roles.Select(role => role!.Value)]))?[topic]?.ToString() ?? own.Choices[topic]
                : all.Select(position => position.Choices[topic]).OfType<string>().CountBy(choice => choice).MaxBy(each => each.Value).Key);
        }

        public Task<DebatePosition> ReviseAsync(DebatePosition own, IReadOnlyList<DebatePosition> others, CancellationToken cancellationToken) => Task.FromResult(own);
    }
}
