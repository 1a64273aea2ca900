namespace Plumbline.Training;

/// <summary>An answer to a system message, and one to the same request under another message.</summary>
/// <param name="Message">Which message, from 0.</param>
/// <param name="Rejected">Which other message the rejected answer was written for; the chosen one is the answer to <paramref name="Message"/>.</param>
public readonly record struct MessagePair(int Message, int Rejected);

/// <summary>Pairs of the answers to one request under several system messages: under each message, what was written for it is better than what was written for another (115, Janus).</summary>
/// <remarks>Both answers may be as good as each other: only the message says which is chosen, so that nothing but the message can be learnt from the pair.</remarks>
public static class AcrossMessages
{
    /// <summary>All pairs, those of the first message first.</summary>
    /// <param name="answers">For each message, what was written for it.</param>
    /// <param name="same">Whether two answers are the same, which make no pair; null: whether they are equal.</param>
    public static IReadOnlyList<MessagePair> Of<T>(IReadOnlyList<T> answers, IEqualityComparer<T>? same = null)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var comparer = same ?? EqualityComparer<T>.Default;
        return [.. answers.Index().SelectMany(chosen => answers.Index().Where(other => !comparer.Equals(chosen.Item, other.Item)).Select(other => new MessagePair(chosen.Index, other.Index)))];
    }
}
