using System.Diagnostics;

namespace Plumbline.Training.Distributed;

/// <summary>What a step spends its time on, for whoever listens: <c>backward</c>, and <c>allreduce</c> for each bucket of gradients.</summary>
internal static class TrainingActivities
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Plumbline.Training";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins one; null if nobody listens.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="layer">From which layer on, if it is about some of them.</param>
    public static Activity? Start(string name, int? layer = null)
    {
        var around = Activity.Current;
        var activity = Source.StartActivity(name);
        activity?.SetTag("layer", layer);
        Activity.Current = around; // they overlap: none stands inside another
        return activity;
    }
}
