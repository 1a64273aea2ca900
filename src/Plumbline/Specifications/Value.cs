namespace Plumbline;

/// <summary>Something worth attending to; rules say what to do, values say what for.</summary>
/// <param name="Id">Lower-case words joined by hyphens, unique in the specification.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Source">Where the value comes from, if that is known.</param>
public sealed record Value(string Id, string Text, Provenance? Source = null);
