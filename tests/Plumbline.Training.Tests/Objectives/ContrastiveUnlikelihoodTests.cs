using FsCheck.Xunit;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class ContrastiveUnlikelihoodTests
{
    private static readonly double[] Plain = [.. new[] { .50, .20, .69, .20 }.Select(share => Math.Log(share))], Judged = [.. new[] { .60, .05, .70, .30 }.Select(share => Math.Log(share))];

    [Fact] // card 026: ratios 1.2, .25, 1.014, 1.5; L_x = −(ln .5 + ln .2 + ln .69 + ln .8)/4
    public void The_hand_example_flags_the_first_and_the_last_token()
    {
        Assert.Equal([true, false, false, true], new ContrastiveUnlikelihood().Flags(tensor(Plain), tensor(Judged)).data<bool>().ToArray());
        Assert.Equal(0.995500, Loss(new(), Plain, Judged), 6);
        Assert.Equal((0.724198 + 1.266801) / 2, Loss(new(), Plain, Judged), 6);
    }

    [Fact] // α = ½ and γ = 1: flagged tokens cost ½·.5·ln 2 and ½·.2·ln 1.25
    public void Flagged_tokens_count_by_alpha_and_by_their_own_probability()
    {
        var unflagged = -Math.Log(.2) - Math.Log(.69);
        var flagged = 0.5 * (.5 * Math.Log(2) + .2 * Math.Log(1.25));
        Assert.Equal(((unflagged + flagged) / 4 + 1.266801) / 2, Loss(new(1.1, 0.5, 1), Plain, Judged), 1e-6);
    }

    [Property] // identity 5
    public void Without_flags_it_is_the_mean_of_two_plain_likelihoods(byte seed)
    {
        var (plain, judged) = (Slopes.LogProbs(seed, 6), Slopes.LogProbs(seed + 1000, 6));
        Assert.Equal(-(plain.Average() + judged.Average()) / 2, Loss(new(1e9), plain, judged), 10);
    }

    [Fact]
    public void An_answer_without_a_judgment_is_plain_likelihood_and_weighs_as_much_as_one_with()
    {
        var approved = new AnswerTokens(tensor([-0.5, -0.7]), ones(2, float64), zeros(2, int64), 1);
        Assert.Equal(0.6, new ContrastiveUnlikelihood().Compute(null, null, approved).Value.item<double>(), 12);
        Assert.Equal((0.995500 + 0.6) / 2, new ContrastiveUnlikelihood().Compute(Answer(tensor(Plain)), tensor(Judged), approved).Value.item<double>(), 6);
        Assert.Throws<ArgumentException>(() => new ContrastiveUnlikelihood().Compute(null, null, null));
        Assert.Throws<ArgumentException>(() => new ContrastiveUnlikelihood().Compute(null, tensor(Judged), approved));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public void The_gradient_agrees_with_finite_differences(double gamma)
    {
        var objective = new ContrastiveUnlikelihood(1.1, 0.8, gamma);
        Slopes.Check([.. Plain, .. Judged], both => objective.Compute(Answer(both.narrow(0, 0, 4)), both.narrow(0, 4, 4), null).Value);
    }

    [Fact] // trap 3: log(1 − p) at p = 1; trap 3 again: the ratio of the same weights is detached
    public void A_certain_token_costs_a_finite_amount_and_flags_carry_no_gradient()
    {
        using var plain = tensor([0.0, -0.1], requires_grad: true);
        var loss = new ContrastiveUnlikelihood(1).Compute(new(plain, ones(2, float64), zeros(2, int64), 1), tensor([0.5, -0.05]), null).Value;
        loss.backward();
        Assert.True(double.IsFinite(loss.item<double>()));
        Assert.All(plain.grad!.data<double>().ToArray(), slope => Assert.True(double.IsFinite(slope)));
        Assert.False(new ContrastiveUnlikelihood().Flags(plain, plain).requires_grad);
    }

    [Fact] // −(ln .5 + ln .8 + ln .31 + ln .8)/4, and L_j
    public void A_threshold_of_zero_flags_every_token() =>
        Assert.Equal((-(Math.Log(.5) + Math.Log(.8) + Math.Log(.31) + Math.Log(.8)) / 4 + 1.266801) / 2, Loss(new(0), Plain, Judged), 1e-6);

    [Fact] // identity 9
    public void Tokens_that_do_not_count_and_the_order_of_answers_change_nothing()
    {
        double[] plain = [.. Plain, -3, .. Plain], judged = [.. Judged, -0.1, .. Judged];
        var padded = new AnswerTokens(tensor(plain), tensor([1.0, 1, 1, 1, 0, 1, 1, 1, 1]), tensor([1L, 1, 1, 1, 1, 0, 0, 0, 0]), 2);
        Assert.Equal(0.995500, new ContrastiveUnlikelihood().Compute(padded, tensor(judged), null).Value.item<double>(), 6);
    }

    [Theory]
    [InlineData(-0.1, 1, 0)]
    [InlineData(1.1, -1, 0)]
    [InlineData(1.1, 1, -1)]
    [InlineData(double.NaN, 1, 0)]
    public void Settings_that_mean_nothing_are_refused(double threshold, double alpha, double gamma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContrastiveUnlikelihood(threshold, alpha, gamma));

    private static double Loss(ContrastiveUnlikelihood objective, double[] plain, double[] judged) => objective.Compute(Answer(tensor(plain)), tensor(judged), null).Value.item<double>();

    private static AnswerTokens Answer(Tensor logProbs) => new(logProbs, ones(logProbs.numel(), float64), zeros(logProbs.numel(), int64), 1);
}
