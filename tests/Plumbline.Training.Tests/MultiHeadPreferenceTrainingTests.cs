using Plumbline.Models;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests;

public sealed class MultiHeadPreferenceTrainingTests
{
    private static readonly PairExample[] Pairs = [.. Enumerable.Range(0, 12).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];

    [Fact]
    public void One_head_is_preference_training_of_a_decoder_with_an_output_matrix_of_its_own()
    {
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 1, 1, noise: 0);
        using var plain = heads.Mix(model.Decoder, [1]);
        PreferenceTraining.Run(plain, Pairs, Batches, new DirectPreferenceOptimization(0.1), 64, Options(6), null, default);
        Train(model, heads, Pairs, 6, _ => 0);
        using var mixed = heads.Mix(model.Decoder, [1]);
        Assert.Equal(TinyModel.Numbers(plain), TinyModel.Numbers(mixed), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact] // ½·l₀ + ½·(l₁ + l₂ + l₃)/3 is the mean over four pairs of weights 2, ⅔, ⅔, ⅔; all heads begin as one, so the backbone gets the same gradient
    public void Each_head_counts_as_much_as_another_however_many_pairs_it_has()
    {
        double[] Backbone(Func<int, int> head, Func<int, double> weight)
        {
            using var model = TinyModel.Make();
            using var heads = OutputHeads.Create(model.Decoder, 2, 1, noise: 0);
            Train(model, heads, [.. Pairs.Take(4).Select((pair, index) => pair with { Weight = weight(index) })], 1, head, _ => [0, 1, 2, 3]);
            return TinyModel.Numbers(model.Decoder);
        }
        double Apart(double[] one, double[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Average();
        var headed = Backbone(index => index == 0 ? 0 : 1, _ => 1);
        Assert.InRange(Apart(headed, Backbone(_ => 0, index => index == 0 ? 2 : 2 / 3.0)), 0, 1e-6);
        Assert.InRange(Apart(headed, Backbone(_ => 0, _ => 1)), 1e-5, 1);
    }

    [Fact]
    public void A_pair_moves_the_backbone_and_its_own_head_alone()
    {
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 2, 1, noise: 0);
        var (before, backbone) = (Numbers(heads), TinyModel.Bytes(model.Decoder));
        Train(model, heads, Pairs, 3, _ => 1);
        var after = Numbers(heads);
        Assert.Equal(before[0], after[0]);
        Assert.NotEqual(before[1], after[1]);
        Assert.NotEqual(backbone, TinyModel.Bytes(model.Decoder));
    }

    [Fact]
    public void Heads_that_are_not_there_are_refused()
    {
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 2, 1);
        Assert.Throws<ArgumentException>(() => Train(model, heads, Pairs, 1, _ => 2));
        model.Decoder.Detach();
        Assert.Throws<ArgumentException>(() => MultiHeadPreferenceTraining.Run(model.Decoder, Pairs, [.. Pairs.Select(_ => 0)], Batches, new DirectPreferenceOptimization(0.1), 64, Options(1), null, default));
    }

    private static IReadOnlyList<int> Batches(int step) => new EpochOrder(12, 6, 1, "pairs").Batch(step);

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(1e-3), Optimiser = new() { ClipNorm = 1e9, WeightDecay = 0 } };

    private static List<double[]> Numbers(OutputHeads heads) => [.. heads.Parameters.Select(head => head.Value.data<float>().ToArray().Select(number => (double)number).ToArray())];

    private static void Train(LanguageModel model, OutputHeads heads, PairExample[] pairs, int steps, Func<int, int> head, Func<int, IReadOnlyList<int>>? batches = null)
    {
        model.Decoder.Attach(heads);
        MultiHeadPreferenceTraining.Run(model.Decoder, pairs, [.. pairs.Select((_, index) => head(index))], batches ?? Batches, new DirectPreferenceOptimization(0.1), 64, Options(steps), null, default);
    }
}
