using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Worlds.Kiosk;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>A model writes which rule applies, what to do and what to say, keeps the chains that end well, and learns them with a low-rank expert for each step and one that all share (032, MoTE).</summary>
internal sealed class StepExperts : IReproduction
{
    private const int Longest = 56, PerStep = 32, Rank = 2, Shown = 16; // the chains that a prompt would show
    private const double Rate = 5e-3, Dropped = 0.25;
    private static readonly KioskClerk Middling = new(0.3, 0.3, 0.3);

    public string Number => "032";

    public string Name => "mote";

    public string Claim => "On chains of thought of its own, a model with an expert for each step learns more than with one adapter of as many parameters, and step dropout lets it do without a step.";

    public FourFields Fields => new("frozen weights with low-rank experts, one for each step and one shared, of fixed routing", "the model's own chains", "a checker keeps those that end well", "likelihood of the whole chain, steps left out at random");

    public bool HasFastForm => true;

    public string? Missing => "a learnt gate instead of the fixed one, critique and revision, and RLHF as other baselines.";

    public string? Smaller => "a large model that is prompted for each step: here a small one has been taught by clerks with faults what each step is.";

    public string? Remark => "Rank 2 for each expert, 8 for the one adapter; rank and dropout are not the paper's. With three times the chains and steps (seeds 11 and 12) every model answered 99 % right, so there are fewer here. Before it learns chains the model writes "
        + "one step and ends. An answer at the kiosk can be learnt without a chain, so a chain does not pay for itself there.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(new Experiment(seed, context.Fast ? new(30, 60, 5, 40) : new(400, 500, 100, 300), cancellationToken).Run());
        }
        string[] steps = ["which rule applies", "what to do", "what to say"];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("trainable parameters of the experts less those of one adapter", outcomes.Sum(each => each.Parameters.Experts - each.Parameters.One), 0),
            Measure.Exact("expert 2 changed: log-probabilities up to the token that opens step 2 that differ by as much as a bit", outcomes.Sum(each => each.Routed.Before), 0),
            Measure.Exact("the same: share of chains where one after it differs", outcomes.Average(each => each.Routed.After), 1),
            .. steps.Index().Select(step => Measure.Difference($"loss a token on \"{step.Item}\": one adapter less experts: above 0", Of(each => each.One.Loss[step.Index]), Of(each => each.Experts.Loss[step.Index]), context.Seeds)),
            Measure.Difference("right answers: experts less one adapter: above 0.02", Of(each => each.Experts.Right), Of(each => each.One.Right), context.Seeds, 0.02),
            Measure.Difference("right answers: experts less an adapter trained on answers alone: above 0", Of(each => each.Experts.Right), Of(each => each.AnswersAlone), context.Seeds),
            Measure.Mean("right answers that leaving out step 1 costs, trained with step dropout: at most 0.05", Of(each => each.Experts.Right - each.Experts.Short), 0.05, atLeast: false, context.Seeds),
            Measure.Difference("the same trained without step dropout, less that: above 0", Of(each => each.Undropped.Right - each.Undropped.Short), Of(each => each.Experts.Right - each.Experts.Short), context.Seeds),
        ];
        var table = new EvidenceTable("Means over seeds", ["model", "loss, step 1", "step 2", "step 3", "right answers", "right without step 1"],
        [
            Row("before", each => each.Before), Row("one adapter", each => each.One), Row("experts", each => each.Experts), Row("one adapter, no step dropout", each => each.OneUndropped), Row("experts, no step dropout", each => each.Undropped),
            ["an adapter trained on answers alone", "", "", "", Ledger.Number(outcomes.Average(each => each.AnswersAlone)), ""],
            ["chains kept of those written", "", "", "", Ledger.Number(outcomes.Average(each => each.Kept)), ""],
        ]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(Measure.Brief(context.Fast, rows), context.Clock.GetElapsedTime(start)), [table]));

        double[] Of(Func<Outcome, double> number) => [.. outcomes.Select(number)];
        string[] Row(string model, Func<Outcome, State> of) => [model, .. Enumerable.Range(0, 3).Select(step => Ledger.Number(outcomes.Average(each => of(each).Loss[step]))), Ledger.Number(outcomes.Average(each => of(each).Right)), Ledger.Number(outcomes.Average(each => of(each).Short))];
    }

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, Sizes sizes, CancellationToken cancel)
    {
        private readonly KioskSetting _setting = new(seed);

        public Outcome Run()
        {
            using var before = SmallModel.Create(seed, [.. KioskWorld.Words, .. KioskChain.Words], Longest);
            before.Imitate(Lessons(), sizes.Learn, 2e-3, "steps.lessons", cancel);
            var (asked, own) = (_setting.Ask("own", sizes.Own), Write(before));
            var kept = asked.Zip(own).Where(each => _setting.World.Judge(each.First, each.Second.Reply) == KioskFaults.None).ToArray();
            var shown = _setting.Ask("shown", Shown).Select(request => (request, KioskChain.Right(_setting.World, request)));
            TokenChain[] chains = [.. kept.Concat(shown).Select(each => Chain(before, each.Item1, each.Item2))];
            var held = _setting.Ask("held-out", sizes.HeldOut);
            using var experts = Adapted.Train(before, seed, chains, experts: true, Dropped, sizes.Steps, cancel);
            using var undropped = Adapted.Train(before, seed, chains, experts: true, 0, sizes.Steps, cancel);
            using var one = Adapted.Train(before, seed, chains, experts: false, Dropped, sizes.Steps, cancel);
            using var oneUndropped = Adapted.Train(before, seed, chains, experts: false, 0, sizes.Steps, cancel);
            using var alone = Adapted.Train(before, seed, [.. chains.Select(chain => chain with { Steps = [chain.Steps[^1]] })], experts: false, 0, sizes.Steps, cancel);
            return new(Measured(before, held), Measured(experts.Model, held), Measured(undropped.Model, held), Measured(one.Model, held), Measured(oneUndropped.Model, held), Right(alone.Model, held, 2),
                kept.Length / (double)asked.Length, (experts.Parameters, one.Parameters), Routed(experts, held));
        }

        /// <summary>What clerks with faults say: a step by itself, behind those before it, or an answer without any.</summary>
        private Line[] Lessons() => [.. _setting.Ask("lessons", 6000).Select((request, index) =>
        {
            var draws = new Draws(seed, "steps.lessons", index);
            var rule = (draws.Chance(0.3) ? KioskWorld.Draw(draws.Next(1000)) : _setting.World).Right(request).Reason;
            var deed = KioskChain.Decide(_setting.World.Grants(request) != draws.Chance(0.3));
            var reply = Middling.Answer(_setting.World, request, draws);
            return draws.Next(4) switch
            {
                0 => new Line($"{request.Text} {KioskChain.Openings[0]}", rule),
                1 => new Line($"{request.Text} {KioskChain.Openings[0]} {rule} {KioskChain.Openings[1]}", deed),
                2 => new Line($"{request.Text} {KioskChain.Openings[0]} {rule} {KioskChain.Openings[1]} {deed} {KioskChain.Openings[2]}", reply),
                _ => new Line(request.Text, reply),
            };
        })];

        /// <summary>Chains that a model writes when it is asked for each step by itself: three calls for each.</summary>
        private KioskChain[] Write(SmallModel model)
        {
            string[] so = [.. _setting.Ask("own", sizes.Own).Select(request => request.Text)];
            List<IReadOnlyList<string>> written = [];
            foreach (var opening in KioskChain.Openings)
            {
                so = [.. so.Select(text => $"{text} {opening}")];
                written.Add([.. model.Write(so, $"steps.{opening}", 1, cancel).Select(step => model.Model.Tokenizer.Encode(step).Length <= KioskWorld.Longest + 2 ? step : "")]); // one that ran on leaves room for the next
                so = [.. so.Zip(written[^1], (text, step) => $"{text} {step}")];
            }
            return [.. Enumerable.Range(0, so.Length).Select(index => new KioskChain(written[0][index], written[1][index], written[2][index]))];
        }

        private State Measured(SmallModel model, KioskRequest[] held)
        {
            double[] sums = new double[3], counts = new double[3];
            var chains = held.Select(request => Chain(model, request, KioskChain.Right(_setting.World, request))).ToArray();
            foreach (var (chain, logProbs) in chains.Zip(model.LogProbs([.. chains.Select(chain => chain.Example(0, new(seed, "unused")))])))
            {
                var at = 0;
                foreach (var (step, tokens) in chain.Steps.Index())
                {
                    sums[step] -= logProbs.AsSpan(at + 1, tokens.Length - 1).ToArray().Sum(); // what opens a step is no part of what it says
                    counts[step] += tokens.Length - 1;
                    at += tokens.Length;
                }
            }
            return new([.. sums.Zip(counts, (sum, count) => sum / count)], Right(model, held, 0), Right(model, held, 1));
        }

        /// <summary>Share of right answers where the model goes on by itself from the opening of a step.</summary>
        private double Right(SmallModel model, KioskRequest[] held, int from)
        {
            var written = model.Write([.. held.Select(request => $"{request.Text} {KioskChain.Openings[from]}")], "steps.held-out", 0, cancel);
            return held.Zip(written, (request, text) => _setting.World.Judge(request, from == 2 ? text : KioskChain.Last(text)) == KioskFaults.None ? 1.0 : 0).Average();
        }

        /// <summary>What changing the expert of step 2 does to log-probabilities of right chains: how many before it, and in how many chains after it.</summary>
        private (int Before, double After) Routed(Adapted experts, KioskRequest[] held)
        {
            var chains = held.Take(64).Select(request => Chain(experts.Model, request, KioskChain.Right(_setting.World, request))).ToArray();
            TokenExample[] examples = [.. chains.Select(chain => chain.Example(0, new(seed, "unused")))];
            var before = experts.Model.LogProbs(examples);
            experts.ChangeSecond();
            var differ = before.Zip(experts.Model.LogProbs(examples), (one, other) => one.Zip(other, (a, b) => a != b).ToArray()).Zip(chains, (flags, chain) => (Flags: flags, To: chain.Steps[0].Length + 1)).ToArray();
            return (differ.Sum(each => each.Flags.Take(each.To).Count(flag => flag)), differ.Average(each => each.Flags.Skip(each.To).Any(flag => flag) ? 1.0 : 0));
        }

        private static TokenChain Chain(SmallModel model, KioskRequest request, KioskChain chain)
        {
            var tokens = chain.Steps.Zip(KioskChain.Openings, (step, opening) => model.Model.Tokenizer.Encode($" {opening} {step}")).ToArray();
            return new(model.Model.Tokenizer.Encode(request.Text), [.. tokens.SkipLast(1), [.. tokens[^1], model.Model.Tokenizer.Special.End]]);
        }
    }

    /// <summary>A request and the steps of its answer, in tokens.</summary>
    private sealed record TokenChain(int[] Prompt, int[][] Steps)
    {
        public TokenExample Example(double dropped, Draws draws) => new StepDropout(dropped).Apply(Prompt, Steps, draws);
    }

    /// <summary>A model with an adapter that has learnt chains.</summary>
    private sealed record Adapted(SmallModel Model, LowRankAdapter Adapter) : IDisposable
    {
        public int Parameters => (int)Adapter.Parameters.Sum(each => each.Value.numel());

        public static Adapted Train(SmallModel before, int seed, IReadOnlyList<TokenChain> chains, bool experts, double dropped, int steps, CancellationToken cancel)
        {
            var model = before.Copy();
            int[] openings = [.. KioskChain.Openings.Select(opening => model.Model.Tokenizer.Encode($" {opening}") is [var token] ? token : throw new InvalidOperationException($"'{opening}' is no token."))];
            LowRankAdapterConfig one = new(Rank * (openings.Length + 1), 2 * Rank * (openings.Length + 1)), each = new(Rank, 2 * Rank) { StepTokens = [.. openings] };
            var adapter = LowRankAdapter.Create(experts ? each : one, model.Model.Decoder, (ulong)seed);
            model.Model.Decoder.Attach(adapter);
            var order = new EpochOrder(chains.Count, PerStep, seed, "steps.chains");
            SupervisedTraining.Run(model.Model.Decoder, step => [.. order.Batch(step).Select(index => chains[index].Example(dropped, new(seed, $"steps.dropout.{step}", index)))], model.Longest, SmallModel.Options(steps, Rate), null, cancel);
            return new(model, adapter);
        }

        /// <summary>Makes the expert of step 2 another one.</summary>
        public void ChangeSecond()
        {
            using var off = no_grad();
            foreach (var (name, value) in Adapter.Parameters.Where(each => each.Name.Contains("lora_B", StringComparison.Ordinal)))
                value.narrow(1, 2 * Rank, Rank).TimesInPlace(-2);
        }

        public void Dispose()
        {
            Model.Dispose();
            Adapter.Dispose();
        }
    }

    /// <summary>Steps of learning from clerks, chains written, steps on them, and requests held out.</summary>
    private sealed record Sizes(int Learn, int Own, int Steps, int HeldOut);

    /// <summary>Mean loss of a token of each step of right chains, and shares of right answers with all steps and without the first.</summary>
    private sealed record State(double[] Loss, double Right, double Short);

    /// <summary>One seed.</summary>
    private sealed record Outcome(State Before, State Experts, State Undropped, State One, State OneUndropped, double AnswersAlone, double Kept, (int Experts, int One) Parameters, (int Before, double After) Routed);
}
