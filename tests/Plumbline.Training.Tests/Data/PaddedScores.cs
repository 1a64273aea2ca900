using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Data;

/// <summary>The plain way, as a second opinion: each text in a row of its own, filled up with padding, all logits at once, autograd through all of it.</summary>
internal static class PaddedScores
{
    /// <summary>Sums over the trained tokens of each text, [texts].</summary>
    public static Tensor Of(Models.Decoder decoder, IReadOnlyList<TokenExample> texts)
    {
        var longest = texts.Max(text => text.Ids.Length);
        var ids = stack([.. texts.Select(text => tensor(Filled(text.Ids.Select(id => (long)id))))]);
        var weights = stack([.. texts.Select(text => tensor(Filled(text.Weights.Index().Select(each => each.Index > 0 && each.Item != 0 ? 1L : 0))))]).to(decoder.parameters().First().dtype);
        var positions = TensorArithmetic.CountUpTo(longest).unsqueeze(0).expand(texts.Count, -1);
        var logProbs = nn.functional.log_softmax(decoder.Logits(decoder.Hidden(ids, positions)), -1); // [texts, time, vocabulary]
        var target = logProbs.narrow(1, 0, longest - 1).gather(2, ids.narrow(1, 1, longest - 1).unsqueeze(-1)).squeeze(-1);
        return (target * weights.narrow(1, 1, longest - 1)).sum(1);

        long[] Filled(IEnumerable<long> numbers)
        {
            var row = new long[longest];
            foreach (var (index, number) in numbers.Index())
                row[index] = number;
            return row;
        }
    }
}
