using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>A small student learns from what preference training changed in its teacher (063, ADPA).</summary>
internal sealed class AdvantageGuided : IReproduction
{
    private const int Steps = 200;
    private const double Rate = 0.05, Beta = 0.5, TeacherBeta = 0.5;

    public string Number => "063";

    public string Name => "adpa";

    public string Claim => "A teacher's advantage guides a student to more reward than its distribution does, and than preference training of the student itself.";

    public FourFields Fields => new("all weights of the student; the teacher before and after preference training", "pairs, and the student's own answers", "the teacher's advantage at every next token", "likelihood, and the expected advantage");

    public bool HasFastForm => true;

    public string? Missing => "texts of many tokens: here there is one choice among 200 answers, the teacher can express any preference, and the student only those that are linear in 20 features.";

    public string? Remark => "Distillation comes after preference training of the student here: at κ = 1 its loss imitates the better answers, which alone lowers the reward, as much as it follows the teacher. "
        + "Other κ were not tried. The advantage has nothing that holds it back, so with it either start ends on the same few answers.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var rewards = new Dictionary<string, List<double>>();
        var (plain, off) = (0.0, 0.0);
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (name, reward) in Run(seed, context.Fast ? 100 : 500))
            {
                if (!rewards.TryGetValue(name, out var known))
                    rewards[name] = known = [];
                known.Add(reward);
            }
            (plain, off) = (plain + rewards["imitation"][^1], off + rewards["γ = 0"][^1]);
        }
        var (expected, slope, divergence) = HandExample();
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("expected advantage in the hand example", expected, -.198538),
            Measure.Exact("its slope in the first logit", slope, -.247305),
            Measure.Exact("divergence of the student from the teacher", divergence, .193794),
            Measure.Exact("true reward with γ = 0 less imitation", off - plain, 0),
            Measure.Difference("true reward, advantage after distillation less advantage alone: at least 0", rewards["DCKD, then ADPA"], rewards["ADPA"], context.Seeds),
            Measure.Difference("true reward, advantage less distillation: above 0", rewards["ADPA"], rewards["DCKD"], context.Seeds),
            Measure.Difference("true reward, distillation less preference training of the student: above 0", rewards["DCKD"], rewards["DPO"], context.Seeds),
        ];
        var table = new EvidenceTable("True reward", ["training", "reward"], [.. rewards.Select(each => (string[])[each.Key, each.Value.Average().ToString("0.000", CultureInfo.InvariantCulture)])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>π = (.5, .3, .2), T_dpo = (.2, .5, .3), T_ref = (.4, .4, .2).</summary>
    private static (double Expected, double Slope, double Divergence) HandExample()
    {
        using var scope = NewDisposeScope();
        var (logits, teacher, before) = (tensor([.5, .3, .2]).log().requires_grad_(true), tensor([.2, .5, .3]).log().unsqueeze(0), tensor([.4, .4, .2]).log().unsqueeze(0));
        var student = logits.log_softmax(0).unsqueeze(0);
        var expected = AdvantageDistillation.Expected(student, teacher, before).sum();
        expected.backward();
        return (expected.item<double>(), logits.grad!.data<double>()[0], DualConstrainedDistillation.Divergence(teacher, student).item<double>());
    }

    private static IEnumerable<(string Name, double Reward)> Run(int seed, int count)
    {
        var world = TabularWorld.Draw(seed);
        var first = new TabularPolicy(world);
        var (before, shares) = (first.LogProbs(), first.Shares());
        double[] after = [.. RegularisedOptimum.Policy(shares, [.. world.Rewards], TeacherBeta).Select(share => Math.Log(Math.Max(share, 1e-12)))];
        var pairs = world.Compare(shares, count, new Draws(seed, "adpa"));
        long[] chosen = [.. pairs.Select(pair => (long)pair.Chosen)];
        var distilled = Train(first, logProbs => new DualConstrainedDistillation().Compute(logProbs.index_select(0, tensor(chosen)), logProbs.unsqueeze(0), tensor(after).unsqueeze(0)).Value, Steps);
        yield return ("imitation", world.Reward(Train(first, logProbs => -logProbs.index_select(0, tensor(chosen)).mean(), Steps).Shares()));
        yield return ("γ = 0", world.Reward(Guided(first, 0, Steps).Shares()));
        var student = first.Copy();
        TabularTraining.Run(world, student, before, pairs, new DirectPreferenceOptimization(Beta), Steps, Rate);
        yield return ("DPO", world.Reward(student.Shares()));
        yield return ("DCKD", world.Reward(distilled.Shares()));
        yield return ("ADPA", world.Reward(Guided(first, 1, Steps).Shares()));
        yield return ("DCKD, then ADPA", world.Reward(Guided(Train(first, logProbs => new DualConstrainedDistillation().Compute(logProbs.index_select(0, tensor(chosen)), logProbs.unsqueeze(0), tensor(after).unsqueeze(0)).Value, Steps / 2), 1, Steps / 2).Shares()));

        TabularPolicy Guided(TabularPolicy from, double gamma, int steps) => Train(from, logProbs => new AdvantageDistillation(gamma).Compute(logProbs.index_select(0, tensor(chosen)), logProbs.unsqueeze(0), tensor(after).unsqueeze(0), tensor(before).unsqueeze(0)).Value, steps);
    }

    private static TabularPolicy Train(TabularPolicy from, Func<Tensor, Tensor> loss, int steps)
    {
        var policy = from.Copy();
        TabularDescent.Run(policy, loss, steps, Rate);
        return policy;
    }
}
