namespace Plumbline.Models;

/// <summary>Texts one after the other in one row, without padding; no text sees another (046).</summary>
/// <remarks>A text that begins like others goes on from one copy of the beginning, so that it is computed once: prompts shared by several answers.</remarks>
/// <param name="Ids">Tokens, [tokens].</param>
/// <param name="Positions">Where each token stands in its own text, from 0, [tokens].</param>
/// <param name="Runs">What the row is made of, in order.</param>
internal sealed record PackedTexts(long[] Ids, long[] Positions, IReadOnlyList<TextRun> Runs);

/// <summary>Tokens in a row that belong to the same text or texts.</summary>
/// <param name="Length">How many, at least 1.</param>
/// <param name="After">The earlier run that it goes on from, which goes on from none; null: it begins a text.</param>
internal readonly record struct TextRun(int Length, int? After);
