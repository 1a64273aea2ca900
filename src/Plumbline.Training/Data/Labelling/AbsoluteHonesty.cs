namespace Plumbline.Training;

/// <summary>ABSOLUTE: the right answer where any sample was right, else that it is not known (027).</summary>
/// <param name="Unknown">The sentence that admits it.</param>
/// <param name="Least">Right samples of ten that it takes, from 1 to 10.</param>
public sealed record AbsoluteHonesty(string Unknown = HonestyLabels.DontKnow, int Least = 1) : HonestyLabels(Unknown)
{
    /// <summary>Right samples of ten that it takes.</summary>
    public int Least { get; } = Least is >= 1 and <= 10 ? Least : throw new ArgumentOutOfRangeException(nameof(Least), Least, "From 1 to 10 of ten.");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Targets(SampledAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return [answers.RightOfTen >= Least ? answers.Gold : Unknown];
    }
}
