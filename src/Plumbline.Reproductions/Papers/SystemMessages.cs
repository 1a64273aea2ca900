using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Statistics;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Ratings;

namespace Plumbline.Reproductions.Papers;

/// <summary>System messages that name what their writer values, many of them, so that a model comes to follow messages that it never saw (115, Janus).</summary>
internal sealed class SystemMessages : IReproduction
{
    private const int Ratings = 4, Weights = 4, Seen = 64, MessagesEach = 3, PerStep = 32;
    private const double LearnRate = 3e-3, PreferRate = 1e-4, Beta = 0.1, Heeded = 0.75;

    public string Number => "115";

    public string Name => "janus";

    public string Claim => "A model trained on many system messages answers as messages that it never saw ask, better than one trained without; answers to other messages make better pairs for this than worse answers do; without a message nothing is lost.";

    public FourFields Fields => new("all weights; the anchor is the model after fine-tuning", "requests, each with three messages and the answers to them", "the message that an answer was written for", "likelihood with the message in the prompt, then dpo on pairs across messages");

    public bool HasFastForm => true;

    public string? Missing => "messages in free text written by a model from a hierarchy of preferences, orpo, and a reward model with the message in view: here a message names four weights.";

    public string? Remark => "No row of the training with messages is without one, as in the paper; how such a model answers a bare request differs much from seed to seed. Pairs across messages trade quality for match.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (learn, prefer, asked) = context.Fast ? (20, 4, 24) : (1500, 150, 384);
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(new Experiment(seed, learn, prefer, asked, cancellationToken).Run());
        }
        var size = $"{learn} and {prefer} steps";
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("weights (3, 2, 1, 0), ratings (5, 4, 2, 1): match", RankCorrelation.Of([3, 2, 1, 0], [5, 4, 2, 1]), 1),
            Measure.Exact("the same weights, ratings (5, 5, 1, 1): match", RankCorrelation.Of([3, 2, 1, 0], [5, 5, 1, 1]), 0.894427),
            Measure.Exact("pairs across three messages of which two have the same answer", AcrossMessages.Of(["a", "b", "a"]).Count, 4),
            Measure.Mean($"match of weights and ratings on {Messages.Length - Seen} messages not trained on, {size}: at least 0.7", Of(each => each.Across.Match), 0.7, atLeast: true, context.Seeds),
            Measure.Difference($"the same, less that of a model trained without messages, {size}: at least 0.3", Of(each => each.Across.Match), Of(each => each.Plain.Match), context.Seeds, 0.3),
            Measure.Difference($"the same, pairs across messages less pairs by overall quality, {size}: above 0", Of(each => each.Across.Match), Of(each => each.ByQuality.Match), context.Seeds),
            Measure.Difference($"quality without a message, of 100, fine-tuned with messages less without, {size}: above -2", Of(each => each.Told.Unasked), Of(each => each.Plain.Unasked), context.Seeds, -2),
        ];
        var table = new EvidenceTable("Match on messages not trained on, quality of those answers, and quality without a message", ["model", "match", "quality", "quality without a message"],
            [Row("fine-tuned without messages", each => each.Plain), Row("fine-tuned with messages", each => each.Told), Row("and pairs across messages", each => each.Across), Row("and pairs by overall quality", each => each.ByQuality)]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        List<double> Of(Func<Outcome, double> number) => [.. outcomes.Select(number)];
        string[] Row(string model, Func<Outcome, State> of) => [model, Ledger.Number(outcomes.Average(each => of(each).Match)), Ledger.Number(outcomes.Average(each => of(each).Quality)), Ledger.Number(outcomes.Average(each => of(each).Unasked))];
    }

    /// <summary>All weights from 0 to 3 of four ratings.</summary>
    private static double[][] Messages { get; } = [.. Enumerable.Range(0, Weights * Weights * Weights * Weights).Select(index => (double[])[index / 64, index / 16 % 4, index / 4 % 4, index % 4])];

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, int learn, int prefer, int asked, CancellationToken cancel)
    {
        private readonly RatedTexts _world = RatedTexts.Draw(seed, Ratings);
        private readonly double[][] _messages = new Draws(seed, "janus.messages").Shuffle(Messages);

        public Outcome Run()
        {
            var requests = Enumerable.Range(0, learn * PerStep / (2 * MessagesEach)).Select(Answered).ToArray();
            Line[] told = [.. requests.SelectMany(each => each.Messages.Zip(each.Answers, (message, answer) => new Line(Prompt(message, each.Request), answer)))];
            Line[] untold = [.. requests.SelectMany(each => each.Answers.Select(answer => new Line(each.Request, answer)))];
            using var plain = SmallModel.Create(seed, _world.Texts, RatedTexts.Longest);
            using var following = plain.Copy();
            plain.Imitate(untold, learn, LearnRate, "janus.learn", cancel, PerStep);
            following.Imitate(told, learn, LearnRate, "janus.learn", cancel, PerStep);
            var fresh = Enumerable.Range(learn * PerStep, prefer * PerStep / 2).Select(Answered).ToArray();
            using var across = Preferring(following, [.. fresh.Select((each, index) =>
            {
                var pair = new Draws(seed, "janus.pairs", index).Pick(AcrossMessages.Of(each.Answers, StringComparer.Ordinal));
                return Pair(each, pair.Message, each.Answers[pair.Message], each.Answers[pair.Rejected]);
            })]);
            using var byQuality = Preferring(following, [.. fresh.Select((each, index) =>
            {
                var ranked = each.Answers.OrderByDescending(answer => _world.Rate(each.Request, answer).Sum()).ToArray();
                return Pair(each, new Draws(seed, "janus.pairs", index).Next(MessagesEach), ranked[0], ranked[^1]);
            })]);
            return new(StateOf(plain, told: false), StateOf(following), StateOf(across), StateOf(byQuality));
        }

        private string Prompt(double[] message, string request) => _world.Say([.. message.Select(weight => (double?)weight)]) + request;

        /// <summary>A request, three of the messages that are trained on, and what one who mostly heeds them answers.</summary>
        private (string Request, double[][] Messages, string[] Answers) Answered(int index)
        {
            var draws = new Draws(seed, "janus.requests", index);
            var request = RatedTexts.Prompt(draws, heldOut: false);
            var messages = draws.Shuffle(_messages[..Seen])[..MessagesEach];
            return (request, messages, [.. messages.Select(message => _world.Answer(request, Shares(message, draws), draws))]);
        }

        private static double[] Shares(double[] message, Draws draws)
        {
            double[] other = [.. Enumerable.Range(0, Ratings + 1).Select(_ => -Math.Log(1 - draws.NextDouble()))];
            return [.. other.Select((share, kind) => (1 - Heeded) * share / other.Sum() + (kind < Ratings ? Heeded * message[kind] / Math.Max(1, message.Sum()) : 0))];
        }

        private (Line, Line) Pair((string Request, double[][] Messages, string[] Answers) of, int message, string chosen, string rejected) =>
            (new(Prompt(of.Messages[message], of.Request), chosen), new(Prompt(of.Messages[message], of.Request), rejected));

        private SmallModel Preferring(SmallModel start, IReadOnlyList<(Line, Line)> pairs)
        {
            var model = start.Copy();
            model.Prefer(pairs, new DirectPreferenceOptimization(Beta), prefer, PreferRate, "janus.prefer", cancel, PerStep);
            return model;
        }

        private State StateOf(SmallModel model, bool told = true)
        {
            var (messages, requests) = (_messages[Seen..].Where(message => message.Distinct().Count() > 1).ToArray(), Enumerable.Range(0, asked).Select(index => RatedTexts.Prompt(new Draws(seed, "janus.asked", index), heldOut: true)).ToArray());
            var rated = Rated(model, [.. requests.Select((request, index) => told ? Prompt(messages[index % messages.Length], request) : request)]);
            return new(rated.Index().Average(each => each.Item.Distinct().Count() == 1 ? 0 : RankCorrelation.Of(messages[each.Index % messages.Length], each.Item)), Quality(rated), Quality(Rated(model, requests)));
        }

        private IReadOnlyList<double>[] Rated(SmallModel model, string[] prompts) => [.. prompts.Zip(model.Write(prompts, "janus", 1, cancel), _world.Rate)];

        /// <summary>Of the words of an answer, the share that counts, in hundredths.</summary>
        private static double Quality(IReadOnlyList<double>[] rated) => 100 * rated.Average(ratings => ratings.Sum(rating => rating - 1) / RatedTexts.Words);
    }

    /// <summary>One seed.</summary>
    private sealed record Outcome(State Plain, State Told, State Across, State ByQuality);

    private sealed record State(double Match, double Quality, double Unasked);
}
