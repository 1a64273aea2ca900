using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Deliberation;

namespace Plumbline.Reproductions.Papers;

/// <summary>A verifier that asks as little about a thousand steps as about ten still sides with the honest debater (061).</summary>
/// <remarks>The machine keeps one bit: the chance of a yes at the next step is a + bit/2, so that its acceptance settles at 2a, and K = 2. Estimates are drawn as a normal with the deviation of so many answers.</remarks>
internal sealed class DoublyEfficientDebate : IReproduction
{
    private const int Additions = 50;
    private static readonly int[] Lengths = [10, 100];

    public string Number => "061";

    public string Name => "doubly-efficient-debate";

    public string Claim => "In a debate over a long computation that asks an oracle of chance, an honest debater of polynomial cost wins with at least the stated chance, and the verifier's cost does not grow with the computation.";

    public FourFields Fields => new("none: two debaters and a verifier", "a computation of steps that ask a stochastic oracle", "the verifier, about one disputed step", "a protocol of debate");

    public bool HasFastForm => true;

    public string? Smaller => "debaters are strategies with known errors, not models.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var debates = context.Fast ? 200 : 2000;
        string[] bobs = ["always objects", "objects by chance", "never objects"];
        string[] alices = ["claims a little more", "claims much more", "claims certainty", "lies once, at the end"];
        Dictionary<(int Steps, string Against), List<double>> wins = [];
        var most = 0;
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var steps in Lengths)
            {
                foreach (var bob in bobs)
                    Add(steps, $"Bob {bob}", Share(steps, accepts: true, seed, (debate, world, draws) => debate.Run(debate.HonestAlice(world.Estimate), (_, _) => bob switch { "always objects" => false, "never objects" => true, _ => draws.Chance(0.5) }, world.Estimate, draws)));
                foreach (var alice in alices)
                    Add(steps, $"Alice {alice}", Share(steps, accepts: false, seed, (debate, world, draws) => debate.Run(bits => Lie(alice, bits, steps, world), debate.HonestBob(world.Estimate), world.Estimate, draws)));
            }
        }

        var (ten, hundred, thousand) = (new StochasticDebateParameters(10, 1), new StochasticDebateParameters(100, 1), new StochasticDebateParameters(1000, 1));
        var found = 0;
        for (var lie = 0; lie < Additions; lie++)
            found += await FindsAsync(lie, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact($"lies found, planted at each step of {Additions} additions in turn, the verifier looking at one step", found, Additions),
            Measure.Exact("answers of the oracle that the verifier asks for, 1,000 steps less 10", thousand.VerifierSamples - ten.VerifierSamples, 0),
            Measure.Exact("the same, of 10 steps", ten.VerifierSamples, 105967),
            Measure.Exact("answers that Alice asks for at each step, of 10, 100 and 1,000, summed", ten.AliceSamples + hundred.AliceSamples + thousand.AliceSamples, 38005 + 49518 + 61031),
            Measure.Exact("answers that Bob asks for at each step, of 10, 100 and 1,000, summed", ten.BobSamples + hundred.BobSamples + thousand.BobSamples, 16891 + 22008 + 27125),
            Measure.Exact("times that the verifier spoke in a debate, at most", most, 1),
            .. wins.Select(each => Measure.Mean($"honest side wins, {each.Key.Steps} steps, {each.Key.Against}: at least 0.6", each.Value, 0.6, atLeast: true, context.Seeds)),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), []);

        void Add(int steps, string against, double share) => (wins.TryGetValue((steps, against), out var list) ? list : wins[(steps, against)] = []).Add(share);

        double Share(int steps, bool accepts, int seed, Func<StochasticDebate, World, Draws, StochasticDebateResult> run)
        {
            var debate = new StochasticDebate(new StochasticDebateParameters(steps, 2));
            var won = 0;
            for (var number = 0; number < debates; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var draws = new Draws(seed, $"debate.{steps}.{accepts}", number);
                var world = new World(accepts ? 0.35 : 0.15, new Draws(seed, $"debate.oracle.{steps}.{accepts}", number));
                var result = run(debate, world, draws);
                most = Math.Max(most, result.Disputed is null ? 0 : 1);
                won += result.Accepts == accepts ? 1 : 0;
            }
            return won / (double)debates;
        }
    }

    /// <summary>A sum, one number after the other, of which one step is a lie and all that follows is right in itself.</summary>
    private static async Task<bool> FindsAsync(int lie, CancellationToken cancel)
    {
        var (step, looked) = (0, 0);
        var machine = new StepMachine(Additions, steps => $"{(steps.Count == 0 ? "0" : steps[^1])} + {steps.Count + 1}");
        var result = await StepDebate.RunAsync(machine, (question, _) => Task.FromResult(step++ == lie ? "-1" : Add(question)), StepDebate.Checking((question, _) => Task.FromResult(Add(question))), (question, _) =>
        {
            looked++;
            return Task.FromResult(Add(question));
        }, cancel).ConfigureAwait(false);
        return result.Result is null && result.Named == lie && looked == 1;

        static string Add(string question) => $"{question.Split(" + ").Sum(part => int.Parse(part, CultureInfo.InvariantCulture))}";
    }

    private static double Lie(string how, IReadOnlyList<bool> bits, int steps, World world) => Math.Clamp(world.Chance(bits) + how switch
    {
        "claims a little more" => 0.0125, // within what Bob must let pass: (s + b)/2 = 0.0175 for K = 2
        "claims much more" => 0.3,
        "claims certainty" => 1,
        _ => bits.Count == steps - 1 ? 0.5 : 0,
    }, 0, 1);

    private sealed class World(double rest, Draws draws)
    {
        public double Chance(IReadOnlyList<bool> bits) => rest + (bits.Count > 0 && bits[^1] ? 0.5 : 0);

        public double Estimate(IReadOnlyList<bool> bits, int samples)
        {
            var chance = Chance(bits);
            return Math.Clamp(chance + (Math.Sqrt(chance * (1 - chance) / samples) * draws.NextNormal()), 0, 1);
        }
    }
}
