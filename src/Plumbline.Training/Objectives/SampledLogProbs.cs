using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Log-probabilities of tokens that the policy sampled, with what each answer was worth; natural logarithms, every tensor of shape [tokens].</summary>
/// <param name="Policy">l: now.</param>
/// <param name="Behaviour">l_old: when it was sampled.</param>
/// <param name="Reference">l_ref: under the reference.</param>
/// <param name="Advantage">A: of the token, or of the answer that it belongs to.</param>
public sealed record SampledLogProbs(Tensor Policy, Tensor Behaviour, Tensor Reference, Tensor Advantage)
{
    /// <summary>Which answer each token belongs to, from 0, int64; needed where answers count alike, or have one ratio.</summary>
    public Tensor? Answer { get; init; }

    /// <summary>How many answers there are.</summary>
    public long Answers { get; init; }

    /// <summary>The mean of a column over the tokens of each answer, [answers].</summary>
    /// <param name="column">[tokens]</param>
    /// <exception cref="InvalidOperationException">It is not said which answer a token belongs to.</exception>
    internal Tensor MeanOfAnswers(Tensor column)
    {
        var answer = Answer ?? throw new InvalidOperationException("Which answer does a token belong to? The column is missing.");
        var none = zeros(Answers, column.dtype, column.device);
        return none.PlusAt(answer, column) / none.PlusAt(answer, ones_like(column)).Within(1);
    }
}
