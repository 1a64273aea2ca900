using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Numbers of the tokens of answers that nothing is learnt from: log-probabilities of a model that stays as it is, and any column answer by answer.</summary>
internal static class AnswerColumns
{
    /// <summary>Log-probabilities, and which answer each token belongs to, [tokens] each, in the order of <see cref="SequenceScores"/>; they leave the scope to the outer one.</summary>
    public static (Tensor LogProbs, Tensor Examples) Of(Decoder decoder, bool withoutAdapter, IReadOnlyList<TokenExample> answers, int rowLength, LogitsBuffer logits)
    {
        using var bare = withoutAdapter ? decoder.WithoutAdapter() : null;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var scores = SequenceScores.Of(decoder, answers, rowLength, logits);
        return (scores.LogProbs.MoveToOuterDisposeScope(), scores.Examples.MoveToOuterDisposeScope());
    }

    /// <summary>The numbers of each answer, in the order of its tokens.</summary>
    /// <param name="column">[tokens]</param>
    /// <param name="examples">Which answer each belongs to, [tokens].</param>
    /// <param name="answers">How many answers there are.</param>
    public static IReadOnlyList<double[]> ByAnswer(Tensor column, Tensor examples, int answers)
    {
        using var scope = NewDisposeScope();
        var numbers = column.to(ScalarType.Float64).cpu().data<double>().ToArray();
        var owners = examples.cpu().data<long>().ToArray();
        var found = new List<double>[answers];
        for (var answer = 0; answer < answers; answer++)
            found[answer] = [];
        foreach (var (owner, number) in owners.Zip(numbers))
            found[owner].Add(number);
        return [.. found.Select(each => each.ToArray())];
    }

    /// <summary>The column of numbers of answers, [tokens], float32.</summary>
    /// <param name="numbers">Of each answer, in the order of its tokens.</param>
    /// <param name="examples">Which answer each token belongs to, [tokens].</param>
    public static Tensor Column(IReadOnlyList<double[]> numbers, Tensor examples)
    {
        using var scope = NewDisposeScope();
        var next = new int[numbers.Count];
        return tensor(examples.cpu().data<long>().ToArray().Select(owner => (float)numbers[(int)owner][next[owner]++]).ToArray(), device: examples.device).MoveToOuterDisposeScope();
    }
}
