using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plumbline.Alignment;

/// <summary>The YAML of a recipe as values by key, each with its place; what is no recipe is refused.</summary>
/// <param name="fileName">What messages call the file.</param>
/// <param name="folder">What relative paths start from.</param>
internal sealed class RecipeYaml(string fileName, string folder)
{
    /// <summary>A recipe is 10 to 20 lines.</summary>
    public const int LargestFile = 100_000;
    private const int DeepestNesting = 8;
    private const int LongestText = 4_000;
    private readonly Dictionary<string, RecipeValue> _values = new(StringComparer.Ordinal);

    /// <summary>Reads it.</summary>
    /// <exception cref="InputException">It is not YAML, or says what no recipe says.</exception>
    public IReadOnlyDictionary<string, RecipeValue> Read(string text)
    {
        Take(UntrustedYaml.Read(text, fileName, "recipe", DeepestNesting, "A recipe begins with 'recipe: NAME'; 'plumbline train --recipe dpo --print' shows a whole one."), "");
        return _values;
    }

    private void Take(YamlNode node, string name)
    {
        if (name.Length > 0 && (RecipeKey.Find(name) is not null || IsSetting(name)) && name != RecipeKey.Settings)
        {
            _values[name] = Value(node, name);
            return;
        }
        if (node is not YamlMappingNode mapping)
            throw Mistake(node.Start, $"{(name.Length == 0 ? "a recipe" : $"'{name}'")} has keys, but this is {Describe(node)}.", $"Expected {(name == RecipeKey.Settings ? "numbers by name, for example settings: { beta: 0.1 }" : $"the keys {string.Join(", ", RecipeKey.Under(name))}")}.");
        foreach (var (key, value) in mapping.Children)
        {
            var word = (key as YamlScalarNode)?.Value ?? "";
            if (name != RecipeKey.Settings && !RecipeKey.Under(name).Contains(word))
                throw RecipeKey.Unknown(Place(key.Start), word, name);
            Take(value, name.Length == 0 ? word : $"{name}.{word}");
        }
    }

    private static bool IsSetting(string name) => name.StartsWith(RecipeKey.Settings + ".", StringComparison.Ordinal);

    private RecipeValue Value(YamlNode node, string name)
    {
        var (items, isList) = node switch
        {
            YamlScalarNode { Value: { Length: > 0 } text } => (new[] { text }, false),
            YamlSequenceNode list when list.Children.Count > 0 && list.Children.All(each => each is YamlScalarNode { Value.Length: > 0 }) => ([.. list.Children.Select(each => ((YamlScalarNode)each).Value!)], true),
            _ => throw Mistake(node.Start, $"'{name}' is {Describe(node)}.", $"Expected {RecipeKey.Find(name)?.Expected ?? "a number"}."),
        };
        return items.All(item => item.Length <= LongestText) ? new RecipeValue(items, isList, Place(node.Start), folder)
            : throw Mistake(node.Start, $"'{name}' is longer than {LongestText} letters.", "Shorten it.");
    }

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode { Children.Count: 0 } => "an empty list",
        YamlSequenceNode => "a list of more than texts",
        YamlScalarNode { Value: null or "" } => "empty",
        YamlScalarNode scalar => $"the text '{(scalar.Value!.Length > 30 ? scalar.Value[..30] + "…" : scalar.Value)}'",
        _ => "something else",
    };

    private string Place(Mark mark) => $"{fileName}:{Math.Max(1, mark.Line)}:{Math.Max(1, mark.Column)}";

    private InputException Mistake(Mark at, string problem, string remedy) => new(Place(at), problem, remedy);

    /// <summary>Writes values as a recipe that reads the same from any folder.</summary>
    public static string Write(IReadOnlyDictionary<string, RecipeValue> values)
    {
        var text = new StringBuilder();
        string[] open = [];
        var names = RecipeKey.All.SelectMany(IEnumerable<string> (key) => key.Name == RecipeKey.Settings ? values.Keys.Where(IsSetting).Order(StringComparer.Ordinal) : [key.Name]);
        foreach (var name in names.Where(values.ContainsKey))
        {
            var words = name.Split('.');
            for (var level = 0; level < words.Length - 1; level++)
            {
                if (level >= open.Length || !open.Take(level + 1).SequenceEqual(words.Take(level + 1)))
                    text.Append(' ', 2 * level).Append(words[level]).Append(":\n");
            }
            open = words[..^1];
            var (value, isPath) = (values[name], RecipeKey.Find(name)?.IsPath == true);
            string[] items = [.. value.Items.Select(item => Quoted(isPath ? RecipeValues.PathOf(name, item, value.Folder) : item))];
            text.Append(' ', 2 * (words.Length - 1)).Append(words[^1]).Append(": ").Append(value.IsList ? $"[{string.Join(", ", items)}]" : items[0]).Append('\n');
        }
        return text.ToString();
    }

    private static string Quoted(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '/' or '_') && text[0] != '-' && text is not ("." or "..")
        ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal).ReplaceLineEndings(" ")}'";
}
