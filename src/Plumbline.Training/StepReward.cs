namespace Plumbline.Training;

/// <summary>A stretch of an answer that is worth something by itself: a turn of an agent, or a step of a solution.</summary>
/// <param name="Tokens">Its trained tokens, at least 1.</param>
/// <param name="Reward">What it is worth; the policy gets it at the last of them.</param>
public sealed record StepReward(int Tokens, double Reward)
{
    /// <summary>Its trained tokens.</summary>
    public int Tokens { get; } = Tokens >= 1 ? Tokens : throw new ArgumentOutOfRangeException(nameof(Tokens), Tokens, "A step has at least 1 token.");

    /// <summary>Steps must cover an answer, and their rewards add up to its reward.</summary>
    internal static void RefuseMismatch(ScoredGroup group, string place)
    {
        if (group.Steps is not { } steps)
            return;
        if (steps.Count != group.Answers.Count)
            throw new InputException(place, $"{steps.Count} answers have steps, of {group.Answers.Count}.", "Give the steps of each answer, or of none.");
        foreach (var (index, answer) in group.Answers.Index())
        {
            if (steps[index].Sum(step => step.Tokens) is var tokens && tokens != answer.Trained)
                throw new InputException($"{place}, answer {index}", $"its steps have {tokens} tokens, but {answer.Trained} are trained.", "Steps cover all trained tokens of an answer.");
            if (Math.Abs(steps[index].Sum(step => step.Reward) - group.Rewards[index]) > 1e-6)
                throw new InputException($"{place}, answer {index}", $"its steps are worth {steps[index].Sum(step => step.Reward)} together, but the answer {group.Rewards[index]}.", "The reward of an answer is the sum of those of its steps.");
        }
    }
}
