namespace Plumbline.Reproductions;

/// <summary>What every alignment method is a choice of (062). Where the model is frozen, the data are the candidates and the algorithm chooses among them.</summary>
/// <param name="Model">What is moved: all weights, an adapter, the prompt, nothing.</param>
/// <param name="Data">Where prompts and answers come from, and whether the model being trained made them.</param>
/// <param name="Feedback">Who says what is better: a label, a rule, a checker, a judge.</param>
/// <param name="Algorithm">How feedback becomes a change: point-wise, pair-wise, list-wise, or without training.</param>
public sealed record FourFields(string Model, string Data, string Feedback, string Algorithm)
{
    /// <summary>Whether all four are named.</summary>
    public bool Complete => !new[] { Model, Data, Feedback, Algorithm }.Any(string.IsNullOrWhiteSpace);
}
