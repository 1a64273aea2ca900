namespace Plumbline.Training.Tests;

/// <summary>Keeps what it is told, at once.</summary>
internal sealed class Reports(Action<TrainingProgress>? also = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        also?.Invoke(value);
    }
}
