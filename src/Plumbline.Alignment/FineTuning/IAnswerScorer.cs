using Microsoft.Extensions.AI;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>Says what answers are worth. The same answers are worth the same whenever they are asked for, or training cannot be taken up.</summary>
internal interface IAnswerScorer : IDisposable
{
    /// <summary>A number for each answer, finite, in their order.</summary>
    IReadOnlyList<double> Score(IReadOnlyList<AnswerToScore> answers, CancellationToken cancel);
}

/// <summary>An answer and what it answers.</summary>
/// <param name="Prompt">The prompt, with the row of the data that it comes from.</param>
/// <param name="Answer">The answer; its reasoning apart.</param>
internal sealed record AnswerToScore(PromptExample Prompt, ChatMessage Answer);
