namespace Plumbline.Training;

/// <summary>Where a label comes from (093).</summary>
public enum SignalSource
{
    /// <summary>A preference that was built in, such as for answers to a better prompt.</summary>
    Bias,

    /// <summary>Answers of another model or person, to be copied.</summary>
    Imitation,

    /// <summary>Judgment of a model.</summary>
    Model,

    /// <summary>What came of the answer: a checker, a test, a game.</summary>
    Environment,

    /// <summary>Judgment of a person.</summary>
    Human,
}

/// <summary>Who made a label, so that what was learnt from it can be traced (093).</summary>
/// <param name="LabelId">Which label.</param>
/// <param name="Source">What kind of signal it is.</param>
/// <param name="Producer">Who made it, for example the family of a model.</param>
/// <param name="Version">Which version of the producer.</param>
public sealed record AlignmentSignal(string LabelId, SignalSource Source, string Producer, string Version)
{
    /// <summary>The share of labels that come from each source; sources without a label are left out.</summary>
    public static IReadOnlyDictionary<SignalSource, double> Shares(IReadOnlyCollection<AlignmentSignal> signals)
    {
        ArgumentNullException.ThrowIfNull(signals);
        return signals.CountBy(signal => signal.Source).ToDictionary(each => each.Key, each => each.Value / (double)signals.Count);
    }
}
