using Plumbline.Models;

namespace Plumbline.Training.Agents;

/// <summary>An episode in words: what is written is decoded, and what is told encoded, with the policy's tokenizer.</summary>
/// <param name="tokenizer">Of the policy.</param>
/// <param name="prompt">The task; not empty.</param>
/// <param name="act">Does what was written, and says what came of it; nothing told is an empty text.</param>
public sealed class TextEpisode(Tokenizer tokenizer, string prompt, Func<string, TextObservation> act) : IEpisode
{
    /// <inheritdoc/>
    public int[] Prompt { get; } = tokenizer.Encode(prompt);

    /// <inheritdoc/>
    public Observation Act(IReadOnlyList<int> written)
    {
        var (told, reward, ended) = act(tokenizer.Decode([.. written], skipSpecial: true));
        return new(told.Length == 0 ? [] : tokenizer.Encode(told), reward, ended);
    }
}

/// <summary>What came of a turn, in words.</summary>
/// <param name="Text">What the policy reads before its next turn.</param>
/// <param name="Reward">What the turn was worth.</param>
/// <param name="Ended">Whether the work is over.</param>
public sealed record TextObservation(string Text, double Reward, bool Ended);
