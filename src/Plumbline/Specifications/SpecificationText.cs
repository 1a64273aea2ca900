using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Plumbline;

/// <summary>A specification as a person wrote it. An amendment changes the bytes of what it is about; comments, blank lines, quoting and the order of keys stay.</summary>
/// <remarks>
/// A change of a rule's name, sentence or kind replaces that word or sentence alone. A change of anything else of a rule writes that rule anew, in the canonical form.
/// What comes out is read again and compared with what was meant before it is given back.
/// </remarks>
public sealed class SpecificationText
{
    private readonly string _text;
    private readonly string _fileName;

    private SpecificationText(string text, string fileName, Specification specification) => (_text, _fileName, Specification) = (text, fileName, specification);

    /// <summary>What the text says.</summary>
    public Specification Specification { get; }

    /// <summary>Reads a file, whatever its line endings and with or without a byte order mark.</summary>
    /// <exception cref="InputException">It is no specification.</exception>
    public static SpecificationText Load(string path)
    {
        var specification = Specification.Load(path);
        return new SpecificationText(new UTF8Encoding(false).GetString(File.ReadAllBytes(path)), path, specification);
    }

    /// <summary>Reads text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="fileName">What messages call it.</param>
    /// <exception cref="InputException">It is no specification.</exception>
    public static SpecificationText Parse(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SpecificationText(text, fileName, Specification.Parse(text.TrimStart('\uFEFF'), fileName));
    }

    /// <summary>The text with an amendment.</summary>
    /// <exception cref="InputException">The amendment does not fit the specification, or the text is laid out so that the change cannot be made in place.</exception>
    public SpecificationText Amend(Amendment amendment)
    {
        ArgumentNullException.ThrowIfNull(amendment);
        var meant = amendment.ApplyTo(Specification);
        foreach (var quoteAll in (bool[])[false, true])
        {
            var text = Edits(amendment, meant.Version, quoteAll).OrderByDescending(edit => edit.Start)
                .Aggregate(_text, (now, edit) => string.Concat(now.AsSpan(0, edit.Start), edit.Text, now.AsSpan(edit.End)));
            if (Reread(text) is { } amended && amended.ToYaml() == meant.ToYaml())
                return new SpecificationText(text, _fileName, amended);
        }

        throw Unfit("it is laid out in a way that cannot be kept");
    }

    /// <summary>The text itself, to be written as UTF-8.</summary>
    public override string ToString() => _text;

    /// <summary>Writes the text to a file, all of it or nothing.</summary>
    public void Save(string path) => Runs.AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(_text)));

    private sealed record Edit(int Start, int End, string Text);

    private int Offset => _text.StartsWith('\uFEFF') ? 1 : 0;

    private string NewLine => _text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private List<Edit> Edits(Amendment amendment, string version, bool quoteAll)
    {
        var root = Root();
        var rules = (YamlSequenceNode)root.Children[new YamlScalarNode("rules")];
        List<Edit> edits = [Scalar(root.Children[new YamlScalarNode("version")], version, quote: false)];
        if (amendment is { Old: { } old, New: { } changed })
            edits.AddRange(Change(old, changed, rules, quoteAll));
        else if (rules.Style == SequenceStyle.Flow)
            throw Unfit("its rules stand in [ ]");
        else if (amendment.Old is { } removed)
            edits.Add(Replace(rules.Children[IndexOf(removed.Id)], null));
        else
            edits.Add(Insert(rules.Children[amendment.After is null ? ^1 : IndexOf(amendment.After)], amendment.New!));
        return edits;
    }

    private IEnumerable<Edit> Change(Rule old, Rule changed, YamlSequenceNode rules, bool quoteAll)
    {
        var node = (YamlMappingNode)rules.Children[IndexOf(old.Id)];
        (string Key, string Old, string New)[] words = [.. new[] { ("id", old.Id, changed.Id), ("must", old.Must, changed.Must), ("kind", SpecificationWriter.Name(old.Kind), SpecificationWriter.Name(changed.Kind)) }
            .Where(word => word.Item2 != word.Item3)];
        if ((old with { Id = changed.Id, Must = changed.Must, Kind = changed.Kind }).SaysTheSameAs(changed) && words.All(word => node.Children.ContainsKey(new YamlScalarNode(word.Key))))
        {
            foreach (var word in words)
                yield return Scalar(node.Children[new YamlScalarNode(word.Key)], word.New, quoteAll);
        }
        else
        {
            yield return rules.Style == SequenceStyle.Flow ? throw Unfit("its rules stand in [ ]") : Replace(node, changed);
        }

        if (old.Id == changed.Id)
            yield break;
        foreach (var other in rules.Children.OfType<YamlMappingNode>().Where(other => other != node))
        {
            if (other.Children.TryGetValue(new YamlScalarNode("overrides"), out var overrides))
            {
                foreach (var name in ((YamlSequenceNode)overrides).Children.Where(name => ((YamlScalarNode)name).Value == old.Id))
                    yield return Scalar(name, changed.Id, quoteAll);
            }
        }
    }

    private Edit Replace(YamlNode node, Rule? rule) => new(StartOfLine(At(node.Start)), EndOfLine(End(node)), rule is null ? "" : Render(rule, IndentOf(node)));

    private Edit Insert(YamlNode after, Rule rule)
    {
        var end = EndOfLine(End(after));
        return new Edit(end, end, (_text[end - 1] == '\n' ? "" : NewLine) + Render(rule, IndentOf(after)));
    }

    /// <summary>Replaces a word or sentence in its own quoting where that can hold the new one, else in double quotes.</summary>
    private Edit Scalar(YamlNode node, string value, bool quote)
    {
        var style = ((YamlScalarNode)node).Style;
        var written = quote || value.Any(char.IsControl) ? Quote(value) : style switch
        {
            ScalarStyle.SingleQuoted => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'",
            ScalarStyle.Plain => value,
            _ => Quote(value),
        };
        return new Edit(At(node.Start), End(node), written);
    }

    private static string Quote(string value) => $"\"{string.Concat(value.Select(letter => letter switch
    {
        '"' or '\\' => $"\\{letter}",
        '\n' => "\\n",
        _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' => $"\\u{(int)letter:x4}",
        _ => letter.ToString(),
    }))}\"";

    private YamlMappingNode Root()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(_text[Offset..]));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private Specification? Reread(string text)
    {
        try
        {
            return Specification.Parse(text.TrimStart('\uFEFF'), _fileName);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private int IndexOf(string id) => Specification.Rules.TakeWhile(rule => rule.Id != id).Count();

    private int At(Mark mark) => (int)mark.Index + Offset;

    /// <summary>Where what a node says ends: the parser's own mark of a block lies behind the comments and blank lines that follow it.</summary>
    private int End(YamlNode node) => node switch
    {
        YamlMappingNode { Style: not MappingStyle.Flow } map when map.Children.Count > 0 => End(map.Children[^1].Value),
        YamlSequenceNode { Style: not SequenceStyle.Flow } list when list.Children.Count > 0 => End(list.Children[^1]),
        YamlScalarNode => TrimEnd(At(node.Start), At(node.End)),
        _ => At(node.End),
    };

    private int TrimEnd(int start, int end)
    {
        while (end > start && char.IsWhiteSpace(_text[end - 1]))
            end--;
        return end;
    }

    private int StartOfLine(int at) => at == 0 ? 0 : _text.LastIndexOf('\n', at - 1) + 1;

    private int EndOfLine(int at) => _text.IndexOf('\n', at) is >= 0 and var end ? end + 1 : _text.Length;

    /// <summary>What stands before the dash of a list item.</summary>
    private string IndentOf(YamlNode item)
    {
        var start = StartOfLine(At(item.Start));
        var line = _text[start..At(item.Start)].TrimStart('\uFEFF');
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        return dash >= 0 && line[..dash].All(char.IsWhiteSpace) ? line[..dash] : throw Unfit("a rule does not begin on a line of its own");
    }

    private string Render(Rule rule, string indent)
    {
        var lines = SpecificationWriter.Write(rule).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(lines.Select((line, index) => indent + (index == 0 ? "- " : "  ") + line + NewLine));
    }

    private InputException Unfit(string why) =>
        new(_fileName, $"the change cannot be made in the text as it stands, because {why}.", "Change the file by hand, or give every rule a line '- id: …' of its own.");
}
