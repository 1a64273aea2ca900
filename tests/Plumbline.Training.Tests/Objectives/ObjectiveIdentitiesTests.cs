using FsCheck.Xunit;
using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

/// <summary>What losses have to do with each other (section 1.5 of the cards).</summary>
public sealed class ObjectiveIdentitiesTests
{
    [Property] // identity 2: over labels that are flipped at rate ε, the robust loss is the clean one
    public void Robust_losses_of_flipped_labels_average_to_the_clean_loss(sbyte margin, byte part)
    {
        var (gain, noise) = (margin / 16.0, part / 256.0 * 0.49);
        var robust = new RobustPreferenceOptimization(0.7, noise);
        Assert.Equal(Value(new DirectPreferenceOptimization(0.7), gain), (1 - noise) * Value(robust, gain) + noise * Value(robust, -gain), 1e-9);
    }

    [Fact] // identity 2: u = 0.7, ε = 0.2
    public void Robust_losses_come_to_the_number_on_the_card()
    {
        var robust = new RobustPreferenceOptimization(1, 0.2);
        Assert.Equal(0.403186, 0.8 * Value(robust, 0.7) + 0.2 * Value(robust, -0.7), 5e-7);
    }

    [Fact] // identity 3
    public void At_their_ends_variants_are_the_losses_that_they_vary()
    {
        using var scope = NewDisposeScope();
        var pairs = LossFixture.Batch("random");
        var dpo = LossFixture.Values(new DirectPreferenceOptimization(0.3).PerPair(pairs));
        foreach (var same in new PairObjective[]
        {
            new RobustPreferenceOptimization(0.3, 0), new PositivePreferenceOptimization(0.3, 0), new LengthDesensitisedPreferenceOptimization(0.3, 1), new LengthRegularisedPreferenceOptimization(0.3, 0),
            new OffsetPreferenceOptimization(0.3, 0), new DivergencePreferenceOptimization(0.3, Divergence.Alpha, 1e-7),
        })
            Assert.Equal(dpo, LossFixture.Values(same.PerPair(pairs)), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(LossFixture.Values(new DivergencePreferenceOptimization(0.3, Divergence.ForwardKullbackLeibler).PerPair(pairs)),
            LossFixture.Values(new DivergencePreferenceOptimization(0.3, Divergence.Alpha, 1).PerPair(pairs)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(LossFixture.Values(new SimplePreferenceOptimization(2, 0.5).PerPair(pairs)), LossFixture.Values(new AlphaPreferenceOptimization(2, 0.5, 1e-7).PerPair(pairs)), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact] // identity 3 and section 1.6: policy −0.5 + 0.75, reference of means 1.9/3 and 2.4/4, history with mean difference 0.1, ratio 1/3
    public void Against_a_mixture_of_anchors_the_identity_loss_is_that_of_many_players()
    {
        var h1 = LossFixture.Batch("H1");
        // The anchor mixed in log space: a third of the reference, two thirds of an opponent whose mean difference is 0.1.
        var (chosen, rejected) = (h1.ReferenceChosen!.Times(1 / 3.0).Plus(tensor([-1.8]).Times(2 / 3.0)), h1.ReferenceRejected!.Times(1 / 3.0).Plus(tensor([-2.8]).Times(2 / 3.0)));
        Assert.Equal(0.093364, new IdentityPreferenceOptimization(1, PerToken: true).Compute(h1 with { ReferenceChosen = chosen, ReferenceRejected = rejected }).Value.item<double>(), 5e-7);
    }

    [Fact] // identity 5
    public void With_good_answers_alone_unified_alignment_is_supervised_fine_tuning()
    {
        var answers = new PointLogProbs(tensor([-3.0, -8.0]), tensor([-1.0, -2.0]), tensor([3.0, 4.0]), tensor([1.0, 1.0]));
        Assert.Equal((1 + 2) / 2.0, new UnifiedAlignment(0.1).Compute(answers).Value.item<double>(), 1e-12);
        Assert.Equal((3 + 8) / 2.0, new UnifiedAlignment(0.1, PerToken: false).Compute(answers).Value.item<double>(), 1e-12);
    }

    [Fact] // card 116: β·σ(β·ρ), β/2 at ρ = 0
    public void A_bad_answer_is_pushed_down_ever_less()
    {
        using var policy = tensor([0.0, -5.0], requires_grad: true);
        var answers = new PointLogProbs(policy, zeros(2, float64), ones(2, float64), zeros(2, float64));
        new PointwisePreferenceOptimization(0.4).PerAnswer(answers).sum().backward();
        Assert.Equal([0.2, 0.4 / (1 + Math.Exp(2))], LossFixture.Values(policy.grad!), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory] // identity 9: every token twice leaves what is per token alone, and doubles S and ρ elsewhere
    [InlineData("simpo", true)]
    [InlineData("orpo", true)]
    [InlineData("ln-dpo", true)]
    [InlineData("dpo", false)]
    [InlineData("hinge", false)]
    public void Writing_every_token_twice_changes_sums_and_no_means(string name, bool means)
    {
        var (loss, pairs) = (NamedObjectives.Find(name).Pair(new Dictionary<string, double>(), "test"), LossFixture.Batch("random"));
        var twice = new PairLogProbs(pairs.Chosen.Times(2), pairs.Rejected.Times(2), pairs.ReferenceChosen!.Times(2), pairs.ReferenceRejected!.Times(2), pairs.ChosenLength.Times(2), pairs.RejectedLength.Times(2));
        var (once, again) = (loss.Compute(pairs).Value.item<double>(), loss.Compute(twice).Value.item<double>());
        if (means)
            Assert.Equal(once, again, 1e-12);
        else
            Assert.Equal(NamedObjectives.Find(name).Pair(new Dictionary<string, double> { ["beta"] = 0.2 }, "test").Compute(pairs).Value.item<double>(), again, 1e-12); // as if β were doubled
    }

    [Fact] // 059: weights 2 and 0 of the two pairs leave the first
    public void Pairs_count_by_their_weights()
    {
        var pairs = LossFixture.Batch("random", [0, 1]);
        var loss = new DirectPreferenceOptimization(0.3);
        Assert.Equal(LossFixture.Values(loss.PerPair(pairs))[0], loss.Compute(pairs with { Weight = tensor([2.0, 0.0]) }).Value.item<double>(), 1e-12);
    }

    [Fact]
    public void The_baseline_takes_no_gradient()
    {
        using var baseline = tensor(0.3, requires_grad: true);
        using var policy = tensor([-1.0], requires_grad: true);
        new KahnemanTverskyOptimization(0.5).Compute(new PointLogProbs(policy, tensor([-1.2]), tensor([2.0]), tensor([1.0])) { Baseline = baseline }).Value.backward();
        Assert.Null(baseline.grad);
        Assert.NotEqual(0, policy.grad!.item<double>());
    }

    private static double Value(PairObjective loss, double gain) =>
        loss.Compute(new PairLogProbs(tensor([gain]), tensor([0.0]), tensor([0.0]), tensor([0.0]), tensor([1.0]), tensor([1.0]))).Value.item<double>();
}
