namespace Plumbline;

/// <summary>Where a value or a rule comes from.</summary>
/// <param name="Document">Path of the document, relative to the specification file.</param>
/// <param name="Section">Section number or heading inside the document.</param>
/// <param name="Sentence">The sentence itself, word for word, if the source is one sentence.</param>
public sealed record Provenance(string Document, string? Section = null, string? Sentence = null);
