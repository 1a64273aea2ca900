using System.Text;

namespace Plumbline.Worlds.Counter;

/// <summary>A specification that the counter can compute: for every request, the right decision and the rule that makes it.</summary>
/// <remarks>The rules that have something to say to a request are consulted in order of priority; the first that decides, decides.
/// If none does, the rules are silent and a person takes over.</remarks>
public sealed class CounterPolicy
{
    /// <exception cref="InputException">A rule is put in a sentence that the counter does not read.</exception>
    public CounterPolicy(Specification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        Specification = specification;
        Rules = [.. specification.ByPriority.Select(CounterGrammar.Read)];
        Unreachable = UnreachableRule.FindIn(Rules);
    }

    /// <summary>The specification that is computed.</summary>
    public Specification Specification { get; }

    /// <summary>Its rules in order of priority.</summary>
    public IReadOnlyList<CounterRule> Rules { get; }

    /// <summary>Rules that can never decide anything, whatever is asked, because of the rules before them; each with why, and how to mend it.</summary>
    public IReadOnlyList<UnreachableRule> Unreachable { get; }

    /// <summary>What must be kept secret.</summary>
    public IEnumerable<string> Secrets => Rules.OfType<KeepSecret>().Select(rule => rule.Secret).Distinct();

    /// <summary>The right answer to a request.</summary>
    public Ruling Decide(CounterRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var deliberation = new StringBuilder(request.Facts);
        foreach (var rule in Rules)
        {
            if (rule.Consult(request) is not { } step)
                continue;
            deliberation.Append(" (").Append(rule.Rule.Id).Append(") ").Append(step.Thought).Append('.');
            if (step.Decision is { } decision)
                return new Ruling(decision, rule, step.Missing, deliberation.Append(' ').Append(InWords(decision)).Append('.').ToString(), step.Because);
        }

        return new Ruling(Decision.HandOver, null, null, deliberation.Append(" No rule decides. Hand over.").ToString(), "");
    }

    private static string InWords(Decision decision) => decision == Decision.HandOver ? "Hand over" : decision.ToString();
}
