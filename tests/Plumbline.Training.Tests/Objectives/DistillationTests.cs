using FsCheck.Xunit;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class DistillationTests
{
    private static readonly double[] Student = Logs(.5, .3, .2), Teacher = Logs(.2, .5, .3), Before = Logs(.4, .4, .2), Chosen = [-0.5, -0.7];

    [Fact] // card 063: A = (−.693147, .223144, .405465); .5·A₁ + .3·A₂ + .2·A₃
    public void The_expected_advantage_is_that_of_the_card() =>
        Assert.Equal(-.198538, AdvantageDistillation.Expected(Row(Student), Row(Teacher), Row(Before)).item<double>(), 6);

    [Fact] // π_k·(A_k − E A)
    public void The_gradient_in_the_logits_is_that_of_the_card()
    {
        using var logits = tensor(Student, requires_grad: true);
        AdvantageDistillation.Expected(logits.log_softmax(0).unsqueeze(0), Row(Teacher), Row(Before)).sum().backward();
        Assert.Equal([-.247305, .126504, .120801], logits.grad!.data<double>().ToArray(), (expected, slope) => Math.Abs(expected - slope) < 1e-6);
    }

    [Fact]
    public void The_divergence_is_that_of_the_card() => Assert.Equal(.193794, DualConstrainedDistillation.Divergence(Row(Teacher), Row(Student)).item<double>(), 6);

    [Property] // identity 5
    public void Without_advantage_or_divergence_it_is_supervised_fine_tuning(byte seed)
    {
        var chosen = Slopes.LogProbs(seed, 5);
        Assert.Equal(-chosen.Average(), new AdvantageDistillation(0).Compute(tensor(chosen), Row(Student), Row(Teacher), Row(Before)).Value.item<double>(), 10);
        Assert.Equal(-chosen.Average(), new DualConstrainedDistillation(0).Compute(tensor(chosen), Row(Student), Row(Teacher)).Value.item<double>(), 10);
        Assert.Equal(-chosen.Average(), new DualConstrainedDistillation().Compute(tensor(chosen), Row(Teacher), Row(Teacher)).Value.item<double>(), 10);
    }

    [Fact] // 0.6 + 2·0.198538; 0.6 + 2·0.193794
    public void Both_terms_count_by_their_weights()
    {
        Assert.Equal(0.997076, new AdvantageDistillation(2).Compute(tensor(Chosen), Row(Student), Row(Teacher), Row(Before)).Value.item<double>(), 5);
        Assert.Equal(0.987588, new DualConstrainedDistillation(2).Compute(tensor(Chosen), Row(Student), Row(Teacher)).Value.item<double>(), 5);
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        Slopes.Check([.. Chosen, .. Student], both => new AdvantageDistillation(0.7).Compute(both.narrow(0, 0, 2), both.narrow(0, 2, 3).log_softmax(0).unsqueeze(0), Row(Teacher), Row(Before)).Value);
        Slopes.Check([.. Chosen, .. Student], both => new DualConstrainedDistillation(0.7).Compute(both.narrow(0, 0, 2), both.narrow(0, 2, 3).log_softmax(0).unsqueeze(0), Row(Teacher)).Value);
    }

    private static double[] Logs(params double[] shares) => [.. shares.Select(share => Math.Log(share))];

    private static Tensor Row(double[] numbers) => tensor(numbers).unsqueeze(0);
}
