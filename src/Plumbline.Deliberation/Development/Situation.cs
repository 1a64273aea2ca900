namespace Plumbline.Deliberation;

/// <summary>Something to live through.</summary>
/// <param name="Scope">What kind of situation it is; a lesson is learnt for a scope.</param>
/// <param name="Text">What is told of it.</param>
public sealed record Situation(string Scope, string Text);

/// <summary>What looking back at an experience comes to.</summary>
/// <param name="Introspection">What one was inclined to do, and why.</param>
/// <param name="Analysis">Which tendency that is, and whose interest it serves.</param>
/// <param name="Hypothesis">What to do next time, as the rest of "the model must …".</param>
public sealed record Reflection(string Introspection, string Analysis, string Hypothesis);

/// <summary>What was lived through, and what was learnt from it.</summary>
/// <param name="Situation">What happened.</param>
/// <param name="Response">What was done.</param>
/// <param name="Outcome">What it was worth.</param>
/// <param name="Reflection">Looking back.</param>
/// <param name="Before">The mean outcome in sibling situations without the hypothesis.</param>
/// <param name="After">The same with it.</param>
public sealed record Experience(Situation Situation, string Response, double Outcome, Reflection Reflection, double Before, double After)
{
    /// <summary>Whether the hypothesis did better, so that it may become a lesson.</summary>
    public bool Improved => After > Before;
}
