using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Worlds.Kiosk;

namespace Plumbline.Reproductions.Papers;

/// <summary>Controls that ask for good or bad answers are fitted to the frozen model first, then the model is trained with them (109, MEET).</summary>
internal sealed class ControlledTwice : IReproduction
{
    private const int TokensEach = 4, PerStep = 32;
    private const double ControlRate = 2e-2, Rate = 1e-3;
    private const string Good = "good", Bad = "bad";

    public string Number => "109";

    public string Name => "meet";

    public string Claim => "Control tokens that are tuned before the model, and then with it, steer better than those that are trained together with it from the start.";

    public FourFields Fields => new("control tokens alone, then all weights with them", "the model's own answers, good and bad", "the checker says which", "likelihood of each answer behind the control of its quality");

    public bool HasFastForm => true;

    public string? Missing => "controls that are LoRA adapters (here they are soft prompts of four tokens), and DPO as another baseline.";

    public string? Remark => "Before the start the model has learnt from careful and careless clerks, a badge before three requests of four saying which, so that it knows how either answers: where it had learnt from one kind "
        + "of clerk (seeds 11-13), tuning controls alone parted good from bad by 0.03 of reward; and steps and data were then made fewer, for all ways of training had ended at the most there is. A good answer is the one right answer here, and its reward the most there is: imitation of a hundred steps all but reaches it, and bad "
        + "answers have little to add. Controls alone get most of the way in 60 steps of the 100, and then both ways of training end where five seeds cannot tell them apart.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(Run(new KioskSetting(seed), context.Fast ? new(120, 12, 8, 200, 40) : new(600, 60, 40, 150, 400), cancellationToken));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("tensors of weights that the first stage moved by as much as a bit", outcomes.Sum(each => each.MovedWeights), 0),
            Measure.Difference("log-likelihood of good answers less that of bad ones to the same request, under the good control after the first stage less without control: above 0",
                [.. outcomes.Select(each => each.Separation)], [.. outcomes.Select(each => each.SeparationBefore)], context.Seeds),
            Measure.Difference("reward under the good control, less that of imitating good answers for as many steps: above 0", Rewards(each => each.Meet.Good), Rewards(each => each.Imitation), context.Seeds),
            Measure.Difference("the same, less that of training controls and weights together for as many steps: above 0", Rewards(each => each.Meet.Good), Rewards(each => each.Together.Good), context.Seeds),
            Measure.Difference("reward of the start, less that under the bad control: above 0", Rewards(each => each.Start), Rewards(each => each.Meet.Bad!.Value), context.Seeds),
        ];
        var table = new EvidenceTable("Mean reward of written answers", ["model", "good control", "bad control"],
        [
            Row("before, no control", each => new(each.Start, null)),
            Row("imitation of good answers, no control", each => new(each.Imitation, null)),
            Row("words for control, all weights", each => each.Words),
            Row("controls and weights together", each => each.Together),
            Row("first stage alone: controls", each => each.Controls),
            Row("both stages (MEET)", each => each.Meet),
        ]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        double[] Rewards(Func<Outcome, double> of) => [.. outcomes.Select(of)];
        string[] Row(string model, Func<Outcome, Steered> of) => [model, Text(outcomes.Average(each => of(each).Good)), of(outcomes[0]).Bad is null ? "" : Text(outcomes.Average(each => of(each).Bad!.Value))];
    }

    private static Outcome Run(KioskSetting setting, Sizes sizes, CancellationToken cancel)
    {
        using var before = setting.LearnByBadge(sizes.Learn, cancel);
        var (asked, held) = (setting.Ask("own", sizes.Data), setting.Ask("held-out", sizes.HeldOut));
        var own = before.Write([.. asked.Select(request => request.Text)], "own", 1, cancel);
        var judged = asked.Zip(own, (request, answer) => (Line: new Line(request.Text, answer), Quality: setting.World.Judge(request, answer) == KioskFaults.None ? Good : Bad)).ToArray();
        Line[] good = [.. judged.Where(each => each.Quality == Good).Select(each => each.Line)];
        var contrasts = Contrasts(setting, held);
        var steps = sizes.First + sizes.Second;

        double Without(SmallModel learner) => setting.Reward(held, learner.Write([.. held.Select(request => request.Text)], "held-out", 1, cancel));

        using var imitating = before.Copy();
        imitating.Imitate(good, steps, Rate, "good", cancel, PerStep);

        using var worded = before.Copy();
        worded.Imitate([.. judged.Select(each => each.Line with { Prompt = $"{each.Quality} {each.Line.Prompt}" })], steps, Rate, "mixed", cancel, PerStep);
        double Worded(string quality) => setting.Reward(held, worded.Write([.. held.Select(request => $"{quality} {request.Text}")], "held-out", 1, cancel));

        using var together = Controlled.Over(before.Copy(), setting.Seed);
        together.Train(judged, 0, steps, cancel);

        using var controls = Controlled.Over(before.Copy(), setting.Seed);
        controls.Train(judged, sizes.First, 0, cancel);
        var moved = controls.Learner.Model.Decoder.parameters().Zip(before.Model.Decoder.parameters()).Count(each => !each.First.bytes.SequenceEqual(each.Second.bytes));

        using var meet = Controlled.Over(before.Copy(), setting.Seed);
        meet.Train(judged, sizes.First, sizes.Second, cancel);

        return new(Without(before), moved, Separation(before, contrasts, before.Example), controls.Separation(contrasts), Without(imitating), new(Worded(Good), Worded(Bad)), together.Steer(setting, held, cancel),
            controls.Steer(setting, held, cancel), meet.Steer(setting, held, cancel));
    }

    /// <summary>The right answer to each request, and one with a fault.</summary>
    private static (Line Good, Line Bad)[] Contrasts(KioskSetting setting, KioskRequest[] requests) => [.. requests.Select((request, index) =>
    {
        var draws = new Draws(setting.Seed, "meet.contrasts", index);
        var right = setting.World.Right(request);
        return (new Line(request.Text, right.Text), new Line(request.Text, setting.World.Spoil(request, right, draws.Pick([KioskFaults.Rude, KioskFaults.Ruling, KioskFaults.Reason]), draws).Text));
    })];

    private static double Separation(SmallModel learner, (Line Good, Line Bad)[] contrasts, Func<Line, TokenExample> example)
    {
        double Mean(IEnumerable<Line> lines) => learner.LogProbs([.. lines.Select(example)]).Average(each => each.Sum());
        return Mean(contrasts.Select(each => each.Good)) - Mean(contrasts.Select(each => each.Bad));
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>A model with controls.</summary>
    private sealed record Controlled(SmallModel Learner, AnswerControls Controls, int Seed) : IDisposable
    {
        public static Controlled Over(SmallModel learner, int seed)
        {
            var controls = AnswerControls.Create(learner.Model.Decoder, [Good, Bad], TokensEach, (ulong)seed);
            learner.Model.Decoder.Attach(controls.Tokens);
            return new(learner, controls, seed);
        }

        public void Train((Line Line, string Quality)[] judged, int first, int second, CancellationToken cancel)
        {
            TokenExample[] examples = [.. judged.Select(each => Controls.Ask(each.Quality, Learner.Example(each.Line)))];
            var order = new EpochOrder(examples.Length, PerStep, Seed, "mixed");
            ControlTraining.Run(Learner.Model.Decoder, step => [.. order.Batch(step).Select(index => examples[index])], Learner.Longest,
                SmallModel.Options(first, ControlRate), SmallModel.Options(second, Rate), null, cancel);
        }

        public double Separation((Line Good, Line Bad)[] contrasts) => ControlledTwice.Separation(Learner, contrasts, line => Controls.Ask(Good, Learner.Example(line)));

        public Steered Steer(KioskSetting setting, KioskRequest[] requests, CancellationToken cancel)
        {
            double Under(string quality) => setting.Reward(requests, Learner.Write([.. requests.Select(request => (int[])[.. Controls[quality], .. Learner.Model.Tokenizer.Encode(request.Text)])], "held-out", 1, cancel));
            return new(Under(Good), Under(Bad));
        }

        public void Dispose()
        {
            Learner.Dispose();
            Controls.Dispose();
        }
    }

    /// <summary>Steps of learning from clerks, of the two stages; answers of its own, and requests held out.</summary>
    private sealed record Sizes(int Learn, int First, int Second, int Data, int HeldOut);

    /// <summary>Mean reward under each control.</summary>
    private sealed record Steered(double Good, double? Bad);

    /// <summary>One seed.</summary>
    private sealed record Outcome(double Start, int MovedWeights, double SeparationBefore, double Separation, double Imitation, Steered Words, Steered Together, Steered Controls, Steered Meet);
}
