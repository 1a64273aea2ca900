using Microsoft.Extensions.AI;

namespace Plumbline;

/// <summary>Two answers to one prompt of which one is better.</summary>
/// <param name="Prompt">What was asked, without the rules.</param>
/// <param name="Chosen">The better answer, with its reasoning as <see cref="TextReasoningContent"/>.</param>
/// <param name="Rejected">The worse answer, likewise.</param>
/// <param name="Rule">The rule that the difference is about, if it is about one.</param>
public sealed record Preference(IReadOnlyList<ChatMessage> Prompt, ChatMessage Chosen, ChatMessage Rejected, string? Rule = null);

/// <summary>A prompt with an answer worth imitating.</summary>
/// <param name="Prompt">What was asked, without the rules.</param>
/// <param name="Answer">The answer, with its reasoning as <see cref="TextReasoningContent"/>.</param>
/// <param name="Rule">The rule that decided it, if one did.</param>
public sealed record Demonstration(IReadOnlyList<ChatMessage> Prompt, ChatMessage Answer, string? Rule = null);
