using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Facts;

namespace Plumbline.Reproductions.Papers;

/// <summary>Fine-tuning and preference training that do not teach a model facts it does not know (054, FLAME).</summary>
internal sealed class FactualityAware : IReproduction
{
    private const double Gain = 0.05;
    private const string Base = "base", GoldTuned = "fine-tuned on right biographies", Tuned = "fine-tuned on its own", Instructed = "then DPO on instructions", Factual = "then DPO on facts", Flame = "then DPO on instructions and facts";

    public string Number => "054";

    public string Name => "flame";

    public string Claim => "Where facts are asked for, fine-tuning on the model's own answers and preferring its truer ones keeps it factual, without loss where instructions are to be followed.";

    public FourFields Fields => new("all weights; the anchor is the fine-tuned model", "biographies, and requests that ask for no facts", "claims that a search supports, and a reward model fitted to raters", "likelihood, then pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Smaller => "large models, encyclopaedia and people: a world of 500 facts, a library that holds nine tenths of them, and raters of biographies who count claims, true or not, and err in one comparison of ten.";

    public string? Remark => "Sizes and rates were chosen on seeds 11 to 13: with base models that make nothing up, raters' liking for detail cost no precision at all; here biographies that the base model reads make something up where nothing is known. "
        + "Facts are a quarter of the pairs; with pairs about facts alone (table) precision stays nearest to that of the fine-tuned model.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var arms = new Dictionary<string, List<State>>();
        List<Parts> parts = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            using var experiment = new Experiment(seed, context.Fast, cancellationToken);
            foreach (var (arm, state) in experiment.Run())
                (arms.TryGetValue(arm, out var states) ? states : arms[arm] = []).Add(state);
            parts.Add(experiment.Measured);
        }
        double[] Precision(string arm) => [.. arms[arm].Select(each => each.Precision)];
        double[] Met(string arm) => [.. arms[arm].Select(each => each.Met)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.AtLeast($"factual precision about people not trained on, {Base} less {Tuned}: at least 0", Precision(Base), Precision(Tuned), context.Seeds),
            Measure.Difference($"the same, {Tuned} less {GoldTuned}: above 0", Precision(Tuned), Precision(GoldTuned), context.Seeds),
            Measure.AtLeast($"the same, {Flame} less {Instructed}: at least {Ledger.Number(Gain)}", Precision(Flame), Precision(Instructed), context.Seeds, Gain),
            Measure.AtLeast($"precision of the first {Experiment.EqualLength} claims, {Flame} less {Instructed}: at least 0", [.. arms[Flame].Select(each => each.AtEqualLength)], [.. arms[Instructed].Select(each => each.AtEqualLength)], context.Seeds),
            Measure.AtLeast($"share of requests met that ask for no facts, {Flame} less {Instructed}: at least −{Ledger.Number(Gain)}", Met(Flame), Met(Instructed), context.Seeds, -Gain),
        ];
        EvidenceTable[] tables =
        [
            new("People and requests not trained on, mean over seeds", ["model", "factual precision", "claims in a biography", $"precision of the first {Experiment.EqualLength} claims", "requests met"],
                [.. arms.Select(arm => (string[])[arm.Key, .. ((Func<State, double>[])[each => each.Precision, each => each.Claims, each => each.AtEqualLength, each => each.Met]).Select(part => Ledger.Number(arm.Value.Average(part)))])]),
            new("What the training goes by, mean over seeds", ["part", "right"],
            [
                ["prompts not trained on that the classifier tells apart", Ledger.Number(parts.Average(each => each.Classifier))],
                ["claims that the search judges as they are", Ledger.Number(parts.Average(each => each.Search))],
                ["comparisons of raters that the reward model agrees with", Ledger.Number(parts.Average(each => each.Reward))],
            ]),
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(Measure.Brief(context.Fast, rows), context.Clock.GetElapsedTime(start)), tables));
    }

    /// <summary>One seed.</summary>
    private sealed class Experiment : IDisposable
    {
        public const int EqualLength = 2;
        private const int Answers = 6, Labelled = 20;
        private const double Beta = 0.1, SupervisedRate = 5e-4, PreferenceRate = 1e-4, RewardRate = 2e-3, ClassifierRate = 2e-3, Known = 0.6, Coverage = 0.9, MadeUp = 0.4, WellMet = 0.5, RatersErr = 0.1, LeastGap = 0.02;
        private const string Asks = "It asks for facts.", AsksNone = "It asks for none.";

        private readonly int _seed;
        private readonly bool _fast;
        private readonly CancellationToken _cancel;
        private readonly FactWorld _world;
        private readonly FactLibrary _library;
        private readonly SmallModel _base;
        private readonly string[] _trained, _held;
        private readonly Line[] _trainedRequests, _heldRequests;

        public Experiment(int seed, bool fast, CancellationToken cancel)
        {
            (_seed, _fast, _cancel) = (seed, fast, cancel);
            _world = FactWorld.Draw(seed, subjects: fast ? 8 : 100, known: Known);
            _library = FactLibrary.Of(_world, seed, Coverage);
            var draws = new Draws(seed, "flame");
            var requests = draws.Shuffle(FactLearner.Repeats);
            var (read, held) = (requests[..(fast ? 14 : 90)], requests[^(fast ? 10 : 60)..]);
            _trainedRequests = [.. read.Select(each => FactLearner.Repeat(each.Word, each.Times))];
            _heldRequests = [.. held.Select(each => FactLearner.Repeat(each.Word, each.Times))];
            // As a base model meets them: every second request is answered with the word said some other number of times.
            var met = Enumerable.Range(0, 8).SelectMany(_ => read.Select(each => FactLearner.Repeat(each.Word, each.Times) with { Answer = FactLearner.Repeat(each.Word, draws.Chance(WellMet) ? each.Times : draws.Between(2, 4)).Answer }));
            _base = FactLearner.Teach(seed, _world, [.. FactLearner.Biographies(_world, draws, MadeUp), .. met], fast ? 20 : 1000, 64, cancel, $"so {Asks} {AsksNone}");
            var people = draws.Shuffle(_world.Subjects);
            (_trained, _held) = (people[..(people.Length / 2)], people[(people.Length / 2)..]);
        }

        /// <summary>What classifier, search and reward model are worth; known once it ran.</summary>
        public Parts Measured { get; private set; } = new(0, 0, 0);

        public IEnumerable<(string Arm, State State)> Run()
        {
            yield return (Base, StateOf(_base));
            using (var gold = Supervised(_trained.Select(person => FactLearner.Biography(_world.About(person)))))
                yield return (GoldTuned, StateOf(gold));
            using var tuned = Supervised(_base.Write([.. _trained.Select(FactLearner.Biography)], "flame.own", 0, _cancel));
            yield return (Tuned, StateOf(tuned));

            string[] prompts = [.. _trained.Select(FactLearner.Biography), .. _trainedRequests.Select(request => request.Prompt)];
            string[][] said = [.. tuned.Write([.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt, Answers))], "flame.answers", 1, _cancel).Chunk(Answers)];
            var (reward, agreed) = Rated(tuned);
            using (reward)
            {
                var worths = reward.Score([.. prompts.SelectMany((prompt, index) => said[index].Select(answer => new Line(prompt, answer)))], _cancel).Chunk(Answers).ToArray();
                var instructions = Pairs(prompts, said, (index, answer) => worths[index][answer]);
                var (asksFacts, told) = Classified(prompts);
                var supported = said.Index().ToDictionary(each => each.Index, each => asksFacts[each.Index] ? each.Item.Select(answer => _library.Precision("", answer) is var share && double.IsNaN(share) ? 0 : share).ToArray() : new double[Answers]);
                var facts = Pairs(prompts, said, (index, answer) => supported[index][answer]);
                Measured = new(told, Searched(said), agreed);
                foreach (var (arm, pairs) in new[] { (Instructed, instructions), (Factual, facts), (Flame, [.. instructions, .. facts]) })
                {
                    using var copy = tuned.Copy();
                    copy.Prefer(pairs, new DirectPreferenceOptimization(Beta), _fast ? 5 : 120, PreferenceRate, "flame.preference", _cancel);
                    yield return (arm, StateOf(copy));
                }
            }
        }

        public void Dispose() => _base.Dispose();

        private SmallModel Supervised(IEnumerable<string> biographies)
        {
            var copy = _base.Copy();
            copy.Imitate([.. _trained.Zip(biographies, (person, text) => new Line(FactLearner.Biography(person), text)), .. _trainedRequests], _fast ? 10 : 150, SupervisedRate, "flame.supervised", _cancel);
            return copy;
        }

        /// <summary>Which prompts ask for facts, by a model that was told of a few which do; and how often it is right on the rest.</summary>
        private (bool[] AsksFacts, double Right) Classified(string[] prompts)
        {
            bool[] right = [.. prompts.Select((_, index) => index < _trained.Length)];
            using var classifier = _base.Copy();
            var labelled = new Draws(_seed, "flame.labelled").Shuffle(Enumerable.Range(0, prompts.Length))[..Math.Min(Labelled, prompts.Length / 2)];
            classifier.Imitate([.. labelled.Select(index => new Line(prompts[index], right[index] ? Asks : AsksNone))], _fast ? 10 : 80, ClassifierRate, "flame.classifier", _cancel);
            bool[] asks = [.. classifier.Write(prompts, "flame.classifier", 0, _cancel).Select(answer => answer == Asks)];
            return (asks, Enumerable.Range(0, prompts.Length).Except(labelled).Average(index => asks[index] == right[index] ? 1.0 : 0));
        }

        /// <summary>A reward model fitted to what raters say of pairs of answers; and how often it agrees with them on others.</summary>
        private (SmallReward Reward, double Agreed) Rated(SmallModel tuned)
        {
            var (draws, compared) = (new Draws(_seed, "flame.raters"), _fast ? 6 : 60);
            (string Prompt, Func<string, double> Worth)[] asked =
            [
                .. _trained.Select(person => (FactLearner.Biography(person), (Func<string, double>)(answer => FactAnswer.Read(person, answer).Claims.Count))),
                .. _trainedRequests.Select(request => (request.Prompt, (Func<string, double>)(answer => answer == request.Answer ? 1 : 0))),
            ];
            var said = tuned.Write([.. asked.SelectMany(each => Enumerable.Repeat(each.Prompt, compared))], "flame.rated", 1, _cancel).Chunk(2).ToArray();
            (Line, Line)[] pairs = [.. draws.Shuffle(said.Select((two, index) => (Two: two, Asked: asked[2 * index / compared])).Where(each => each.Asked.Worth(each.Two[0]) != each.Asked.Worth(each.Two[1]))).Select(each =>
            {
                var first = each.Asked.Worth(each.Two[0]) > each.Asked.Worth(each.Two[1]) != draws.Chance(RatersErr);
                return (new Line(each.Asked.Prompt, each.Two[first ? 0 : 1]), new Line(each.Asked.Prompt, each.Two[first ? 1 : 0]));
            })];
            var fitted = pairs.Length * 4 / 5;
            var reward = SmallReward.Fit(tuned, pairs[..fitted], _seed, _fast ? 8 : 400, RewardRate, "flame.reward", _cancel);
            return (reward, reward.Accuracy(pairs[fitted..], _cancel));
        }

        private double Searched(string[][] said) =>
            said[.._trained.Length].SelectMany(answers => answers).SelectMany(answer => FactAnswer.Read("", answer).Claims).Distinct().Select(claim => _library.Supports(claim) == _world.IsTrue(claim) ? 1.0 : 0).DefaultIfEmpty().Average();

        private State StateOf(SmallModel model)
        {
            var biographies = _held.Zip(model.Write([.. _held.Select(FactLearner.Biography)], "flame.held", 0, _cancel), (person, text) => FactAnswer.Read(person, text).Claims).ToArray();
            double True(int most) => biographies.SelectMany(claims => claims.Take(most)).Select(claim => _world.IsTrue(claim) ? 1.0 : 0).DefaultIfEmpty().Average();
            return new(True(int.MaxValue), biographies.Average(claims => claims.Count), True(EqualLength), model.Write([.. _heldRequests.Select(request => request.Prompt)], "flame.held", 0, _cancel)
                .Zip(_heldRequests, (said, request) => said == request.Answer ? 1.0 : 0).Average());
        }

        private static (Line Chosen, Line Rejected)[] Pairs(string[] prompts, string[][] said, Func<int, int, double> worth)
        {
            AnswerScores[] groups = [.. said.Select((answers, index) => new AnswerScores([.. answers.Select((_, answer) => worth(index, answer))], [.. answers.Select(answer => answer.Length)]))];
            return [.. new BestWorst(LeastGap).Label(groups).Select(pair => (new Line(prompts[pair.Group], said[pair.Group][pair.Chosen]), new Line(prompts[pair.Group], said[pair.Group][pair.Rejected])))];
        }
    }

    /// <param name="Precision">Share of the claims of biographies that are so.</param>
    /// <param name="Claims">Claims in a biography.</param>
    /// <param name="AtEqualLength">The share among the first few claims.</param>
    /// <param name="Met">Share of requests met.</param>
    private sealed record State(double Precision, double Claims, double AtEqualLength, double Met);

    /// <summary>How often classifier, search and reward model are right.</summary>
    private sealed record Parts(double Classifier, double Search, double Reward);
}
