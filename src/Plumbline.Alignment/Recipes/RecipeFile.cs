using System.Text;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>A recipe: one choice of model, data, feedback and algorithm, in a file of ten to twenty lines (062).</summary>
public sealed class RecipeFile
{
    private readonly IReadOnlyDictionary<string, RecipeValue> _values;
    private readonly string _source;

    private RecipeFile(string source, string? text, IReadOnlyDictionary<string, RecipeValue> values)
    {
        (_source, _values) = (source, values);
        Text = text ?? RecipeYaml.Write(values);
        Name = Needed("recipe");
        About = Needed("about");
        _ = Needed("algorithm.method");
        Papers = values.TryGetValue("papers", out var papers) ? papers.Items : [];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it does, in a line.</summary>
    public string About { get; }

    /// <summary>The numbers of the papers that it follows.</summary>
    public IReadOnlyList<string> Papers { get; }

    /// <summary>The file: as it was read, or, where the command line changed something, as it is then.</summary>
    public string Text { get; }

    /// <summary>The four choices in words: what is trained against which anchor, on what, who gives feedback, and which algorithm.</summary>
    public (string Model, string Data, string Feedback, string Algorithm) Choices
    {
        get
        {
            var method = Method;
            var anchor = (_values.TryGetValue("model.anchor", out var said) ? string.Join(", ", said.Items) : null) ?? RecipeRequest.AnchorOf(method, Word("algorithm.loss"));
            var model = (Word("model.adapter.rank") is null ? "all weights" : $"adapter, rank {Word("model.adapter.rank")}") + (anchor == "none" ? "" : $", anchor: {anchor}");
            var data = Word("data.world") is { } world ? $"world: {world}" : Word("data.shape") ?? "files";
            return (model, data, Word("feedback.from") ?? RecipeRequest.FeedbackOf(method), AlgorithmOf(method));
        }
    }

    /// <summary>The trainer that it is for.</summary>
    public FineTuningMethod Method => RecipeRequest.MethodOf(_values["algorithm.method"]);

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it lies; relative paths in it start from its folder.</param>
    /// <exception cref="InputException">It cannot be read, or is no recipe.</exception>
    public static RecipeFile Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (new FileInfo(path).Length > RecipeYaml.LargestFile)
                throw new InputException(path, $"the file is larger than {RecipeYaml.LargestFile / 1000} kB.", "A recipe is 10 to 20 lines; name another file.");
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF'), path, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new InputException(path, problem is DecoderFallbackException ? "the file is not UTF-8." : $"the file cannot be read: {problem.Message}", "Name a recipe that can be read; 'plumbline train --list' has those that are shipped.", problem);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="folder">What relative paths in it start from.</param>
    /// <exception cref="InputException">It is no recipe.</exception>
    public static RecipeFile Parse(string text, string name, string folder) => new(name, text, new RecipeYaml(name, folder).Read(text));

    /// <summary>The recipe with another value.</summary>
    /// <param name="key">Part and key, for example <c>algorithm.batch</c>.</param>
    /// <param name="value">One word, or several for a list.</param>
    /// <param name="place">Which option says so, for messages; its paths start from the working directory.</param>
    /// <exception cref="InputException">There is no such key.</exception>
    public RecipeFile With(string key, IReadOnlyList<string> value, string place)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var isSetting = key.StartsWith(RecipeKey.Settings + ".", StringComparison.Ordinal);
        if (!isSetting && (RecipeKey.Find(key) is null || key == RecipeKey.Settings))
            throw RecipeKey.Unknown(place, key.Split('.')[^1], string.Join('.', key.Split('.')[..^1]));
        if (value.Count == 0 || value.Any(string.IsNullOrWhiteSpace))
            throw new InputException(place, "it says nothing.", $"Expected {RecipeKey.Find(key)?.Expected ?? "a number"}.");
        return new RecipeFile(_source, null, new Dictionary<string, RecipeValue>(_values, StringComparer.Ordinal) { [key] = new(value, value.Count > 1, place, Directory.GetCurrentDirectory()) });
    }

    /// <summary>What it asks for.</summary>
    /// <param name="runDirectory">The run folder.</param>
    /// <param name="seed">Same seed, same weights.</param>
    /// <param name="threads">For the arithmetic.</param>
    /// <exception cref="InputException">A value is none that it can have, or what is needed is not named.</exception>
    public FineTuningRequest Request(string runDirectory, int seed = 1, int threads = 2) => new RecipeRequest(new(_source, _values)).Make(runDirectory, seed, threads) with { Recipe = RecipeYaml.Write(_values) };

    /// <summary>The loss of pairs or of single answers; null where the method has none of these.</summary>
    internal NamedObjective? Loss => RecipeRequest.HasLoss(Method) ? NamedObjectives.Find(Word("algorithm.loss") ?? RecipeRequest.LossOf(Method)) : null;

    private string AlgorithmOf(FineTuningMethod method) => method == FineTuningMethod.OnlineDpo ? $"{method.Name}, {Word("algorithm.loss") ?? RecipeRequest.LossOf(method)}"
        : RecipeRequest.HasLoss(method) ? Word("algorithm.loss") ?? RecipeRequest.LossOf(method) : method.Name;

    private string? Word(string key) => _values.TryGetValue(key, out var value) ? value.Items[0] : null;

    private string Needed(string key) => Word(key) ?? throw new InputException(_source, $"the recipe has no '{key}'.", $"Add it: {RecipeKey.Find(key)!.Expected}.");
}
