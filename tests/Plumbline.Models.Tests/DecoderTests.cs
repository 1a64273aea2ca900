using TorchSharp;

namespace Plumbline.Models.Tests;

public sealed class DecoderTests
{
    [Fact]
    public void Parameters_are_named_as_hugging_face_names_them()
    {
        using var decoder = new Decoder(Tiny);
        string[] expected =
        [
            "model.embed_tokens.weight", "model.norm.weight",
            .. ((int[])[0, 1]).SelectMany(layer => ((string[])["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", "input_layernorm", "post_attention_layernorm"]).Select(name => $"model.layers.{layer}.{name}.weight")),
        ];
        Assert.Equal(expected.Order(), decoder.named_parameters().Select(each => each.name).Order());
    }

    [Fact]
    public void Changing_a_later_token_changes_no_earlier_logit()
    {
        using var scope = torch.NewDisposeScope();
        using var decoder = new Decoder(Tiny);
        decoder.Initialise(1);
        var positions = torch.arange(5).unsqueeze(0);
        var one = decoder.Logits(decoder.Hidden(torch.tensor((long[])[1, 2, 3, 4, 5]).unsqueeze(0), positions));
        var other = decoder.Logits(decoder.Hidden(torch.tensor((long[])[1, 2, 3, 4, 9]).unsqueeze(0), positions));
        Assert.True(one.narrow(1, 0, 4).equal(other.narrow(1, 0, 4)).all().item<bool>());
        Assert.False(one.equal(other).all().item<bool>());
    }

    private static DecoderConfig Tiny => new() { VocabularySize = 11, Width = 8, FeedForwardWidth = 12, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 32 };
}
