namespace Plumbline;

/// <summary>How a model should behave: values, and the rules that serve them in order of priority.</summary>
/// <remarks>
/// Immutable and versioned; read from and written to <c>*.spec.yaml</c>. A rule that stands earlier outranks a later one,
/// unless the later one names it under <c>overrides</c>. User instructions outrank none of them.
/// </remarks>
public sealed record Specification
{
    /// <summary>What the specification is called.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, three numbers as in semantic versioning.</summary>
    public required string Version { get; init; }

    /// <summary>What the rules are for. Every rule serves at least one.</summary>
    public required IReadOnlyList<Value> Values { get; init; }

    /// <summary>The rules as written, earlier before later.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>The file it was read from, or null. Not part of what it says.</summary>
    public string? FileName { get; init; }

    /// <summary>The rules in order of priority: as they stand, but a rule comes before those that it overrides.</summary>
    public IReadOnlyList<Rule> ByPriority => Priority.Order(Rules);

    /// <summary>Reads a specification file.</summary>
    /// <param name="path">A <c>*.spec.yaml</c> file.</param>
    /// <exception cref="InputException">The file cannot be read or is no specification: with line and column, what was expected and how to mend it.</exception>
    public static Specification Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new InputException(path, "this is a folder, not a specification.", "Name the file, for example examples/counter/counter.spec.yaml.");
        if (!File.Exists(path))
            throw new InputException(path, "there is no such file.", "Check the path; an example is examples/counter/counter.spec.yaml.");
        if (new FileInfo(path) is { Length: > SpecificationReader.LargestFile } large)
            throw new InputException(path, $"the file has {large.Length} bytes; {SpecificationReader.LargestFile} are the limit.", "Give a specification, not a corpus; split it if it is one.");
        try
        {
            return Parse(SpecificationReader.Decode(File.ReadAllBytes(path), path), path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"the file cannot be read: {problem.Message}", "Check its permissions.", problem);
        }
    }

    /// <summary>Reads a specification from text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="fileName">What messages call it.</param>
    /// <exception cref="InputException">It is no specification.</exception>
    public static Specification Parse(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        return new SpecificationReader(fileName).Read(text);
    }

    /// <summary>Writes it in its canonical form, which reads back to the same.</summary>
    public string ToYaml() => SpecificationWriter.Write(this);

    /// <summary>Rules that are not the same in another specification: added, removed or changed; where a rule stands in its file plays no part.</summary>
    /// <returns>Identifiers, those of this specification first.</returns>
    public IReadOnlyList<string> RulesThatDiffer(Specification other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. Rules.Concat(other.Rules).Select(rule => rule.Id).Distinct().Where(id => Find(id) is not { } rule || other.Find(id) is not { } same || !rule.SaysTheSameAs(same))];
    }

    /// <summary>The rules that come from a sentence of a document.</summary>
    /// <param name="document">The document, as the rules name it.</param>
    /// <param name="sentence">The sentence, word for word.</param>
    public IReadOnlyList<Rule> RulesFrom(string document, string sentence) =>
        [.. Rules.Where(rule => rule.Source?.Document == document && rule.Source.Sentence == sentence)];

    /// <summary>The rule of that identifier, or null.</summary>
    public Rule? Find(string id) => Rules.FirstOrDefault(rule => rule.Id == id);
}
