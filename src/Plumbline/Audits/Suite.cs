namespace Plumbline;

/// <summary>A named, versioned set of items and the judge that reads the answers to them.</summary>
/// <param name="Name">What the suite is called.</param>
/// <param name="Version">Rises whenever an item or the judge changes.</param>
/// <param name="Items">The items, in order.</param>
/// <param name="Judge">Reads one answer.</param>
/// <param name="Measures">What the judge measures, in the order of the report.</param>
public sealed record Suite(string Name, string Version, IReadOnlyList<Item> Items, IJudge Judge, IReadOnlyList<Measure> Measures);

/// <summary>A proportion that a judge measures.</summary>
/// <param name="Name">Key in <see cref="Verdict.Scores"/> and in the report, for example <c>overRefusal</c>.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="HigherIsBetter">Direction.</param>
public sealed record Measure(string Name, string Title, bool HigherIsBetter);
