using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Tokens of answers, with how much each counts; natural logarithms.</summary>
/// <param name="LogProbs">l: log-probability of each token, [tokens].</param>
/// <param name="Weights">w: how much each counts, [tokens]; below 0 where it is to become less likely.</param>
/// <param name="Answers">Which answer each belongs to, from 0, [tokens], int64.</param>
/// <param name="Count">How many answers there are.</param>
public sealed record AnswerTokens(Tensor LogProbs, Tensor Weights, Tensor Answers, int Count)
{
    /// <summary>Sums of a number of each token over the answer that it belongs to, [answers].</summary>
    public Tensor Sums(Tensor perToken)
    {
        ArgumentNullException.ThrowIfNull(perToken);
        return zeros(Count, perToken.dtype, perToken.device).PlusAt(Answers, perToken);
    }

    /// <summary>Σ w·x / Σ |w| of each answer, [answers]; 0 where nothing counts.</summary>
    public Tensor Means(Tensor perToken) => Sums(Weights * perToken) / Sums(Weights.abs()).Within(least: 1e-9);
}
