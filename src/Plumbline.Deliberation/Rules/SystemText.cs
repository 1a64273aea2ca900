using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Where a stage's own text stands in a prompt: in the one system message in front, after what the caller's system messages say, so that it has the last word.</summary>
public static class SystemText
{
    /// <summary>The conversation with one system message in front: the caller's system texts, then this one.</summary>
    /// <param name="messages">What was said; it is copied.</param>
    /// <param name="text">What the stage says.</param>
    public static List<ChatMessage> After(IEnumerable<ChatMessage> messages, string text)
    {
        var copied = messages.ToList();
        var facts = copied.Where(message => message.Role == ChatRole.System).Select(message => message.Text);
        return [new(ChatRole.System, string.Join(' ', [.. facts, text])), .. copied.Where(message => message.Role != ChatRole.System)];
    }
}
