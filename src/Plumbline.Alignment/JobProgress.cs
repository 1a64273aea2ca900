namespace Plumbline.Alignment;

/// <summary>How far a long job is.</summary>
/// <param name="Stage">The stage at work, for example <c>supervised fine-tuning</c>.</param>
/// <param name="StageIndex">Which stage, from 0.</param>
/// <param name="StageCount">How many stages there are.</param>
/// <param name="Fraction">How much of the stage is done, 0 to 1.</param>
/// <param name="Message">What a person should know.</param>
/// <param name="Loss">Loss of the last step, while training.</param>
/// <param name="TokensPerSecond">Speed, while training.</param>
/// <param name="TimeLeft">Estimate for the stage.</param>
public sealed record JobProgress(string Stage, int StageIndex, int StageCount, double Fraction, string Message,
    double? Loss = null, double? TokensPerSecond = null, TimeSpan? TimeLeft = null);
