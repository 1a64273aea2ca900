using System.Globalization;

namespace Plumbline.Alignment;

/// <summary>What a recipe says, each value checked where it is asked for.</summary>
/// <param name="source">What messages call the recipe.</param>
/// <param name="values">What it says.</param>
internal sealed class RecipeValues(string source, IReadOnlyDictionary<string, RecipeValue> values)
{
    /// <summary>The base model that comes with the program.</summary>
    public const string Bundled = "bundled";

    private const string Setting = RecipeKey.Settings + ".";

    /// <summary>What messages call the recipe.</summary>
    public string Source => source;

    /// <summary>What stands there, or null.</summary>
    public RecipeValue? this[string key] => values.GetValueOrDefault(key);

    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>The first key that begins so, or null.</summary>
    public string? Beginning(string start) => values.Keys.FirstOrDefault(key => key.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Numbers of the loss, by name.</summary>
    public Dictionary<string, double> Settings() => values.Keys.Where(key => key.StartsWith(Setting, StringComparison.Ordinal))
        .ToDictionary(key => key[Setting.Length..], key => Number(key, 0, least: double.MinValue, most: double.MaxValue));

    /// <summary>Refuses numbers of the loss but these.</summary>
    public void RefuseSettingsBut(params IReadOnlyList<string> known)
    {
        foreach (var key in values.Keys.Where(key => key.StartsWith(Setting, StringComparison.Ordinal) && !known.Contains(key[Setting.Length..])))
            throw new InputException(values[key].Place, $"'{Word("algorithm.method")}' has no setting '{key[Setting.Length..]}'.",
                known.Count == 0 ? "Leave it out, or choose another method." : $"It has {string.Join(", ", known)}.{(Spelling.Nearest(key[Setting.Length..], known) is { } near ? $" Did you mean '{near}'?" : "")}");
    }

    /// <summary>One of these numbers.</summary>
    public double SettingOf(string name, double standard, double? above = null, double most = 1000) => Number(Setting + name, standard, above: above, most: most);

    /// <summary>Refuses keys that the method has no use for.</summary>
    public void Refuse(FineTuningMethod method, params IEnumerable<string> keys)
    {
        foreach (var key in keys.Where(values.ContainsKey))
            throw new InputException(values[key].Place, $"'{key}' is nothing that the method '{method.Name}' has.", "Leave it out, or choose another method.");
    }

    /// <summary>A path as it is from anywhere.</summary>
    public static string PathOf(string key, string path, string folder) => key == "model.base" && path == Bundled ? path : Path.GetFullPath(path, folder);

    public string? Word(string key) => values.TryGetValue(key, out var value) ? value.Items[0] : null;

    public IReadOnlyList<string> Paths(string key) => values.TryGetValue(key, out var value) ? [.. value.Items.Select(item => PathOf(key, item, value.Folder))] : [];

    public string ExistingFolder(string key) => Paths(key) is [var path] && Directory.Exists(path) ? path : throw new InputException(values[key].Place, $"there is no folder {Paths(key)[0]}.", $"Expected {RecipeKey.Find(key)!.Expected}.");

    public string ExistingFile(string key) => Paths(key) is [var path] && File.Exists(path) ? path : throw new InputException(values[key].Place, $"there is no file {Paths(key)[0]}.", $"Expected {RecipeKey.Find(key)!.Expected}.");

    public bool Flag(string key, bool standard = false) => OneOf(key, [true, false], each => each ? "true" : "false", standard);

    public int Whole(string key, int standard, int least = 1, int most = int.MaxValue) => !values.TryGetValue(key, out var value) ? standard
        : value.Items is [var word] && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong(key, value, $"a whole number from {least}{(most == int.MaxValue ? " up" : $" to {most}")}");

    public double Number(string key, double standard, double least = 0, double? above = null, double most = double.MaxValue) => !values.TryGetValue(key, out var value) ? standard
        : value.Items is [var word] && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most && !(number <= above) ? number
        : throw Wrong(key, value, least == double.MinValue ? "a number" : string.Create(CultureInfo.InvariantCulture, $"a number {(above is null ? "from" : "above")} {above ?? least}{(most < double.MaxValue ? $" to {most}" : "")}"));

    public T OneOf<T>(string key, IReadOnlyList<T> known, Func<T, string> name) => OneOf(key, values[key], known, name);

    public T OneOf<T>(string key, IReadOnlyList<T> known, Func<T, string> name, T standard) => values.TryGetValue(key, out var value) ? OneOf(key, value, known, name) : standard;

    public T OneOf<T>(string key, IReadOnlyDictionary<string, T> known, T standard) => values.TryGetValue(key, out var value) ? known[OneOf(key, value, [.. known.Keys], each => each)] : standard;

    public static T OneOf<T>(string key, RecipeValue value, IReadOnlyList<T> known, Func<T, string> name)
    {
        foreach (var each in known.Where(each => value.Items is [var word] && word == name(each)))
            return each;
        var near = Spelling.Nearest(value.Items[0], known.Select(name));
        throw Wrong(key, value, string.Join(" or ", known.Select(name)), near);
    }

    public static InputException Wrong(string key, RecipeValue value, string expected, string? near = null) =>
        new(value.Place, $"'{key}' is '{string.Join(", ", value.Items)}'.", $"Expected {expected}.{(near is null ? "" : $" Did you mean '{near}'?")}");

    public InputException Missing(string key, string option) => new(source, $"'{key}' is not said, and this recipe needs it.", $"Give it on the command line ({option}), or in the recipe: {RecipeKey.Find(key)!.Expected}.");
}
