namespace Plumbline.Training;

/// <summary>MULTISAMPLE: every sample is learnt, a wrong one as that it is not known, so that how often it is said carries how sure the model is (027).</summary>
/// <param name="Unknown">The sentence that admits it.</param>
public sealed record MultisampleHonesty(string Unknown = HonestyLabels.DontKnow) : HonestyLabels(Unknown)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Targets(SampledAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return [.. answers.Samples.Zip(answers.Right, (sample, right) => right ? sample : Unknown)];
    }
}
