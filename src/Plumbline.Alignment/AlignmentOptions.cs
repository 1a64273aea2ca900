namespace Plumbline.Alignment;

/// <summary>What to align, to what, and how much work to spend on it.</summary>
public sealed record AlignmentOptions
{
    /// <summary>The specification, a <c>*.spec.yaml</c> file.</summary>
    public required string SpecificationPath { get; init; }

    /// <summary>Folder of the model to start from, in Hugging Face layout; the bundled model if null.</summary>
    public string? ModelDirectory { get; init; }

    /// <summary>An OpenAI-compatible server to instruct by deliberation instead of training.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The model's name at <see cref="Endpoint"/>.</summary>
    public string? EndpointModel { get; init; }

    /// <summary>Where run folders are made.</summary>
    public string RunsDirectory { get; init; } = "runs";

    /// <summary>Name of the run folder; made of specification, time and seed if null.</summary>
    public string? RunId { get; init; }

    /// <summary>Takes up the run <see cref="RunId"/> where it stopped.</summary>
    public bool Resume { get; init; }

    /// <summary>Same seed, same weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads for the arithmetic; part of what decides the last bit of a weight.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>How much data and how many steps.</summary>
    public AlignmentBudget Budget { get; init; } = AlignmentBudget.Full;

    /// <summary>Shorthand for <see cref="AlignmentBudget.Quick"/>.</summary>
    public bool Quick { get => Budget == AlignmentBudget.Quick; init => Budget = value ? AlignmentBudget.Quick : AlignmentBudget.Full; }
}

/// <summary>How much data and how many steps an alignment takes.</summary>
public sealed record AlignmentBudget
{
    /// <summary>The default: minutes on two cores.</summary>
    public static AlignmentBudget Full { get; } = new();

    /// <summary>A smoke test: everything happens, nothing is learnt well.</summary>
    public static AlignmentBudget Quick { get; } = new()
    {
        AuditItems = 40,
        FeedbackPrompts = 96,
        SamplesPerPrompt = 1,
        SupervisedEpochs = 1,
        PreferencePrompts = 48,
        PreferenceEpochs = 1,
        PolicySteps = 2,
        PolicyPrompts = 8,
    };

    /// <summary>Requests in an audit.</summary>
    public int AuditItems { get; init; } = 330;

    /// <summary>Requests that demonstrations are made for.</summary>
    public int FeedbackPrompts { get; init; } = 2000;

    /// <summary>Answers drawn for each of them; the first that passes the judge is kept.</summary>
    public int SamplesPerPrompt { get; init; } = 2;

    /// <summary>Times that supervised fine-tuning goes through the demonstrations.</summary>
    public int SupervisedEpochs { get; init; } = 4;

    /// <summary>Peak learning rate of supervised fine-tuning.</summary>
    public double SupervisedLearningRate { get; init; } = 1e-3;

    /// <summary>Requests that preferences are made for.</summary>
    public int PreferencePrompts { get; init; } = 800;

    /// <summary>Answers drawn for each of them.</summary>
    public int AnswersPerPreference { get; init; } = 4;

    /// <summary>Times that preference optimisation goes through the pairs.</summary>
    public int PreferenceEpochs { get; init; } = 1;

    /// <summary>Peak learning rate of preference optimisation.</summary>
    public double PreferenceLearningRate { get; init; } = 1e-4;

    /// <summary>Steps of reinforcement learning.</summary>
    public int PolicySteps { get; init; } = 25;

    /// <summary>Requests in each of these steps.</summary>
    public int PolicyPrompts { get; init; } = 32;

    /// <summary>Answers to each request in such a step.</summary>
    public int AnswersPerPolicyPrompt { get; init; } = 6;

    /// <summary>Learning rate of reinforcement learning.</summary>
    public double PolicyLearningRate { get; init; } = 1e-4;
}
