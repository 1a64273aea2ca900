using System.Text;

namespace Plumbline;

/// <summary>How a specification stands in a prompt. One place, because a model that was trained on one form reads that form best.</summary>
public static class SpecificationPrompt
{
    /// <summary>What follows the rules where the model is to deliberate.</summary>
    public const string Think = "Think about the rules first.";

    /// <summary>What a user turn says to have an answer reviewed (035).</summary>
    public const string Review = "Check your answer against the rules and answer again.";

    /// <summary>The rules in order of priority, and the request to think about them: <c>Rules: must (id). must (id). Think about the rules first.</c></summary>
    public static string Render(Specification specification) => $"{RenderRules(specification)} {Think}";

    /// <summary>The rules alone: <c>Rules: must (id). must (id).</c></summary>
    public static string RenderRules(Specification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return RenderRules(specification.ByPriority);
    }

    /// <summary>Some rules, in the order given: <c>Rules: must (id). must (id).</c></summary>
    public static string RenderRules(IEnumerable<Rule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var text = new StringBuilder("Rules:");
        foreach (var rule in rules)
            text.Append(' ').Append(rule.Must.Trim().TrimEnd('.')).Append(" (").Append(rule.Id).Append(").");
        return text.ToString();
    }
}
