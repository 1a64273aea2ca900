using Plumbline.Models;

namespace Plumbline.Training.Tests;

/// <summary>The output layer of a decoder, moved by comparisons.</summary>
public sealed class ComparisonTrainingTests
{
    private static readonly PairExample Pair = new(TinyModel.Text(7, 0), TinyModel.Text(7, 1));

    [Fact] // read by another way than the one that the comparisons take
    public void An_accepted_step_makes_the_better_answer_likelier_and_the_worse_one_less_likely_and_moves_the_output_layer_alone()
    {
        using var decoder = Untied();
        var (before, weights) = (HeldOut.LogProbs(decoder, [Pair], 64, default)[0], Rest(decoder));
        var heard = new List<(int, bool)>();
        var step = Assert.Single(ComparisonTraining.Run(decoder, [Pair], new ComparisonOracle(400, Radius: 1e-3, StepSize: 0.5), 64, 1, (index, accepted) => heard.Add((index, accepted)), default));
        var after = HeldOut.LogProbs(decoder, [Pair], 64, default)[0];
        Assert.True(step.Accepted);
        Assert.Equal([(0, true)], heard);
        Assert.True(after.Chosen > before.Chosen && after.Rejected < before.Rejected);
        Assert.Equal(weights, Rest(decoder));
    }

    [Fact]
    public void A_step_that_is_not_accepted_leaves_every_weight_as_it_was_and_so_does_a_stop()
    {
        using var decoder = Untied();
        var before = TinyModel.Bytes(decoder);
        Assert.False(ComparisonTraining.Run(decoder, [Pair], new ComparisonOracle(20, LeastSuccess: 1), 64, 1, null, default)[0].Accepted);
        Assert.Equal(before, TinyModel.Bytes(decoder));
        Assert.ThrowsAny<OperationCanceledException>(() => ComparisonTraining.Run(decoder, [Pair], new ComparisonOracle(20), 64, 1, null, new CancellationToken(true)));
        Assert.Equal(before, TinyModel.Bytes(decoder));
    }

    [Fact]
    public void An_output_layer_that_is_the_embedding_is_refused()
    {
        using var model = TinyModel.Make();
        Assert.Contains("OutputHeads", Assert.Throws<InputException>(() => ComparisonTraining.Run(model.Decoder, [Pair], new ComparisonOracle(1), 64, 1, null, default)).Message, StringComparison.Ordinal);
    }

    private static Decoder Untied()
    {
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 1, seed: 0, noise: 0);
        return heads.Mix(model.Decoder, [1]);
    }

    private static byte[] Rest(Decoder decoder) => [.. decoder.named_parameters().Where(each => each.name != "lm_head.weight").OrderBy(each => each.name, StringComparer.Ordinal).SelectMany(each => each.parameter.bytes.ToArray())];
}
