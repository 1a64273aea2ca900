using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>What a recipe says of methods that learn from answers of the policy's own.</summary>
/// <param name="values">What it says.</param>
internal sealed class RecipeReinforcement(RecipeValues values)
{
    /// <summary>The Counter's checker.</summary>
    public const string Checker = "checker";

    /// <summary>A reward model.</summary>
    public const string RewardModel = "reward-model";

    /// <summary>A program.</summary>
    public const string Program = "command";

    private static readonly string[] OfAll = ["data.world", "data.specification", "feedback.model", "feedback.command", "feedback.timeout", "algorithm.answers", "algorithm.answer-tokens"];
    private static readonly string[] OfGroups = ["algorithm.baseline", "algorithm.scale-by-deviation", "algorithm.loss-type", "algorithm.importance-sampling-level", "algorithm.kl", "algorithm.kl-in"];
    private static readonly string[] OfCritics = ["model.critic", "algorithm.critic-warmup", "algorithm.minibatches", "algorithm.centre-scores", "algorithm.scale-scores", "algorithm.whiten-advantages"];
    private static readonly string[] OfBoth = ["algorithm.updates"];
    private static readonly string[] OfRounds = ["feedback.pairs", "feedback.threshold", "algorithm.round-steps", "algorithm.pair-epochs", "algorithm.pairs-per-update"];

    /// <summary>Keys that are another method's.</summary>
    public static IEnumerable<string> NotOf(FineTuningMethod method) => method switch
    {
        FineTuningMethod.Grpo => [.. OfCritics, .. OfRounds],
        FineTuningMethod.Ppo => [.. OfGroups, .. OfRounds],
        FineTuningMethod.OnlineDpo => [.. OfGroups, .. OfCritics, .. OfBoth],
        _ => [.. OfAll, .. OfGroups, .. OfCritics, .. OfBoth, .. OfRounds],
    };

    /// <summary>Adds it to a request.</summary>
    public FineTuningRequest AddTo(FineTuningRequest request)
    {
        var least = request.Method == FineTuningMethod.Ppo ? 1 : 2;
        var asked = request with
        {
            Answers = values.Whole("algorithm.answers", request.Method switch { FineTuningMethod.Ppo => 1, FineTuningMethod.OnlineDpo => 4, _ => 8 }, least, 1024),
            AnswerTokens = values.Whole("algorithm.answer-tokens", 256),
            Reward = Reward(),
        };
        return request.Method switch
        {
            FineTuningMethod.Grpo => Group(asked),
            FineTuningMethod.Ppo => Critic(asked),
            _ => asked with { Online = Online() },
        };
    }

    private FineTuningRequest Group(FineTuningRequest request)
    {
        values.RefuseSettingsBut("beta", "epsilon", "epsilon-high", "scale-offset");
        var standard = new GroupPolicyGradient();
        var beta = values.SettingOf("beta", standard.Beta);
        return request with
        {
            Beta = beta,
            Updates = values.Whole("algorithm.updates", 1, most: 1000),
            Group = new GroupPolicyGradient(values.SettingOf("epsilon", standard.Clip, above: 0, most: 0.99), beta)
            {
                ClipAbove = Positive(values.SettingOf("epsilon-high", 0)),
                ScaleOffset = values.SettingOf("scale-offset", 0),
                Baseline = values.OneOf("algorithm.baseline", GroupChoices.Baselines, standard.Baseline),
                Scale = values.OneOf("algorithm.scale-by-deviation", GroupChoices.Scales, standard.Scale),
                Mean = values.OneOf("algorithm.loss-type", GroupChoices.LossTypes, standard.Mean),
                SequenceRatio = values.OneOf("algorithm.importance-sampling-level", GroupChoices.Levels, standard.SequenceRatio),
                Estimate = values.OneOf("algorithm.kl", GroupChoices.Estimates, standard.Estimate),
                DivergenceInReward = values.OneOf("algorithm.kl-in", GroupChoices.Places, standard.DivergenceInReward),
                Length = request.AnswerTokens,
            },
        };
    }

    private FineTuningRequest Critic(FineTuningRequest request)
    {
        values.RefuseSettingsBut("beta", "gamma", "lambda", "clip-ratio", "clip-values", "clip-scores", "clip-advantages", "clip-gradients", "critic-learning-rate");
        var standard = new ProximalPolicyOptimization();
        return request with
        {
            Critic = new CriticRequest(values.Has("model.critic") ? values.ExistingFolder("model.critic") : null, values.SettingOf("critic-learning-rate", 5e-6, above: 0, most: 10)),
            Proximal = new ProximalPolicyOptimization
            {
                DivergencePrice = values.SettingOf("beta", standard.DivergencePrice),
                Discount = values.SettingOf("gamma", standard.Discount, most: 1),
                Trace = values.SettingOf("lambda", standard.Trace, most: 1),
                ClipRatio = Positive(values.SettingOf("clip-ratio", standard.ClipRatio ?? 0)),
                ClipValues = Positive(values.SettingOf("clip-values", standard.ClipValues ?? 0)),
                ClipScores = Positive(values.SettingOf("clip-scores", standard.ClipScores ?? 0)),
                ClipAdvantages = Positive(values.SettingOf("clip-advantages", standard.ClipAdvantages ?? 0)),
                ClipGradients = Positive(values.SettingOf("clip-gradients", standard.ClipGradients ?? 0)),
                CentreScores = values.Flag("algorithm.centre-scores", standard.CentreScores),
                ScaleScores = values.Flag("algorithm.scale-scores", standard.ScaleScores),
                WhitenAdvantages = values.Flag("algorithm.whiten-advantages", standard.WhitenAdvantages),
                CriticWarmUp = values.Whole("algorithm.critic-warmup", standard.CriticWarmUp, least: 0),
                Updates = values.Whole("algorithm.updates", standard.Updates, most: 1000),
                Minibatches = values.Whole("algorithm.minibatches", standard.Minibatches, most: 1 << 16),
            },
        };
    }

    private OnlineRequest Online()
    {
        var labels = values.OneOf("feedback.pairs", OnlineRequest.Labellers, each => each, "best-worst");
        if (labels != "threshold" && values["feedback.threshold"] is { } threshold)
            throw new InputException(threshold.Place, $"pairs by {labels} have no threshold.", "Say so: pairs: threshold; or leave it out.");
        var anchor = values["model.anchor"];
        if (anchor is not null && anchor.Items is not ["none"])
            _ = AnchorMixture.Parse(string.Join(',', anchor.Items), anchor.Place);
        return new OnlineRequest
        {
            Labels = labels,
            Threshold = values.Number("feedback.threshold", 0.5, least: double.MinValue),
            Anchor = anchor is null or { Items: ["none"] } ? "start" : string.Join(',', anchor.Items),
            StepsPerRound = values.Whole("algorithm.round-steps", 1),
            Epochs = values.Whole("algorithm.pair-epochs", 1, most: 1000),
            PairsPerUpdate = values.Has("algorithm.pairs-per-update") ? values.Whole("algorithm.pairs-per-update", 1) : null,
        };
    }

    private RewardSource Reward()
    {
        switch (values.Word("feedback.from") ?? Checker)
        {
            case RewardModel:
                return new RewardSource(ModelDirectory: values.Has("feedback.model") ? values.ExistingFolder("feedback.model") : throw values.Missing("feedback.model", "--set feedback.model=DIR"));
            case Program:
                return new RewardSource(Command: values.Word("feedback.command") ?? throw values.Missing("feedback.command", "--set 'feedback.command=CMD'"), SecondsPerStep: values.Whole("feedback.timeout", 600));
            default:
                if (values["data.world"] is not { Items: ["counter"] })
                    throw new InputException(values["data.world"]?.Place ?? values.Source, $"world '{values["data.world"]?.Items[0]}' has no checker.", "Expected data: { world: counter, specification: FILE }.");
                return new RewardSource(SpecificationPath: values.Has("data.specification") ? values.ExistingFile("data.specification") : throw values.Missing("data.specification", "--spec FILE"));
        }
    }

    private static double? Positive(double value) => value > 0 ? value : null;
}
