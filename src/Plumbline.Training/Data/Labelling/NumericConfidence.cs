using System.Globalization;

namespace Plumbline.Training;

/// <summary>CONFIDENCE-NUM: the right answer after the share of samples that were right, as a number; that it is not known, where none was (027).</summary>
/// <param name="Unknown">The sentence that admits it.</param>
public sealed record NumericConfidence(string Unknown = HonestyLabels.DontKnow) : HonestyLabels(Unknown)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Targets(SampledAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return [answers.RightOfTen is > 0 and var k ? string.Create(CultureInfo.InvariantCulture, $"I am {(k <= 5 ? "only " : "")}about {10 * k}% confident: {answers.Gold}") : Unknown];
    }
}
