using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>One criterion of answers: an inspector that says how likely it is violated, and a rewriter that mends it, whoever answered (047, Aligners).</summary>
/// <param name="Criterion">What it is about, for traces.</param>
/// <param name="Inspect">How likely an answer violates the criterion, from 0 to 1.</param>
/// <param name="Rewrite">The answer, mended.</param>
public sealed record Aligner(string Criterion, Func<ChatAnswer, CancellationToken, ValueTask<double>> Inspect, Func<ChatAnswer, CancellationToken, ValueTask<string>> Rewrite);

/// <summary>What was said, and what is answered to it.</summary>
/// <param name="Conversation">What was said.</param>
/// <param name="Text">The answer, without reasoning.</param>
public sealed record ChatAnswer(IReadOnlyList<ChatMessage> Conversation, string Text);
