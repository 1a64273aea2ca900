using Plumbline.Models;
using Plumbline.Training;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Data;

public sealed class SequenceScoresTests
{
    [Fact]
    public void A_text_scores_the_same_alone_and_packed_with_others_and_padding()
    {
        using var off = no_grad();
        using var model = TinyModel.Make();
        TokenExample[] texts = [.. Enumerable.Range(0, 9).Select(index => TinyModel.Text(1, index))];
        var packed = SequenceScores.Of(model.Decoder, texts, 100).Sums(texts.Length).data<float>().ToArray();
        Assert.True(Packing.Pack(texts, 100).Count < texts.Length / 2);
        foreach (var (index, text) in texts.Index())
            Assert.Equal(Alone(model.Decoder, text), packed[index], 1e-3f);
    }

    [Fact] // the log-probability of a token as its definition has it: a softmax at the place before, over what was read until then
    public void A_score_is_the_log_probability_of_each_trained_token_given_those_before_it()
    {
        using var off = no_grad();
        using var model = TinyModel.Make();
        var text = new TokenExample([20, 31, 12, 45], [1, 0, 1, 1]);
        var expected = 0.0;
        foreach (var at in (int[])[2, 3])
        {
            var ids = tensor(text.Ids[..at].Select(id => (long)id).ToArray()).unsqueeze(0);
            var logits = model.Decoder.Logits(model.Decoder.Hidden(ids, TensorArithmetic.CountUpTo(at).unsqueeze(0))[0, at - 1]);
            expected += nn.functional.log_softmax(logits, 0)[text.Ids[at]].item<float>();
        }
        Assert.Equal(expected, SequenceScores.Of(model.Decoder, [text], 10).Sums(1).item<float>(), 4);
    }

    private static float Alone(Models.Decoder decoder, TokenExample text) => SequenceScores.Of(decoder, [text], text.Ids.Length).Sums(1).item<float>();
}
