using System.Text.Json.Serialization;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>What a model can be trained with on data of one's own.</summary>
public enum FineTuningMethod
{
    /// <summary>Supervised fine-tuning: imitate answers.</summary>
    Sft,

    /// <summary>Preference optimisation: make better answers likelier than worse ones.</summary>
    Dpo,

    /// <summary>Learn from answers that were judged one by one.</summary>
    Kto,

    /// <summary>Group-relative policy gradient: make answers of its own likelier that a reward finds better than others.</summary>
    Grpo,

    /// <summary>Preference optimisation on answers of its own, which a reward tells apart.</summary>
    OnlineDpo,

    /// <summary>Fit a reward model to comparisons.</summary>
    Reward,

    /// <summary>Proximal policy optimisation: make tokens of its own likelier that turn out better than a critic expected.</summary>
    Ppo,
}

/// <summary>What to train on what, and how; the whole of it stands in <c>run.json</c>.</summary>
public sealed record FineTuningRequest
{
    /// <summary>How.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<FineTuningMethod>))]
    public required FineTuningMethod Method { get; init; }

    /// <summary>Folder of the model to start from, in Hugging Face layout.</summary>
    public required string ModelDirectory { get; init; }

    /// <summary>The run folder.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>Files, folders or patterns to learn from; none where the reward brings its own prompts.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Files to measure on before and after; none to measure nothing.</summary>
    public IReadOnlyList<string> Evaluation { get; init; } = [];

    /// <summary>The shape of the rows; recognised by their columns if null.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DataShape>))]
    public DataShape? Shape { get; init; }

    /// <summary>Whether the first bad row ends the run.</summary>
    public bool Strict { get; init; }

    /// <summary>What happens to examples that are longer than a row.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Truncation>))]
    public Truncation TooLong { get; init; }

    /// <summary>Takes plain prompts and answers as they are, without the chat template.</summary>
    public bool Raw { get; init; }

    /// <summary>Times that training goes through the data, if <see cref="Steps"/> does not say otherwise.</summary>
    public double Epochs { get; init; } = 1;

    /// <summary>Steps in all.</summary>
    public int? Steps { get; init; }

    /// <summary>Examples in a step: conversations, pairs, or prompts.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Share of the steps in which the learning rate rises.</summary>
    public double WarmUp { get; init; } = 0.03;

    /// <summary>How the learning rate falls.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Decay>))]
    public Decay Schedule { get; init; } = Decay.Linear;

    /// <summary>Tokens in a packed row; as many as the model holds, but no more than 1024, if null.</summary>
    public int? RowLength { get; init; }

    /// <summary>The most tokens that go through the model at once.</summary>
    public int TokensPerPass { get; init; } = 8192;

    /// <summary>Same seed, same weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads for the arithmetic; part of what decides the last bit of a weight.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>The most steps between two checkpoints; at most a minute lies between them whatever it is. Changes no weight. Reinforcement learning writes one after every step.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>A low-rank adapter to train instead of all weights; null for all weights.</summary>
    public AdapterRequest? Adapter { get; init; }

    /// <summary>The loss of pairs or of single answers, by name.</summary>
    public string Loss { get; init; } = "dpo";

    /// <summary>Settings of the loss that are not at their defaults, by name.</summary>
    public IReadOnlyDictionary<string, double> Settings { get; init; } = new Dictionary<string, double>();

    /// <summary>When the reference of a loss of pairs follows the policy; null: it stays.</summary>
    public MovingReference? Reference { get; init; }

    /// <summary>Parts of the pairs, in their order, that are learnt one after the other, each against the policy that the one before left; 1: all at once.</summary>
    public int Stages { get; init; } = 1;

    /// <summary>The worst rating that a rated answer can have.</summary>
    public double WorstRating { get; init; }

    /// <summary>The best rating that a rated answer can have.</summary>
    public double BestRating { get; init; } = 1;

    /// <summary>Strength of the pull to the reference in reinforcement learning.</summary>
    public double Beta { get; init; } = 0.02;

    /// <summary>How strongly a reward model is drawn to a mean of 0.</summary>
    public double Centring { get; init; } = 0.01;

    /// <summary>The group-relative policy gradient; null: as it stands, with <see cref="Beta"/>.</summary>
    public GroupPolicyGradient? Group { get; init; }

    /// <summary>How often a step of it goes through its answers.</summary>
    public int Updates { get; init; } = 1;

    /// <summary>Proximal policy optimisation; null: as it stands.</summary>
    public ProximalPolicyOptimization? Proximal { get; init; }

    /// <summary>The critic of proximal policy optimisation.</summary>
    public CriticRequest? Critic { get; init; }

    /// <summary>Answers to each prompt of a step of reinforcement learning.</summary>
    public int Answers { get; init; } = 8;

    /// <summary>The most tokens of such an answer.</summary>
    public int AnswerTokens { get; init; } = 256;

    /// <summary>Who says what such an answer is worth.</summary>
    public RewardSource? Reward { get; init; }

    /// <summary>How preferences among answers of the policy's own are learnt.</summary>
    public OnlineRequest Online { get; init; } = new();

    /// <summary>The recipe that this was made of, as YAML; kept beside the run. Null where there is none.</summary>
    public string? Recipe { get; init; }

    /// <summary>Whether it learns from answers of its own.</summary>
    internal bool Reinforces => Method is FineTuningMethod.Grpo or FineTuningMethod.Ppo or FineTuningMethod.OnlineDpo;
}

/// <summary>A low-rank adapter to train.</summary>
/// <param name="Rank">Rank of the change.</param>
/// <param name="Alpha">What it is scaled by, before it is divided by the rank.</param>
/// <param name="Targets">Modules that are changed, by the ends of their names; none for every matrix of the layers.</param>
/// <param name="Dropout">Share of the inputs that is left out while training.</param>
public sealed record AdapterRequest(int Rank, double Alpha, IReadOnlyList<string> Targets, double Dropout);

/// <summary>A critic to train beside the policy.</summary>
/// <param name="ModelDirectory">The reward model that it starts from; null: the one that says what answers are worth, if it reads the tokens of the policy, or else the policy.</param>
/// <param name="LearningRate">Its highest learning rate.</param>
public sealed record CriticRequest(string? ModelDirectory, double LearningRate);

/// <summary>Who says what an answer is worth: one of these.</summary>
/// <param name="ModelDirectory">A reward model.</param>
/// <param name="SpecificationPath">The Counter's checker under this specification; it brings its own prompts.</param>
/// <param name="Command">A program that reads prompts and answers as JSON lines and writes a number for each.</param>
/// <param name="SecondsPerStep">How long the program may take.</param>
public sealed record RewardSource(string? ModelDirectory = null, string? SpecificationPath = null, string? Command = null, int SecondsPerStep = 600);
