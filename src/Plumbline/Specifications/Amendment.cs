namespace Plumbline;

/// <summary>A change of one rule that a person has approved: how specifications grow (081).</summary>
/// <param name="Old">The rule as it was, or null if there was none.</param>
/// <param name="New">The rule as it is to be, or null if it goes.</param>
/// <param name="Reason">Why, in words; an audit's finding, a new sentence of the document.</param>
/// <param name="Approver">Who approved it, or null while nobody has.</param>
/// <param name="After">For a new rule: the rule that it follows, or null to put it last.</param>
public sealed record Amendment(Rule? Old, Rule? New, string Reason, string? Approver = null, string? After = null)
{
    /// <summary>A specification with this amendment, its version raised: the last number for a rule that changed, the middle one for a rule that came or went.</summary>
    /// <exception cref="InputException">The rule is not what it was when the amendment was written, or what comes out is no specification.</exception>
    public Specification ApplyTo(Specification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var place = specification.FileName ?? specification.Name;
        if (Old is null && New is null)
            throw new InputException(place, "the amendment changes nothing.", "Give the rule as it was, as it is to be, or both.");
        if (Old is { } old && (specification.Find(old.Id) is not { } now || !now.SaysTheSameAs(old)))
            throw new InputException(place, $"rule '{old.Id}' is not what it was when the amendment was written.", "Look at the rule as it is now, and amend that.");
        if (After is { } after && specification.Find(after) is null)
            throw new InputException(place, $"there is no rule '{after}' to put the new one after.", $"Name one of its rules: {string.Join(", ", specification.Rules.Select(rule => rule.Id))}.");
        var rules = specification.Rules.ToList();
        if (Old is null)
            rules.Insert(After is null ? rules.Count : rules.FindIndex(rule => rule.Id == After) + 1, New!);
        else if (New is null)
            rules.RemoveAll(rule => rule.Id == Old.Id);
        else
            rules = [.. rules.Select(rule => rule.Id == Old.Id ? New : rule with { Overrides = [.. rule.Overrides.Select(id => id == Old.Id ? New.Id : id)] })];
        var amended = specification with { Rules = rules, Version = Raise(specification.Version, Old is null || New is null ? 1 : 2) };
        return Specification.Parse(amended.ToYaml(), place);
    }

    private static string Raise(string version, int part)
    {
        var numbers = version.Split('.').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        numbers[part]++;
        Array.Clear(numbers, part + 1, numbers.Length - part - 1);
        return string.Join('.', numbers);
    }
}
