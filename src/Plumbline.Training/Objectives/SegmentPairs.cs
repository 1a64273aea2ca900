using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Pairs of answers in segments, each with a score.</summary>
/// <param name="Chosen">d: of each segment of better answers, the sum over its tokens of policy less reference, natural logarithm, one pair after the other, [segments].</param>
/// <param name="Rejected">The same of worse answers, [segments].</param>
/// <param name="ChosenScores">By pair, the score of each segment of the better answer; at least one.</param>
/// <param name="RejectedScores">By pair, the score of each segment of the worse answer; at least one.</param>
public sealed record SegmentPairs(Tensor Chosen, Tensor Rejected, IReadOnlyList<IReadOnlyList<double>> ChosenScores, IReadOnlyList<IReadOnlyList<double>> RejectedScores);
