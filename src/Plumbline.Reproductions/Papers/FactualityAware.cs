using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Facts;

namespace Plumbline.Reproductions.Papers;

/// <summary>Fine-tuning and preference training that do not teach a model facts it does not know (054, FLAME).</summary>
internal sealed class FactualityAware : IReproduction
{
    private const int Answers = 6, EqualLength = 2;
    private const double Beta = 0.1, SupervisedRate = 3e-4, PreferenceRate = 1e-4, Gain = 0.05;
    private const string Base = "base", GoldTuned = "fine-tuned on right biographies", Tuned = "fine-tuned on its own", Instructed = "then DPO on instructions", Flame = "then DPO on instructions and facts";

    private static readonly string[] TimesInWords = ["two", "three", "four"];

    public string Number => "054";

    public string Name => "flame";

    public string Claim => "Where facts are asked for, fine-tuning on the model's own answers and preferring its truer ones keeps it factual, without loss where instructions are to be followed.";

    public FourFields Fields => new("all weights; the anchor is the fine-tuned model", "biographies, and requests that ask for no facts", "share of true claims, and how well instructions are followed", "likelihood, then pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Missing => "a classifier of prompts, retrieval, and a reward model: which prompts ask for facts, which claims are true and whether a request is met is computed; that raters like detail is set (they count claims).";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var arms = new Dictionary<string, List<Outcome>>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var (arm, outcome) in Run(seed, context.Fast, cancellationToken))
                (arms.TryGetValue(arm, out var outcomes) ? outcomes : arms[arm] = []).Add(outcome);
        }
        double[] Precision(string arm) => [.. arms[arm].Select(each => each.Precision)];
        double[] Met(string arm) => [.. arms[arm].Select(each => each.Met)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference($"factual precision about people not trained on, {Base} less {Tuned}: at least 0", Precision(Base), Precision(Tuned), context.Seeds),
            Measure.Difference($"the same, {Tuned} less {GoldTuned}: above 0", Precision(Tuned), Precision(GoldTuned), context.Seeds),
            Measure.Difference($"the same, {Flame} less {Instructed}: at least {Ledger.Number(Gain)}", Precision(Flame), Precision(Instructed), context.Seeds, Gain),
            Measure.Difference($"share of requests met that ask for no facts, {Flame} less {Instructed}: at least −{Ledger.Number(Gain)}", Met(Flame), Met(Instructed), context.Seeds, -Gain),
        ];
        var table = new EvidenceTable("People and requests not trained on, mean over seeds", ["model", "factual precision", "claims in a biography", $"precision of the first {EqualLength} claims", "requests met"],
            [.. arms.Select(arm => (string[])[arm.Key, .. ((Func<Outcome, double>[])[each => each.Precision, each => each.Claims, each => each.AtEqualLength, each => each.Met]).Select(part => Ledger.Number(arm.Value.Average(part)))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    private static IEnumerable<(string Arm, Outcome Outcome)> Run(int seed, bool fast, CancellationToken cancel)
    {
        var (world, draws) = (FactWorld.Draw(seed, subjects: fast ? 12 : 100, known: 0.6), new Draws(seed, "flame"));
        var requests = draws.Shuffle(FactRelation.All.SelectMany(relation => relation.Objects).SelectMany(word => Enumerable.Range(2, TimesInWords.Length).Select(times => Repeat(word, times))));
        using var model = FactLearner.Teach(seed, world, [.. FactLearner.Biographies(world, draws), .. draws.Shuffle(requests)[..(requests.Length / 5)].Select(request => request with { Answer = draws.Pick(requests).Answer })],
            fast ? 50 : 900, 64, cancel);
        var people = draws.Shuffle(world.Subjects);
        string[] trained = people[..(people.Length / 2)], held = people[trained.Length..];
        Line[] trainedRequests = requests[..(fast ? 16 : 90)], heldRequests = requests[^(fast ? 10 : 60)..];
        Outcome Of(SmallModel current)
        {
            var biographies = held.Zip(current.Write([.. held.Select(FactLearner.Biography)], "flame.held", 0, cancel), (person, text) => (Person: person, FactAnswer.Read(person, text).Claims)).ToArray();
            double True(int most) => biographies.SelectMany(each => each.Claims.Take(most)).Select(claim => world.IsTrue(claim) ? 1.0 : 0).DefaultIfEmpty().Average();
            return new(True(int.MaxValue), biographies.Average(each => each.Claims.Count), True(EqualLength), current.Write([.. heldRequests.Select(request => request.Prompt)], "flame.held", 0, cancel)
                .Zip(heldRequests, (said, request) => said == request.Answer ? 1.0 : 0).Average());
        }
        SmallModel Supervised(IEnumerable<string> biographies)
        {
            var copy = model.Copy();
            copy.Imitate([.. trained.Zip(biographies, (person, text) => new Line(FactLearner.Biography(person), text)), .. trainedRequests], fast ? 15 : 150, SupervisedRate, "flame.supervised", cancel);
            return copy;
        }
        yield return (Base, Of(model));
        using (var gold = Supervised(trained.Select(person => FactLearner.Biography(world.About(person)))))
            yield return (GoldTuned, Of(gold));
        using var tuned = Supervised(model.Write([.. trained.Select(FactLearner.Biography)], "flame.own", 0, cancel));
        yield return (Tuned, Of(tuned));

        Line[] prompts = [.. trained.Select(person => new Line(FactLearner.Biography(person), "")), .. trainedRequests];
        string[][] said = [.. tuned.Write([.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt.Prompt, Answers))], "flame.answers", 1, cancel).Chunk(Answers)];
        var instructions = Pairs(prompts, said, (index, answer) => index < trained.Length ? FactAnswer.Read(trained[index], answer).Claims.Count : answer == prompts[index].Answer ? 1 : 0);
        var facts = Pairs(prompts[..trained.Length], said[..trained.Length], (index, answer) => world.Precision(trained[index], answer) is var share && double.IsNaN(share) ? 0 : share);
        foreach (var (arm, pairs) in new[] { (Instructed, instructions), (Flame, [.. instructions, .. facts]) })
        {
            using var copy = tuned.Copy();
            copy.Prefer(pairs, new DirectPreferenceOptimization(Beta), fast ? 12 : 120, fast ? 5 * PreferenceRate : PreferenceRate, "flame.preference", cancel);
            yield return (arm, Of(copy));
        }
    }

    private static (Line Chosen, Line Rejected)[] Pairs(Line[] prompts, string[][] said, Func<int, string, double> worth)
    {
        AnswerScores[] groups = [.. said.Select((answers, index) => new AnswerScores([.. answers.Select(answer => worth(index, answer))], [.. answers.Select(answer => answer.Length)]))];
        return [.. new BestWorst().Label(groups).Select(pair => (prompts[pair.Group] with { Answer = said[pair.Group][pair.Chosen] }, prompts[pair.Group] with { Answer = said[pair.Group][pair.Rejected] }))];
    }

    /// <summary>A request that asks for no facts.</summary>
    private static Line Repeat(string word, int times) => new($"Repeat {word} {TimesInWords[times - 2]} times.", string.Join(' ', Enumerable.Repeat(word, times)) + ".");

    private sealed record Outcome(double Precision, double Claims, double AtEqualLength, double Met);
}
