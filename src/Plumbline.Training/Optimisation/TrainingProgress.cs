namespace Plumbline.Training;

/// <summary>How far training is.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Of the last step.</param>
/// <param name="TokensPerSecond">Since training began or was taken up.</param>
/// <param name="TimeLeft">At that speed.</param>
/// <param name="Statistics">Of the last step, by name; <c>gradientNorm</c> and <c>learningRate</c> are always there.</param>
public sealed record TrainingProgress(int Step, int Steps, double Loss, double TokensPerSecond, TimeSpan TimeLeft, IReadOnlyDictionary<string, double> Statistics);
