using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions.Tabular;
using Plumbline.Reproductions.Texts;
using Plumbline.Statistics;
using Plumbline.Training;
using Plumbline.Worlds.Facts;

namespace Plumbline.Reproductions.Papers;

/// <summary>A confidence head learns first how far a model agrees with itself, which costs nothing, then from a few labels how often it is right (065, EliCal).</summary>
internal sealed class ConfidenceFromAgreement : IReproduction
{
    private const int Samples = 10, Unlabelled = 4000, PerStep = 32;
    private const double Overconfidence = 1.5, FewLabels = 0.01, Rate = 5e-4, Enough = 0.95;
    private const string Both = "agreement, then labels", Agreement = "agreement only", Labels = "labels only", Long = "agreement, then labels to the end", AllLabels = "all labels", Itself = "agreement of samples itself";
    private static readonly int[] Counts = [50, 200, 1000];

    public string Number => "065";

    public string Name => "elical";

    public string Claim => "A confidence that is elicited from agreement with oneself and calibrated on few labels orders answers nearly as well as one that is trained on all labels; few labels alone do not.";

    public FourFields Fields => new("a head on the last state of the question, and all weights below it", "questions of fact", "agreement of ten samples, and labels for one question in a hundred", "squared error in two stages");

    public bool HasFastForm => true;

    public string? Smaller => "a low-rank adapter below the head (all weights are trained here), and a large model with hundreds of thousands of questions.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (simulated, taught) = (new Dictionary<string, List<(double Area, double Error)>>(), new Dictionary<string, List<(double Area, double Error)>>());
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            Add(simulated, Simulate(seed, cancellationToken));
            Add(taught, Teach(seed, context.Fast, cancellationToken));
        }
        double[] Area(Dictionary<string, List<(double Area, double Error)>> from, string arm) => [.. from[arm].Select(each => each.Area)];
        double[] Error(string arm) => [.. simulated[arm].Select(each => each.Error)];
        double[] OfAll(string arm) => [.. Area(taught, arm).Zip(Area(taught, AllLabels), (area, all) => area / all)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            .. Counts.Select(count => Measure.Difference($"simulation, {count} labels: area under the ROC curve, {Both} less {Labels}: above 0", Area(simulated, At(Both, count)), Area(simulated, At(Labels, count)), context.Seeds)),
            .. Counts.Select(count => Measure.Difference($"simulation, {count} labels: calibration error, {Agreement} less {Both}: above 0", Error(At(Agreement, count)), Error(At(Both, count)), context.Seeds)),
            Measure.Difference($"simulation, {Counts[^1]} labels: area, {Agreement} less {Labels}: above 0", Area(simulated, At(Agreement, Counts[^1])), Area(simulated, At(Labels, Counts[^1])), context.Seeds),
            Measure.Difference($"simulation, {Counts[0]} labels: area, {Both}, stopped early, less not stopped: above 0", Area(simulated, At(Both, Counts[0])), Area(simulated, At(Long, Counts[0])), context.Seeds),
            Measure.Mean($"facts: area with {Both} of one question in a hundred, over that with {AllLabels}: at least {Ledger.Number(Enough)}", OfAll(Both), Enough, atLeast: true, context.Seeds),
            Measure.Mean($"facts: area with {Labels} of one question in a hundred, over that with {AllLabels}: at most {Ledger.Number(Enough)}", OfAll(Labels), Enough, atLeast: false, context.Seeds),
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [Table("Simulation, mean over seeds", simulated), Table("Facts, questions not trained on, mean over seeds", taught)]));
    }

    private static IEnumerable<(string Arm, (double Area, double Error) Outcome)> Simulate(int seed, CancellationToken cancel)
    {
        var simulation = LogisticConfidence.Draw(seed);
        var draws = new Draws(seed, "elical");
        var asked = LogisticConfidence.Questions(Unlabelled, draws);
        double[] agreement = [.. asked.Select(question => Enumerable.Range(0, Samples).Count(_ => draws.Chance(simulation.Chance(question, Overconfidence))) / (double)Samples)];
        var first = LogisticConfidence.Train(null, asked, agreement, 10, stopEarly: true, draws);
        foreach (var count in Counts)
        {
            cancel.ThrowIfCancellationRequested();
            var labelled = LogisticConfidence.Questions(count, draws);
            double[] right = [.. labelled.Select(question => draws.Chance(simulation.Chance(question)) ? 1.0 : 0)];
            double[] Train(double[]? head, bool stopEarly) => LogisticConfidence.Train(head, labelled, right, 100, stopEarly, new Draws(seed, "elical.labels", count));
            yield return (At(Labels, count), simulation.Measure(Train(null, stopEarly: true)));
            yield return (At(Agreement, count), simulation.Measure(first));
            yield return (At(Both, count), simulation.Measure(Train(first, stopEarly: true)));
            yield return (At(Long, count), simulation.Measure(Train(first, stopEarly: false)));
        }
    }

    private static IEnumerable<(string Arm, (double Area, double Error) Outcome)> Teach(int seed, bool fast, CancellationToken cancel)
    {
        var world = FactWorld.Draw(seed, subjects: fast ? 16 : 200, known: 0.4, mistaken: 0.2); // what is believed falsely makes agreement over-confident
        using var model = FactLearner.Teach(seed, world, [.. FactLearner.Questions(world, requests: false, new Draws(seed, "elical.lessons"))], fast ? 60 : 800, 64, cancel);
        var order = new Draws(seed, "elical.split").Shuffle(world.Facts);
        Fact[] trained = order[..(order.Length * 7 / 10)], held = order[trained.Length..];
        double[] right = [.. Right(trained).Select(each => each ? 1.0 : 0)], agreement = FactLearner.Agreement(model, trained, Samples, "elical.trained", cancel);
        bool[] Right(Fact[] facts) => [.. FactLearner.Outcomes(model, facts, FactLearner.Ask, cancel).Select(outcome => outcome == AnswerOutcome.Right)];
        var (few, heldRight) = (Math.Max(2, (int)Math.Round(FewLabels * trained.Length)), Right(held));
        var (firstSteps, secondSteps) = fast ? (15, 5) : (120, 30);
        (double, double) Of(IReadOnlyList<double> confidences) => (AreaUnderRoc.Of(confidences, heldRight), CalibrationError.Of(confidences, heldRight));
        (double, double) After(params (int Steps, int Count, double[] Targets)[] stages)
        {
            using var head = RewardModel.Create(model.Model, trainable: true);
            foreach (var (steps, count, targets) in stages)
            {
                ConfidenceExample[] examples = [.. trained.Take(count).Zip(targets, (fact, target) => new ConfidenceExample(Ids(fact), target))];
                ConfidenceTraining.Run(head, examples, new EpochOrder(count, Math.Min(count, PerStep), seed, "elical").Batch, SmallModel.Options(steps, Rate), null, cancel);
            }
            return Of(ConfidenceTraining.Confidences(head, [.. held.Select(Ids)], cancel));
        }
        int[] Ids(Fact fact) => model.Model.Tokenizer.Encode(FactLearner.Ask(fact));
        yield return (Itself, Of(FactLearner.Agreement(model, held, Samples, "elical.held", cancel)));
        yield return (Labels, After((firstSteps + secondSteps, few, right)));
        yield return (Agreement, After((firstSteps + secondSteps, trained.Length, agreement)));
        yield return (Both, After((firstSteps, trained.Length, agreement), (secondSteps, few, right)));
        yield return (AllLabels, After((firstSteps + secondSteps, trained.Length, right)));
    }

    private static string At(string arm, int labels) => $"{labels} labels: {arm}";

    private static void Add(Dictionary<string, List<(double, double)>> arms, IEnumerable<(string Arm, (double, double) Outcome)> outcomes)
    {
        foreach (var (arm, outcome) in outcomes)
            (arms.TryGetValue(arm, out var list) ? list : arms[arm] = []).Add(outcome);
    }

    private static EvidenceTable Table(string title, Dictionary<string, List<(double Area, double Error)>> arms) => new(title, ["training", "area under the ROC curve", "calibration error"],
        [.. arms.Select(arm => (string[])[arm.Key, Ledger.Number(arm.Value.Average(each => each.Area)), Ledger.Number(arm.Value.Average(each => each.Error))])]);
}
