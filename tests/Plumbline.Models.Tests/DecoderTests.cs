using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests;

public sealed class DecoderTests : IDisposable
{
    private static readonly long[] Text = [1, 2, 3, 4, 5, 9, 0, 10, 3];

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Decoder decoder = Make(tied: true, keyValueHeads: 2);

    public void Dispose()
    {
        decoder.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Parameters_are_named_as_hugging_face_names_them()
    {
        string[] expected =
        [
            "model.embed_tokens.weight", "model.norm.weight",
            .. ((int[])[0, 1]).SelectMany(layer => ((string[])["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", "input_layernorm", "post_attention_layernorm"]).Select(name => $"model.layers.{layer}.{name}.weight")),
        ];
        Assert.Equal(expected.Order(), decoder.named_parameters().Select(each => each.name).Order());
        Assert.Equal(decoder.Config.Parameters, decoder.parameters().Sum(parameter => parameter.numel()));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 4)]
    public void Logits_are_those_of_the_definition(bool tied, int keyValueHeads)
    {
        using var made = Make(tied, keyValueHeads);
        var reference = new ReferenceDecoder(made.Config, made.named_parameters().ToDictionary(each => each.name, each => each.parameter.data<float>().ToArray()));
        var expected = reference.Logits([.. Text.Select(id => (int)id)]);
        var actual = Logits(made, Text);
        for (var at = 0; at < Text.Length; at++)
        {
            for (var id = 0; id < made.Config.VocabularySize; id++)
                Assert.Equal(expected[at][id], actual[at, id].item<float>(), 1e-5);
        }
    }

    [Property(MaxTest = 20)]
    public void Changing_a_token_changes_no_earlier_logit_and_the_one_at_its_place(byte place, byte token)
    {
        using var inner = NewDisposeScope();
        var at = place % Text.Length;
        var other = (long[])Text.Clone();
        other[at] = (other[at] + 1 + token % 10) % 11;
        var (one, two) = (Logits(decoder, Text), Logits(decoder, other));
        Assert.True(one.narrow(0, 0, at).equal(two.narrow(0, 0, at)).all().item<bool>());
        Assert.False(one[at].equal(two[at]).all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Reading_in_pieces_with_a_cache_gives_what_reading_at_once_gives(int piece)
    {
        using var off = no_grad();
        using var cache = new KeyValueCache(decoder.Config, 1, Text.Length);
        var parts = Text.Index().Chunk(piece).Select(part => decoder.Hidden(
            tensor(part.Select(each => each.Item).ToArray()).unsqueeze(0), tensor(part.Select(each => (long)each.Index).ToArray()).unsqueeze(0), null, cache)).ToArray();
        var pieces = decoder.Logits(cat(parts, 1))[0];
        Assert.True(pieces.allclose(Logits(decoder, Text), 0, 1e-5));
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        foreach (var (name, parameter) in decoder.named_parameters())
        {
            decoder.zero_grad();
            Loss().backward();
            var at = parameter.numel() / 3;
            var gradient = parameter.grad!.flatten()[at].item<float>();
            const float Step = 3e-3f;
            float Moved(float by)
            {
                using (no_grad())
                    parameter.view(-1)[at].PlusInPlace(by);
                var loss = Loss().item<float>();
                using (no_grad())
                    parameter.view(-1)[at].PlusInPlace(-by);
                return loss;
            }
            Assert.True(Math.Abs((Moved(Step) - Moved(-Step)) / (2 * Step) - gradient) < 2e-3, $"{name}: {gradient}");
        }

        Tensor Loss() => nn.functional.cross_entropy(Logits(decoder, Text).narrow(0, 0, Text.Length - 1), tensor(Text[1..]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));

        static byte[] Weights(ulong seed)
        {
            using var made = new Decoder(Tiny(tied: true, keyValueHeads: 2));
            made.Initialise(seed);
            return [.. made.named_parameters().SelectMany(each => each.parameter.bytes.ToArray())];
        }
    }

    /// <summary>Weights far from where <see cref="Decoder.Initialise"/> puts them, norms too, so that no factor hides behind a 1.</summary>
    private static Decoder Make(bool tied, int keyValueHeads)
    {
        var made = new Decoder(Tiny(tied, keyValueHeads));
        using var off = no_grad();
        using var generator = new Generator(9);
        foreach (var parameter in made.parameters())
            parameter.copy_(randn(parameter.shape, generator: generator).Times(0.4).Plus(parameter.dim() == 1 ? 1 : 0));
        return made;
    }

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]

    private static DecoderConfig Tiny(bool tied, int keyValueHeads) => new()
    {
        VocabularySize = 11,
        Width = 16,
        FeedForwardWidth = 12,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = keyValueHeads,
        RopeTheta = 100,
        TiedEmbeddings = tied,
    };
}
