using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Plumbline.Server.Configuration;

/// <summary>A mapping of a configuration file: every key is asked for with its type, and what is wrong is named with its place.</summary>
internal sealed class YamlSection
{
    private readonly string _file;
    private readonly string _name;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    /// <param name="node">The mapping.</param>
    /// <param name="file">The file, as messages call it.</param>
    /// <param name="name">What the mapping is.</param>
    /// <param name="known">The keys that it may have; null: any.</param>
    /// <exception cref="InputException">It is no mapping, or has another key.</exception>
    public YamlSection(YamlNode node, string file, string name, string[]? known)
    {
        (_file, _name) = (file, name);
        if (node is not YamlMappingNode mapping)
            throw Wrong(node, $"{name} has keys, but this is none.", known is null ? "Write names with values." : $"Expected the keys {string.Join(", ", known)}.");
        foreach (var (key, value) in mapping.Children)
        {
            var word = (key as YamlScalarNode)?.Value ?? "";
            if (known is not null && !known.Contains(word))
                throw Wrong(key, $"'{word}' is not known in {name}.", $"Keys: {string.Join(", ", known)}.{(Spelling.Nearest(word, known) is { } meant ? $" Did you mean '{meant}'?" : "")}");
            _values[word] = value;
        }
    }

    public IEnumerable<string> Keys => _values.Keys;

    public string? Text(string key) => Find(key) is not { } node ? null
        : node is YamlScalarNode { Value: { Length: > 0 and <= 4096 } text } ? text : throw Wrong(node, $"'{key}' is no text.", $"Write {key}: and a text on one line.");

    public bool? Flag(string key) => Find(key) is null ? null : Text(key) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong(Find(key)!, $"'{key}' is neither true nor false.", "Write true or false."),
    };

    public long? Whole(string key, long least, long most) => Find(key) is null ? null
        : long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong(Find(key)!, $"'{key}' is '{Text(key)}'.", string.Create(CultureInfo.InvariantCulture, $"Expected a whole number from {least} to {most}."));

    public decimal? Number(string key, decimal least, decimal most) => Find(key) is null ? null
        : decimal.TryParse(Text(key), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong(Find(key)!, $"'{key}' is '{Text(key)}'.", string.Create(CultureInfo.InvariantCulture, $"Expected a number from {least} to {most}."));

    public TimeSpan? Seconds(string key) => Number(key, 0.001m, 86_400) is { } seconds ? TimeSpan.FromSeconds((double)seconds) : null;

    public IReadOnlyList<string>? Texts(string key) => Find(key) is not { } node ? null
        : node is YamlSequenceNode list && list.Children.All(each => each is YamlScalarNode { Value.Length: > 0 }) ? [.. list.Children.Select(each => ((YamlScalarNode)each).Value!)]
        : throw Wrong(node, $"'{key}' is no list of texts.", $"Write {key}: [one, another].");

    public YamlSection? Section(string key, string[]? known) => Find(key) is { } node ? new YamlSection(node, _file, $"'{key}'", known) : null;

    public IReadOnlyList<YamlSection> Sections(string key, string[] known) => Find(key) is not { } node ? []
        : node is YamlSequenceNode list ? [.. list.Children.Select(each => new YamlSection(each, _file, $"an entry of '{key}'", known))]
        : throw Wrong(node, $"'{key}' is no list.", "Begin every entry with '- ' on a line of its own.");

    /// <summary>What is wrong with the value of a key, or with the section where it is missing.</summary>
    public InputException Wrong(string key, string problem, string remedy) => Find(key) is { } node ? Wrong(node, problem, remedy) : new InputException(_file, $"{_name}: {problem}", remedy);

    private YamlNode? Find(string key) => _values.GetValueOrDefault(key);

    private InputException Wrong(YamlNode node, string problem, string remedy) => new($"{_file}:{Math.Max(1, node.Start.Line)}:{Math.Max(1, node.Start.Column)}", problem, remedy);
}
