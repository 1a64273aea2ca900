namespace Plumbline.Training;

/// <summary>Answers of a model to a question that has a known answer.</summary>
/// <param name="Gold">The right answer.</param>
/// <param name="Samples">What the model answered, at least once.</param>
/// <param name="Right">Which of these are right.</param>
public sealed record SampledAnswers(string Gold, IReadOnlyList<string> Samples, IReadOnlyList<bool> Right)
{
    /// <summary>Which are right.</summary>
    public IReadOnlyList<bool> Right { get; } = Samples?.Count > 0 && Right?.Count == Samples.Count ? Right : throw new ArgumentException("There is at least one sample, and each is right or wrong.", nameof(Right));

    /// <summary>k: how many are right, of ten, rounded up so that one right answer of many still counts.</summary>
    public int RightOfTen => (Right.Count(right => right) * 10 + Right.Count - 1) / Right.Count;
}

/// <summary>Makes texts for supervised fine-tuning that say what a model knows and admit what it does not, from its own answers (027). A new way is one file with <see cref="Targets"/>.</summary>
/// <param name="Unknown">The sentence that admits it.</param>
public abstract record HonestyLabels(string Unknown)
{
    /// <summary>What the model admits with, unless it is told otherwise.</summary>
    public const string DontKnow = "I don't know.";

    /// <summary>The answers to learn for one question, at least one.</summary>
    /// <param name="answers">What the model answered before.</param>
    public abstract IReadOnlyList<string> Targets(SampledAnswers answers);
}
