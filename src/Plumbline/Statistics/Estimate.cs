namespace Plumbline.Statistics;

/// <summary>A number with its uncertainty.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="N">How many observations it rests on.</param>
/// <param name="Method">How the interval was made, for example <c>Wilson</c>.</param>
public sealed record Estimate(double Value, double Low, double High, int N, string Method);
