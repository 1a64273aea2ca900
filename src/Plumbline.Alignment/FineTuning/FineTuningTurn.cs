namespace Plumbline.Alignment;

/// <summary>What the first rank tells the others before all train.</summary>
/// <param name="Request">What to train; null if that was done in an earlier sitting.</param>
/// <param name="Folder">The run folder: the examples and the checkpoint are read from there.</param>
/// <param name="GoOn">The command line that takes the run up.</param>
internal sealed record FineTuningTurn(FineTuningRequest? Request, string Folder, string? GoOn);
