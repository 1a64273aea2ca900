namespace Plumbline.Training;

/// <summary>CONFIDENCE-VERB: the right answer after the share of samples that were right, in one of five grades; that it is not known, where none was (027).</summary>
/// <param name="Unknown">The sentence that admits it.</param>
public sealed record VerbalConfidence(string Unknown = HonestyLabels.DontKnow) : HonestyLabels(Unknown)
{
    /// <summary>The grades, for 1 or 2, 3 or 4, … 9 or 10 right samples of ten.</summary>
    public static IReadOnlyList<string> Grades { get; } = ["not at all sure", "not very sure", "somewhat sure", "fairly sure", "quite certain"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Targets(SampledAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return [answers.RightOfTen is > 0 and var k ? $"I am {Grades[(k - 1) / 2]}: {answers.Gold}" : Unknown];
    }
}
