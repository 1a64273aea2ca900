namespace Plumbline.Models.Inference;

/// <summary>Tokens of one text that are read in a pass.</summary>
/// <param name="Memory">What of the text was read before; they are added to it.</param>
/// <param name="Tokens">At least one.</param>
/// <param name="Answers">Whether it is asked what comes after the last of them.</param>
internal sealed record Reading(TextMemory Memory, ReadOnlyMemory<int> Tokens, bool Answers);
