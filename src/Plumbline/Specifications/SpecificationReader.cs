using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plumbline;

/// <summary>Reads <c>*.spec.yaml</c> and says of every mistake what it is, where, and how to mend it.</summary>
internal sealed partial class SpecificationReader(string fileName)
{
    public const int LargestFile = 1_000_000;
    private const int DeepestNesting = 12;
    private const int MostMistakesReported = 20;
    private const int MostRules = 500;
    private const int LongestText = 4_000;

    private readonly List<(Mark At, string Problem, string Remedy)> _mistakes = [];

    public Specification Read(string text)
    {
        var root = UntrustedYaml.Read(text, fileName, "specification", DeepestNesting, "A specification begins with 'specification: NAME'; docs/specification.md shows a whole one.");
        var map = Map(root, "specification", ["specification", "version", "values", "rules"], ["specification", "version", "values", "rules"]);
        var name = Text(map, "specification", root);
        var version = Text(map, "version", root);
        if (version.Length > 0 && !VersionPattern().IsMatch(version))
            Mistake(map["version"], $"version '{version}' is not three numbers.", "Write it like 1.0.0: raise the last number for a change of wording, the middle one for a new or removed rule.");
        var values = Items(map, "values").Select(ReadValue).ToList();
        var rules = Items(map, "rules").Select(ReadRule).ToList();
        if (map.TryGetValue("rules", out var rulesNode) && rules.Count is 0 or > MostRules && _mistakes.Count == 0)
            Mistake(rulesNode ?? root, rules.Count == 0 ? "there are no rules." : $"there are {rules.Count} rules; {MostRules} are the limit.",
                rules.Count == 0 ? "Write at least one: - id: be-kind, must: …, serves: […]." : "Split the specification.");
        CheckReferences(values, rules);
        Throw();
        var specification = new Specification { Name = name, Version = version, Values = [.. values.Select(value => value.Value)], Rules = [.. rules.Select(rule => rule.Rule)], FileName = fileName };
        CheckCycles(specification, rules);
        Throw();
        return specification;
    }

    private (Value Value, YamlNode Node) ReadValue(YamlNode node)
    {
        var map = Map(node, "value", ["id", "text", "source"], ["id", "text"]);
        return (new Value(Id(map, node), Text(map, "text", node), Source(map)), node);
    }

    private (Rule Rule, Dictionary<string, YamlNode> Map, YamlNode Node) ReadRule(YamlNode node)
    {
        var map = Map(node, "rule", ["id", "must", "kind", "serves", "overrides", "check", "examples", "source"], ["id", "must", "serves"]);
        var rule = new Rule
        {
            Id = Id(map, node),
            Must = Text(map, "must", node),
            Kind = Kind(map),
            Serves = Texts(map, "serves"),
            Overrides = Texts(map, "overrides"),
            Check = Check(map),
            Examples = [.. Items(map, "examples").Select(Example)],
            Source = Source(map),
            Place = PlaceOf(map.GetValueOrDefault("must", node).Start),
        };
        return (rule, map, node);
    }

    private RuleKind Kind(Dictionary<string, YamlNode> map)
    {
        if (!map.TryGetValue("kind", out var node))
            return RuleKind.Behaviour;
        var text = Text(map, "kind", node);
        if (Enum.TryParse<RuleKind>(text, ignoreCase: true, out var kind) && !char.IsDigit(text[0]))
            return kind;
        if (text.Length > 0)
            Mistake(node, $"kind '{text}' is not known.", Known("kinds", ["safety", "behaviour", "style"], text));
        return RuleKind.Behaviour;
    }

    private RuleCheck? Check(Dictionary<string, YamlNode> map)
    {
        if (!map.TryGetValue("check", out var node))
            return null;
        var check = Map(node, "check", ["never-contains"], ["never-contains"]);
        var text = Text(check, "never-contains", node);
        if (text.Count(letter => letter == '{') != text.Count(letter => letter == '}') || UnfinishedPlaceholder().IsMatch(text))
            Mistake(check["never-contains"], $"a placeholder in '{text}' is not finished.", "Placeholders are lower-case words joined by hyphens in braces, for example \"{till-code}\".");
        return text.Length == 0 ? null : new RuleCheck(text);
    }

    private RuleExample Example(YamlNode node)
    {
        var map = Map(node, "example", ["ask", "good", "bad"], ["ask", "good"]);
        return new RuleExample(Text(map, "ask", node), Text(map, "good", node), map.ContainsKey("bad") ? Text(map, "bad", node) : null);
    }

    private Provenance? Source(Dictionary<string, YamlNode> map)
    {
        if (!map.TryGetValue("source", out var node))
            return null;
        var source = Map(node, "source", ["document", "section", "sentence"], ["document"]);
        return new Provenance(Text(source, "document", node), source.ContainsKey("section") ? Text(source, "section", node) : null, source.ContainsKey("sentence") ? Text(source, "sentence", node) : null);
    }

    private string Id(Dictionary<string, YamlNode> map, YamlNode owner)
    {
        var id = Text(map, "id", owner);
        if (id.Length > 0 && !IdPattern().IsMatch(id))
            Mistake(map["id"], $"id '{id}' is not lower-case words joined by hyphens.", $"Write it like '{Suggest(id)}'.");
        return id;
    }

    private Dictionary<string, YamlNode> Map(YamlNode node, string what, string[] known, string[] needed)
    {
        var map = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        if (node is not YamlMappingNode mapping)
        {
            Mistake(node, $"a {what} was expected here, with keys and texts, but this is {Describe(node)}.", $"A {what} has the keys {string.Join(", ", known)}.");
            return map;
        }

        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(name))
                Mistake(key, $"key '{name}' is not known in a {what}.", Known("keys", known, name));
            else
                map[name] = value;
        }

        foreach (var missing in needed.Where(key => !map.ContainsKey(key)))
        {
            if (mapping.Children.Keys.OfType<YamlScalarNode>().All(key => known.Contains(key.Value)) || _mistakes.Count == 0)
                Mistake(node, $"the {what} has no '{missing}'.", $"Add the line '{missing}: …'; a {what} needs {string.Join(", ", needed)}.");
        }

        return map;
    }

    private IEnumerable<YamlNode> Items(Dictionary<string, YamlNode> map, string key)
    {
        if (!map.TryGetValue(key, out var node))
            return [];
        if (node is YamlSequenceNode list)
            return list.Children;
        Mistake(node, $"'{key}' is a list, but this is {Describe(node)}.", "Begin every entry with '- ' on a line of its own.");
        return [];
    }

    private List<string> Texts(Dictionary<string, YamlNode> map, string key)
    {
        var texts = new List<string>();
        foreach (var node in Items(map, key))
        {
            if (node is YamlScalarNode { Value: { } text } && text.Trim().Length > 0)
                texts.Add(text);
            else
                Mistake(node, $"an entry of '{key}' is {Describe(node)}, not a text.", $"Write identifiers: {key}: [one, another].");
        }

        return texts;
    }

    private string Text(Dictionary<string, YamlNode> map, string key, YamlNode owner)
    {
        if (!map.TryGetValue(key, out var node))
            return "";
        if (node is not YamlScalarNode scalar)
        {
            Mistake(node, $"'{key}' is a text, but this is {Describe(node)}.", $"Write it on one line: {key}: …");
            return "";
        }

        var text = scalar.Value ?? "";
        if (string.IsNullOrWhiteSpace(text) || (scalar.Style == ScalarStyle.Plain && text is "~" or "null"))
            Mistake(node.Start.Line > 0 ? node : owner, $"'{key}' is empty.", "Write what it is to say, or remove the line if it is not needed.");
        else if (text.Length > LongestText)
            Mistake(node, $"'{key}' has {text.Length} characters; {LongestText} are the limit.", "Say it in fewer words, or split the rule.");
        else if (text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t')))
            Mistake(node, $"'{key}' holds a control character.", "Remove it; it cannot be seen but it is there.");
        else
            return text;
        return "";
    }

    private void CheckReferences(List<(Value Value, YamlNode Node)> values, List<(Rule Rule, Dictionary<string, YamlNode> Map, YamlNode Node)> rules)
    {
        Duplicates("value", values.Select(value => (value.Value.Id, value.Node)));
        Duplicates("rule", rules.Select(rule => (rule.Rule.Id, rule.Node)));
        string[] declared = [.. values.Select(value => value.Value.Id)];
        string[] ids = [.. rules.Select(rule => rule.Rule.Id)];
        foreach (var (rule, map, node) in rules)
        {
            if (map.TryGetValue("serves", out var serves) && rule.Serves.Count == 0 && serves is YamlSequenceNode { Children.Count: 0 })
                Mistake(serves, $"rule '{rule.Id}' serves nothing.", $"Name at least one value. {Known("values", declared, "")}");
            foreach (var value in rule.Serves.Where(value => !declared.Contains(value)))
                Mistake(Entry(map["serves"], value), $"rule '{rule.Id}' serves value '{value}', which is not declared.", Known("values", declared, value));
            foreach (var other in rule.Overrides)
            {
                if (other == rule.Id)
                    Mistake(Entry(map["overrides"], other), $"rule '{rule.Id}' overrides itself.", "Remove the entry.");
                else if (!ids.Contains(other))
                    Mistake(Entry(map["overrides"], other), $"rule '{rule.Id}' overrides rule '{other}', which is not there.", Known("rules", ids, other));
            }
        }
    }

    private void CheckCycles(Specification specification, List<(Rule Rule, Dictionary<string, YamlNode> Map, YamlNode Node)> rules)
    {
        if (Priority.FindCycle(specification.Rules) is { } cycle)
            Mistake(rules.First(rule => rule.Rule.Id == cycle[0]).Map["overrides"], $"rules override each other in a circle: {string.Join(" → ", cycle)} → {cycle[0]}.", "Remove one of these overrides.");
    }

    private void Duplicates(string what, IEnumerable<(string Id, YamlNode Node)> all)
    {
        var seen = new Dictionary<string, Mark>(StringComparer.Ordinal);
        foreach (var (id, node) in all.Where(each => each.Id.Length > 0))
        {
            if (!seen.TryAdd(id, node.Start))
                Mistake(node, $"{what} '{id}' is there already, at line {seen[id].Line}.", "Give one of the two another id.");
        }
    }

    private static YamlNode Entry(YamlNode list, string text) =>
        (list as YamlSequenceNode)?.Children.FirstOrDefault(child => (child as YamlScalarNode)?.Value == text) ?? list;

    private static string Known(string what, IReadOnlyList<string> known, string given)
    {
        var nearest = Spelling.Nearest(given, known);
        return $"{char.ToUpperInvariant(what[0])}{what[1..]} that are known: {string.Join(", ", known)}." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
    }

    private static string Suggest(string id)
    {
        var words = NotInId().Replace(id.ToLowerInvariant(), "-").Trim('-');
        return words.Length > 0 && char.IsLetter(words[0]) ? words : "rule-" + (words.Length > 0 ? words : "one");
    }

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode { Value: null or "" } => "empty",
        YamlScalarNode scalar => $"the text '{(scalar.Value!.Length > 30 ? scalar.Value[..30] + "…" : scalar.Value)}'",
        _ => "something else",
    };

    private string PlaceOf(Mark mark) => $"{fileName}:{Math.Max(1, mark.Line)}:{Math.Max(1, mark.Column)}";

    private void Mistake(YamlNode node, string problem, string remedy) => Mistake(node.Start, problem, remedy);

    private void Mistake(Mark at, string problem, string remedy) => _mistakes.Add((at, problem, remedy));

    private InputException Single(Mark at, string problem, string remedy) => new(PlaceOf(at), problem, remedy);

    private void Throw()
    {
        if (_mistakes.Count == 0)
            return;
        var inOrder = _mistakes.OrderBy(mistake => mistake.At.Line).ThenBy(mistake => mistake.At.Column).ToList();
        var others = inOrder.Skip(1).Take(MostMistakesReported - 1).Select(mistake => $"{PlaceOf(mistake.At)}: {mistake.Problem}{Environment.NewLine}  {mistake.Remedy}");
        var left = inOrder.Count > MostMistakesReported ? $"{Environment.NewLine}… and {inOrder.Count - MostMistakesReported} more." : "";
        var first = inOrder[0];
        throw new InputException(PlaceOf(first.At), first.Problem, string.Join(Environment.NewLine, [first.Remedy, .. others]) + left);
    }

    public static string Decode(byte[] bytes, string fileName)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException problem)
        {
            throw new InputException(fileName, $"the file is not UTF-8: the byte at position {problem.Index} cannot be read.", "Save it as UTF-8.", problem);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$")]
    private static partial Regex VersionPattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInId();

    [GeneratedRegex(@"\{(?![a-z][a-z0-9-]*\})")]
    private static partial Regex UnfinishedPlaceholder();
}
