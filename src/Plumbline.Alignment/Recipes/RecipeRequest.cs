using System.Globalization;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>The choices of a recipe as a request: those that do not go together are refused at their place.</summary>
/// <param name="values">What it says.</param>
internal sealed class RecipeRequest(RecipeValues values)
{
    public FineTuningRequest Make(string runDirectory, int seed, int threads)
    {
        var method = MethodOf(values["algorithm.method"]!);
        var loss = Loss(method);
        CheckFeedback(method);
        var request = new FineTuningRequest
        {
            Method = method,
            ModelDirectory = values.Word("model.base") is null or RecipeValues.Bundled ? BundledModel.Find() : values.ExistingFolder("model.base"),
            RunDirectory = runDirectory,
            Data = Data(method),
            Evaluation = values.Paths("data.eval"),
            Shape = values.Has("data.shape") ? values.OneOf("data.shape", Enum.GetValues<DataShape>(), DataShapes.Name) : null,
            Strict = values.Flag("data.strict"),
            TooLong = values.OneOf("data.too-long", [Truncation.Drop, Truncation.CutPrompt, Truncation.Refuse], each => each switch { Truncation.CutPrompt => "cut-prompt", Truncation.Refuse => "refuse", _ => "drop" }, Truncation.Drop),
            Raw = values.Flag("data.raw"),
            RowLength = values.Has("data.row-length") ? values.Whole("data.row-length", 1, 1, 1 << 20) : null,
            Epochs = values.Number("algorithm.epochs", method == FineTuningMethod.Sft ? 3 : 1, above: 0, most: 10_000),
            Steps = values.Has("algorithm.steps") ? values.Whole("algorithm.steps", 1) : null,
            Batch = values.Whole("algorithm.batch", method switch { FineTuningMethod.Grpo or FineTuningMethod.OnlineDpo => 8, FineTuningMethod.Ppo => 32, _ => 16 }, 1, 1 << 20),
            LearningRate = values.Number("algorithm.learning-rate", method switch { FineTuningMethod.Sft => 2e-5, FineTuningMethod.Reward => 1e-5, _ => 1e-6 }, above: 0, most: 10),
            WarmUp = values.Number("algorithm.warm-up", 0.03, most: 1),
            Schedule = values.OneOf("algorithm.schedule", Enum.GetValues<Decay>(), each => each.ToString().ToLowerInvariant(), Decay.Linear),
            TokensPerPass = values.Whole("algorithm.tokens-per-pass", 8192),
            Seed = seed,
            Threads = threads,
            Adapter = Adapter(method),
            Loss = loss?.Name ?? "dpo",
            Settings = loss is null ? new Dictionary<string, double>() : values.Settings(),
            Reference = Reference(method, loss),
            Stages = Stages(method, loss),
            WorstRating = Rating(0, 0),
            BestRating = Rating(1, 1),
            Centring = method == FineTuningMethod.Reward ? values.SettingOf("centring", 0.01) : 0.01,
        };
        return request.Reinforces ? new RecipeReinforcement(values).AddTo(request) : request;
    }

    public static FineTuningMethod MethodOf(RecipeValue value) => RecipeValues.OneOf("algorithm.method", value, Enum.GetValues<FineTuningMethod>(), each => each.Name);

    /// <summary>Whether one of the losses by name belongs to it.</summary>
    public static bool HasLoss(FineTuningMethod method) => method is FineTuningMethod.Dpo or FineTuningMethod.Kto or FineTuningMethod.OnlineDpo;

    /// <summary>The loss where nobody names one.</summary>
    public static string LossOf(FineTuningMethod method) => method == FineTuningMethod.Kto ? "kto" : "dpo";

    /// <summary>The anchor where nobody names one.</summary>
    public static string AnchorOf(FineTuningMethod method, string? loss) => method switch
    {
        FineTuningMethod.Sft or FineTuningMethod.Reward => "none",
        FineTuningMethod.Dpo or FineTuningMethod.OnlineDpo when !NamedObjectives.Find(loss ?? "dpo").Columns.HasFlag(PairColumns.Reference) => "none",
        _ => "start",
    };

    /// <summary>Who gives feedback where nobody says.</summary>
    public static string FeedbackOf(FineTuningMethod method) => method switch
    {
        FineTuningMethod.Sft => "answers",
        FineTuningMethod.Dpo or FineTuningMethod.Reward => "pairs",
        FineTuningMethod.Kto => "labels",
        _ => RecipeReinforcement.Checker,
    };

    private NamedObjective? Loss(FineTuningMethod method)
    {
        if (!HasLoss(method))
        {
            values.Refuse(method, "algorithm.loss");
            return null;
        }
        var name = values.Word("algorithm.loss") ?? LossOf(method);
        var place = values["algorithm.loss"]?.Place ?? values.Source;
        try
        {
            var loss = NamedObjectives.Find(name);
            if (method == FineTuningMethod.Kto)
                _ = loss.Point(values.Settings(), $"{place}: loss {name}");
            else
                _ = loss.Pair(values.Settings(), $"{place}: loss {name}");
            return loss;
        }
        catch (InputException unknown) when (!unknown.Message.StartsWith(place, StringComparison.Ordinal))
        {
            throw new InputException(place, $"loss '{name}': there is no such loss.", $"There are: {string.Join(", ", NamedObjectives.All.Select(each => each.Name))}.{(Spelling.Nearest(name, NamedObjectives.All.Select(each => each.Name)) is { } near ? $" Did you mean '{near}'?" : "")}", unknown);
        }
    }

    private void CheckFeedback(FineTuningMethod method)
    {
        string[] suits = method switch
        {
            FineTuningMethod.Kto => ["labels", "ratings", "pairs"],
            FineTuningMethod.Grpo or FineTuningMethod.Ppo or FineTuningMethod.OnlineDpo => [RecipeReinforcement.Checker, RecipeReinforcement.RewardModel, RecipeReinforcement.Program],
            _ => [FeedbackOf(method)],
        };
        if (values.Has("feedback.from"))
            _ = values.OneOf("feedback.from", suits, each => each);
        values.Refuse(method, RecipeReinforcement.NotOf(method));
        if (method != FineTuningMethod.Kto)
            values.Refuse(method, "feedback.ratings");
        switch (method)
        {
            case FineTuningMethod.Sft:
                values.RefuseSettingsBut();
                break;
            case FineTuningMethod.Reward:
                values.RefuseSettingsBut("centring");
                break;
        }
    }

    private IReadOnlyList<string> Data(FineTuningMethod method)
    {
        var brings = (values.Word("feedback.from") ?? FeedbackOf(method)) == RecipeReinforcement.Checker;
        if (!brings)
            return values.Has("data.files") ? values.Paths("data.files") : throw values.Missing("data.files", "--data FILE");
        return values["data.files"] is { } files ? throw new InputException(files.Place, "the world brings its own prompts.", "Leave data.files out, or take another feedback.") : [];
    }

    private AdapterRequest? Adapter(FineTuningMethod method)
    {
        if (!values.Has("model.adapter.rank"))
        {
            if (values.Beginning("model.adapter.") is { } other)
                throw new InputException(values[other]!.Place, "an adapter has a rank.", "Add it: adapter: { rank: 16 }.");
            return null;
        }
        if (method == FineTuningMethod.Reward)
            values.Refuse(method, "model.adapter.rank");
        var rank = values.Whole("model.adapter.rank", 0, 1, 1 << 16);
        return new AdapterRequest(rank, values.Number("model.adapter.alpha", 2 * rank, above: 0, most: 1 << 20), values["model.adapter.targets"]?.Items ?? [], values.Number("model.adapter.dropout", 0, most: 0.99));
    }

    private MovingReference? Reference(FineTuningMethod method, NamedObjective? loss)
    {
        var suits = AnchorOf(method, loss?.Name);
        if (method == FineTuningMethod.OnlineDpo && suits == "start")
        {
            values.Refuse(method, "model.every", "model.mix", "model.stages");
            return null; // what it is held to is a mixture of moments, which belongs to the rounds
        }
        string[] may = suits == "start" && method == FineTuningMethod.Dpo ? ["start", "follows", "stages"] : [suits];
        var anchor = values.OneOf("model.anchor", may, each => each, suits);
        if (anchor != "follows")
            RefuseWithout("follows", "model.every", "model.mix");
        if (anchor != "stages")
            RefuseWithout("stages", "model.stages");
        return anchor == "follows" ? new MovingReference(values.Whole("model.every", 64), values.Number("model.mix", 0.6, above: 0, most: 1)) : null;
    }

    private void RefuseWithout(string anchor, params string[] keys)
    {
        foreach (var value in keys.Select(key => values[key]).OfType<RecipeValue>())
            throw new InputException(value.Place, $"this is of an anchor that {anchor}.", $"Say so: anchor: {anchor}; or leave it out.");
    }

    private int Stages(FineTuningMethod method, NamedObjective? loss) => method == FineTuningMethod.Dpo && loss is not null && values.Word("model.anchor") == "stages" ? values.Whole("model.stages", 2) : 1;

    private double Rating(int index, double standard)
    {
        if (values["feedback.ratings"] is not { } value)
            return standard;
        var ends = value.Items.Select(item => double.TryParse(item, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        return ends is [var worst, var best] && double.IsFinite(worst) && double.IsFinite(best) && worst < best ? ends[index] : throw RecipeValues.Wrong("feedback.ratings", value, "two numbers, the lower one first: [1, 5]");
    }
}
