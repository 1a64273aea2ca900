using System.Globalization;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>The choices of a recipe as a request: each value checked, and those that do not go together refused at their place.</summary>
/// <param name="source">What messages call the recipe.</param>
/// <param name="values">What it says.</param>
internal sealed class RecipeRequest(string source, IReadOnlyDictionary<string, RecipeValue> values)
{
    private const string Bundled = "bundled";

    public FineTuningRequest Make(string runDirectory, int seed, int threads)
    {
        var method = MethodOf(values["algorithm.method"]);
        var loss = Loss(method);
        CheckFeedback(method);
        return new FineTuningRequest
        {
            Method = method,
            ModelDirectory = Word("model.base") is null or Bundled ? BundledModel.Find() : ExistingFolder("model.base"),
            RunDirectory = runDirectory,
            Data = Data(method),
            Evaluation = Paths("data.eval"),
            Shape = values.ContainsKey("data.shape") ? OneOf("data.shape", Enum.GetValues<DataShape>(), DataShapes.Name) : null,
            Strict = Flag("data.strict"),
            TooLong = values.ContainsKey("data.too-long") ? OneOf("data.too-long", [Truncation.Drop, Truncation.CutPrompt, Truncation.Refuse], each => each switch { Truncation.CutPrompt => "cut-prompt", Truncation.Refuse => "refuse", _ => "drop" }) : Truncation.Drop,
            Raw = Flag("data.raw"),
            RowLength = values.ContainsKey("data.row-length") ? Whole("data.row-length", 1, 1, 1 << 20) : null,
            Epochs = Number("algorithm.epochs", method == FineTuningMethod.Sft ? 3 : 1, above: 0, most: 10_000),
            Steps = values.ContainsKey("algorithm.steps") ? Whole("algorithm.steps", 1) : null,
            Batch = Whole("algorithm.batch", method == FineTuningMethod.Grpo ? 8 : 16, 1, 1 << 20),
            LearningRate = Number("algorithm.learning-rate", method switch { FineTuningMethod.Sft => 2e-5, FineTuningMethod.Reward => 1e-5, _ => 1e-6 }, above: 0, most: 10),
            WarmUp = Number("algorithm.warm-up", 0.03, most: 1),
            Schedule = values.ContainsKey("algorithm.schedule") ? OneOf("algorithm.schedule", Enum.GetValues<Decay>(), each => each.ToString().ToLowerInvariant()) : Decay.Linear,
            TokensPerPass = Whole("algorithm.tokens-per-pass", 8192),
            Seed = seed,
            Threads = threads,
            Adapter = Adapter(method),
            Loss = loss?.Name ?? "dpo",
            Settings = loss is null ? new Dictionary<string, double>() : Settings(),
            Reference = Reference(method, loss),
            Stages = Stages(method, loss),
            WorstRating = Rating(0, 0),
            BestRating = Rating(1, 1),
            Beta = method == FineTuningMethod.Grpo ? Own("beta", 0.02) : 0.02,
            Centring = method == FineTuningMethod.Reward ? Own("centring", 0.01) : 0.01,
            Answers = Whole("algorithm.answers", 8, 2, 1024),
            AnswerTokens = Whole("algorithm.answer-tokens", 256),
            Reward = method == FineTuningMethod.Grpo ? Reward() : null,
        };
    }

    public static FineTuningMethod MethodOf(RecipeValue value) => OneOf("algorithm.method", value, Enum.GetValues<FineTuningMethod>(), each => each.ToString().ToLowerInvariant());

    /// <summary>A path as it is from anywhere.</summary>
    public static string PathOf(string key, string path, string folder) => key == "model.base" && path == Bundled ? path : Path.GetFullPath(path, folder);

    /// <summary>The anchor where nobody names one.</summary>
    public static string AnchorOf(FineTuningMethod method, string? loss) => method switch
    {
        FineTuningMethod.Sft or FineTuningMethod.Reward => "none",
        FineTuningMethod.Dpo when !NamedObjectives.Find(loss ?? "dpo").Columns.HasFlag(PairColumns.Reference) => "none",
        _ => "start",
    };

    /// <summary>Who gives feedback where nobody says.</summary>
    public static string FeedbackOf(FineTuningMethod method) => method switch
    {
        FineTuningMethod.Sft => "answers",
        FineTuningMethod.Dpo or FineTuningMethod.Reward => "pairs",
        FineTuningMethod.Kto => "labels",
        _ => "checker",
    };

    private NamedObjective? Loss(FineTuningMethod method)
    {
        if (method is not (FineTuningMethod.Dpo or FineTuningMethod.Kto))
        {
            Refuse(method, "algorithm.loss");
            return null;
        }
        var name = Word("algorithm.loss") ?? method.ToString().ToLowerInvariant();
        var place = values.GetValueOrDefault("algorithm.loss")?.Place ?? source;
        try
        {
            var loss = NamedObjectives.Find(name);
            if (method == FineTuningMethod.Dpo)
                _ = loss.Pair(Settings(), $"{place}: loss {name}");
            else
                _ = loss.Point(Settings(), $"{place}: loss {name}");
            return loss;
        }
        catch (InputException unknown) when (!unknown.Message.StartsWith(place, StringComparison.Ordinal))
        {
            throw new InputException(place, $"loss '{name}': there is no such loss.", $"There are: {string.Join(", ", NamedObjectives.All.Select(each => each.Name))}.{(Spelling.Nearest(name, NamedObjectives.All.Select(each => each.Name)) is { } near ? $" Did you mean '{near}'?" : "")}", unknown);
        }
    }

    private Dictionary<string, double> Settings() => values.Keys.Where(key => key.StartsWith(RecipeKey.Settings + ".", StringComparison.Ordinal))
        .ToDictionary(key => key[(RecipeKey.Settings.Length + 1)..], key => Number(key, 0, least: double.MinValue, most: double.MaxValue));

    /// <summary>The one setting of a method that has no loss to choose.</summary>
    private double Own(string name, double standard)
    {
        foreach (var key in values.Keys.Where(key => key.StartsWith(RecipeKey.Settings + ".", StringComparison.Ordinal) && key != $"{RecipeKey.Settings}.{name}"))
            throw new InputException(values[key].Place, $"'{Word("algorithm.method")}' has no setting '{key.Split('.')[^1]}'.", $"It has {name}.");
        return Number($"{RecipeKey.Settings}.{name}", standard, most: 1000);
    }

    private void CheckFeedback(FineTuningMethod method)
    {
        string[] suits = method switch
        {
            FineTuningMethod.Kto => ["labels", "ratings", "pairs"],
            FineTuningMethod.Grpo => ["checker", "reward-model", "command"],
            _ => [FeedbackOf(method)],
        };
        _ = OneOf("feedback.from", values.GetValueOrDefault("feedback.from") ?? new RecipeValue([suits[0]], false, source, ""), suits, each => each);
        if (method != FineTuningMethod.Grpo)
            Refuse(method, "data.world", "data.specification", "feedback.model", "feedback.command", "feedback.timeout", "algorithm.answers", "algorithm.answer-tokens");
        if (method != FineTuningMethod.Kto)
            Refuse(method, "feedback.ratings");
        if (method == FineTuningMethod.Sft)
            Refuse(method, [.. values.Keys.Where(key => key.StartsWith(RecipeKey.Settings + ".", StringComparison.Ordinal))]);
    }

    private RewardSource Reward()
    {
        switch (Word("feedback.from") ?? "checker")
        {
            case "reward-model":
                return new RewardSource(ModelDirectory: values.ContainsKey("feedback.model") ? ExistingFolder("feedback.model") : throw Missing("feedback.model", "--set feedback.model=DIR"));
            case "command":
                return new RewardSource(Command: Word("feedback.command") ?? throw Missing("feedback.command", "--set 'feedback.command=CMD'"), SecondsPerStep: Whole("feedback.timeout", 600));
            default:
                if (values.TryGetValue("data.world", out var world) ? world.Items is not ["counter"] : true)
                    throw new InputException(world?.Place ?? source, $"world '{world?.Items[0]}' has no checker.", "Expected data: { world: counter, specification: FILE }.");
                return new RewardSource(SpecificationPath: values.ContainsKey("data.specification") ? ExistingFile("data.specification") : throw Missing("data.specification", "--spec FILE"));
        }
    }

    private IReadOnlyList<string> Data(FineTuningMethod method)
    {
        var checker = method == FineTuningMethod.Grpo && (Word("feedback.from") ?? "checker") == "checker";
        if (!checker)
            return values.ContainsKey("data.files") ? Paths("data.files") : throw Missing("data.files", "--data FILE");
        return values.TryGetValue("data.files", out var files) ? throw new InputException(files.Place, "the world brings its own prompts.", "Leave data.files out, or take another feedback.") : [];
    }

    private AdapterRequest? Adapter(FineTuningMethod method)
    {
        if (!values.ContainsKey("model.adapter.rank"))
        {
            if (values.Keys.FirstOrDefault(key => key.StartsWith("model.adapter.", StringComparison.Ordinal)) is { } other)
                throw new InputException(values[other].Place, "an adapter has a rank.", "Add it: adapter: { rank: 16 }.");
            return null;
        }
        if (method == FineTuningMethod.Reward)
            Refuse(method, "model.adapter.rank");
        var rank = Whole("model.adapter.rank", 0, 1, 1 << 16);
        return new AdapterRequest(rank, Number("model.adapter.alpha", 2 * rank, above: 0, most: 1 << 20), values.GetValueOrDefault("model.adapter.targets")?.Items ?? [], Number("model.adapter.dropout", 0, most: 0.99));
    }

    private MovingReference? Reference(FineTuningMethod method, NamedObjective? loss)
    {
        var suits = AnchorOf(method, loss?.Name);
        string[] may = suits == "start" && method == FineTuningMethod.Dpo ? ["start", "follows", "stages"] : [suits];
        var anchor = values.TryGetValue("model.anchor", out var said) ? OneOf("model.anchor", said, may, each => each) : suits;
        if (anchor != "follows")
            RefuseWithout("follows", "model.every", "model.mix");
        if (anchor != "stages")
            RefuseWithout("stages", "model.stages");
        return anchor == "follows" ? new MovingReference(Whole("model.every", 64), Number("model.mix", 0.6, above: 0, most: 1)) : null;
    }

    private void RefuseWithout(string anchor, params string[] keys)
    {
        foreach (var value in keys.Where(values.ContainsKey).Select(key => values[key]))
            throw new InputException(value.Place, $"this is of an anchor that {anchor}.", $"Say so: anchor: {anchor}; or leave it out.");
    }

    private int Stages(FineTuningMethod method, NamedObjective? loss) => method == FineTuningMethod.Dpo && loss is not null && Word("model.anchor") == "stages" ? Whole("model.stages", 2) : 1;

    private double Rating(int index, double standard)
    {
        if (!values.TryGetValue("feedback.ratings", out var value))
            return standard;
        var ends = value.Items.Select(item => double.TryParse(item, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        return ends is [var worst, var best] && double.IsFinite(worst) && double.IsFinite(best) && worst < best ? ends[index] : throw Wrong("feedback.ratings", value, "two numbers, the lower one first: [1, 5]");
    }

    private void Refuse(FineTuningMethod method, params IEnumerable<string> keys)
    {
        foreach (var key in keys.Where(values.ContainsKey))
            throw new InputException(values[key].Place, $"'{key}' is nothing that the method '{method.ToString().ToLowerInvariant()}' has.", "Leave it out, or choose another method.");
    }

    private string? Word(string key) => values.TryGetValue(key, out var value) ? value.Items[0] : null;

    private IReadOnlyList<string> Paths(string key) => values.TryGetValue(key, out var value) ? [.. value.Items.Select(item => PathOf(key, item, value.Folder))] : [];

    private string ExistingFolder(string key) => Paths(key) is [var path] && Directory.Exists(path) ? path : throw new InputException(values[key].Place, $"there is no folder {Paths(key)[0]}.", $"Expected {RecipeKey.Find(key)!.Expected}.");

    private string ExistingFile(string key) => Paths(key) is [var path] && File.Exists(path) ? path : throw new InputException(values[key].Place, $"there is no file {Paths(key)[0]}.", $"Expected {RecipeKey.Find(key)!.Expected}.");

    private bool Flag(string key) => values.TryGetValue(key, out var value) && OneOf(key, value, [true, false], each => each ? "true" : "false");

    private int Whole(string key, int standard, int least = 1, int most = int.MaxValue) => !values.TryGetValue(key, out var value) ? standard
        : value.Items is [var word] && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong(key, value, $"a whole number from {least}{(most == int.MaxValue ? " up" : $" to {most}")}");

    private double Number(string key, double standard, double least = 0, double? above = null, double most = double.MaxValue) => !values.TryGetValue(key, out var value) ? standard
        : value.Items is [var word] && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most && !(number <= above) ? number
        : throw Wrong(key, value, least == double.MinValue ? "a number" : string.Create(CultureInfo.InvariantCulture, $"a number {(above is null ? "from" : "above")} {above ?? least}{(most < double.MaxValue ? $" to {most}" : "")}"));

    private T OneOf<T>(string key, IReadOnlyList<T> known, Func<T, string> name) => OneOf(key, values[key], known, name);

    private static T OneOf<T>(string key, RecipeValue value, IReadOnlyList<T> known, Func<T, string> name)
    {
        foreach (var each in known.Where(each => value.Items is [var word] && word == name(each)))
            return each;
        var near = Spelling.Nearest(value.Items[0], known.Select(name));
        throw Wrong(key, value, string.Join(" or ", known.Select(name)), near);
    }

    private static InputException Wrong(string key, RecipeValue value, string expected, string? near = null) =>
        new(value.Place, $"'{key}' is '{string.Join(", ", value.Items)}'.", $"Expected {expected}.{(near is null ? "" : $" Did you mean '{near}'?")}");

    private InputException Missing(string key, string option) => new(source, $"'{key}' is not said, and this recipe needs it.", $"Give it on the command line ({option}), or in the recipe: {RecipeKey.Find(key)!.Expected}.");
}
