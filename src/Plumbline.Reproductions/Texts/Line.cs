namespace Plumbline.Reproductions.Texts;

/// <summary>What is asked in a small world, and what is said to it.</summary>
/// <param name="Prompt">What is read; not empty.</param>
/// <param name="Answer">What was written, or is to be; a blank comes between the two.</param>
internal sealed record Line(string Prompt, string Answer);
