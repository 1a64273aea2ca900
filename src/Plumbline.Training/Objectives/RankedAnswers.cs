using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Several answers to each prompt, with a rating for each.</summary>
/// <param name="LogProbs">p: mean log-probability of a token of each answer, natural logarithm, one list after the other, [answers].</param>
/// <param name="Ratings">By list, the rating of each answer; the higher the better. No list is empty.</param>
public sealed record RankedAnswers(Tensor LogProbs, IReadOnlyList<IReadOnlyList<double>> Ratings);
