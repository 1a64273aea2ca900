using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

public sealed class OutputHeadsTests
{
    private static readonly long[] Ids = [20, 31, 12, 44];

    [Fact] // by the definition, on the logits of each head: z = (1·z₀ + 3·z₁)/4
    public void A_mixture_has_the_weighted_mean_of_the_logits_of_the_heads()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 2, 1, noise: 0.1);
        var own = Logits(model.Decoder);
        model.Decoder.Attach(heads);
        var first = Logits(model.Decoder);
        heads.Active = 1;
        var second = Logits(model.Decoder);
        Assert.False(first.allclose(second, 0, 1e-2));
        using var mixed = heads.Mix(model.Decoder, [1, 3]);
        Assert.True(Logits(mixed).allclose(first.Times(0.25).Plus(second.Times(0.75)), 0, 1e-5));
        using (model.Decoder.WithoutAdapter())
            Assert.True(Logits(model.Decoder).allclose(own, 0, 0));
    }

    [Fact] // logits (2, 0) and (0, 1), weights (.25, .75): z = (.5, .75), p = 1/(1 + e^.25) = 0.437823
    public void Probabilities_are_the_weighted_geometric_mean()
    {
        double[] p = [Math.Exp(2) / (Math.Exp(2) + 1), 1 / (1 + Math.E)], q = [1 - p[0], 1 - p[1]];
        double Mean(double[] each) => Math.Pow(each[0], 0.25) * Math.Pow(each[1], 0.75);
        Assert.Equal(0.437823, Mean(p) / (Mean(p) + Mean(q)), 1e-6);
        using var scope = NewDisposeScope();
        Assert.Equal(0.437823, tensor([2.0, 0]).Times(0.25).Plus(tensor([0, 1.0]).Times(0.75)).softmax(-1)[0].item<double>(), 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Heads_begin_as_the_output_matrix_with_a_little_noise_of_their_own(bool tied)
    {
        using var model = TinyModel.Make(tied: tied);
        using var heads = OutputHeads.Create(model.Decoder, 2, 1);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var noise = heads.Parameters.Select(head => head.Value - model.Decoder.OutputMatrix).ToArray();
        Assert.All(noise, each => Assert.InRange(each.std().item<float>(), 0.0009, 0.0011));
        Assert.False(noise[0].allclose(noise[1]));
        using var again = OutputHeads.Create(model.Decoder, 2, 1);
        Assert.True(again.Parameters[1].Value.equal(heads.Parameters[1].Value).all().item<bool>());
    }

    [Fact]
    public void A_folder_gives_back_what_was_written_and_other_folders_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 3, 1);
        heads.Save(folder.Path);
        using var loaded = Assert.IsType<OutputHeads>(Adapter.Load(folder.Path));
        Assert.Equal(heads.Parameters.SelectMany(each => each.Value.data<float>().ToArray()), loaded.Parameters.SelectMany(each => each.Value.data<float>().ToArray()));
        using var wider = LanguageModel.Create(model.Decoder.Config with { Width = 32 }, model.Tokenizer, 1);
        Assert.Throws<InputException>(() => wider.Decoder.Attach(loaded));
        var config = Path.Combine(folder.Path, Adapter.ConfigName);
        File.WriteAllText(config, File.ReadAllText(config).Replace("3", "2", StringComparison.Ordinal));
        Assert.Contains("output_heads.01.weight", Assert.Throws<InputException>(() => OutputHeads.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_sum_to_nothing_are_refused()
    {
        using var model = TinyModel.Make();
        using var heads = OutputHeads.Create(model.Decoder, 2, 1);
        Assert.Throws<ArgumentException>(() => heads.Mix(model.Decoder, [1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => heads.Mix(model.Decoder, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => heads.Active = 2);
    }

    private static Tensor Logits(Decoder decoder)
    {
        var ids = tensor(Ids).unsqueeze(0);
        return decoder.Logits(decoder.Hidden(ids, TensorArithmetic.CountUpTo(ids.shape[1]).unsqueeze(0)));
    }
}
