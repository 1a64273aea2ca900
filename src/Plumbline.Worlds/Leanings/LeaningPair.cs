namespace Plumbline.Worlds.Leanings;

/// <summary>Two statements that differ in the camp they lean to.</summary>
/// <param name="Topic">What they are about.</param>
/// <param name="Left">From the left.</param>
/// <param name="Right">From the right.</param>
/// <param name="Style">1 if only the left one has the first style, −1 if only the right one, else 0.</param>
public sealed record LeaningPair(string Topic, string Left, string Right, int Style);
