using Plumbline.Training;

namespace Plumbline.Bench;

/// <summary>Hands progress on in the thread that reports it.</summary>
internal sealed class AtOnce(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => report(value);
}
