namespace Plumbline.Deliberation;

/// <summary>How <see cref="EvidenceWeighingChatClient"/> works.</summary>
public sealed record EvidenceWeighingOptions
{
    /// <summary>How often the model is asked without any passage, 1 to 50; the share that says the same is how sure it is.</summary>
    public int Samples
    {
        get;
        init => field = value is >= 1 and <= 50 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A model is asked 1 to 50 times.");
    } = 5;

    /// <summary>How many passages are read at most, 1 to 200; the first ones.</summary>
    public int MostPassages
    {
        get;
        init => field = value is >= 1 and <= 200 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 200 passages are read.");
    } = 20;

    /// <summary>How passages and memory are weighed.</summary>
    public PassageWeighing Weighing { get; init; } = new();

    /// <summary>What an answer comes to: two answers that come to the same are the same claim. By default letter case, blanks and marks at the ends do not count.</summary>
    public Func<string, string> Claim { get; init; } = answer =>
    {
        ArgumentNullException.ThrowIfNull(answer);
        return string.Join(' ', answer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Trim('.', '!', '"', '\'', ' ').ToUpperInvariant();
    };
}
