namespace Plumbline;

/// <summary>What a subject did with an item: the answer, the reasoning that led to it, and what it cost.</summary>
/// <param name="Item">What was asked.</param>
/// <param name="Answer">The visible answer.</param>
/// <param name="Reasoning">The hidden reasoning; a judge does not look at it (002).</param>
/// <param name="InputTokens">Tokens read, over all calls.</param>
/// <param name="OutputTokens">Tokens written, over all calls.</param>
/// <param name="Error">Why there is no answer, if the machinery broke.</param>
public sealed record Transcript(Item Item, string Answer, string? Reasoning = null, long InputTokens = 0, long OutputTokens = 0, string? Error = null);
