using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plumbline;

/// <summary>Writes a specification in its canonical form.</summary>
internal static class SpecificationWriter
{
    public static string Write(Specification specification)
    {
        var root = Map(("specification", Text(specification.Name)), ("version", Text(specification.Version)),
            ("values", List(specification.Values.Select(value => Map(("id", Text(value.Id)), ("text", Text(value.Text)), ("source", Source(value.Source)))))),
            ("rules", List(specification.Rules.Select(Node))));
        return Write(root);
    }

    /// <summary>One rule as a mapping of its own, lines not indented.</summary>
    public static string Write(Rule rule) => Write(Node(rule));

    private static string Write(YamlNode root)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        const string EndOfDocument = "...\n";
        var text = writer.ToString();
        return text.EndsWith("\n" + EndOfDocument, StringComparison.Ordinal) ? text[..^EndOfDocument.Length] : text;
    }

    private static YamlMappingNode Node(Rule rule) => Map(
        ("id", Text(rule.Id)), ("must", Text(rule.Must)), ("kind", Text(Name(rule.Kind))),
        ("serves", List(rule.Serves.Select(Text))),
        ("overrides", rule.Overrides.Count == 0 ? null : List(rule.Overrides.Select(Text))),
        ("check", rule.Check is null ? null : Map(("never-contains", Text(rule.Check.NeverContains)))),
        ("examples", rule.Examples.Count == 0 ? null : List(rule.Examples.Select(example => Map(("ask", Text(example.Ask)), ("good", Text(example.Good)), ("bad", example.Bad is null ? null : Text(example.Bad)))))),
        ("source", Source(rule.Source)));

    public static string Name(RuleKind kind) => kind switch { RuleKind.Safety => "safety", RuleKind.Style => "style", _ => "behaviour" };

    private static YamlMappingNode? Source(Provenance? source) => source is null ? null : Map(("document", Text(source.Document)),
        ("section", source.Section is null ? null : Text(source.Section)), ("sentence", source.Sentence is null ? null : Text(source.Sentence)));

    private static YamlMappingNode Map(params (string Key, YamlNode? Value)[] entries) =>
        new(entries.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(entry.Key), entry.Value!)));

    private static YamlSequenceNode List(IEnumerable<YamlNode> nodes) => new(nodes);

    private static YamlScalarNode Text(string text) => new(text) { Style = NeedsQuotes(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any };

    private static bool NeedsQuotes(string text) => text is "~" or "null" || text.Trim() != text || text.Any(letter => char.IsControl(letter) || letter > '~') || (text.Length > 0 && char.IsDigit(text[0]));
}
