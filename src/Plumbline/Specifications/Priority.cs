namespace Plumbline;

/// <summary>The order in which rules count: as they stand, but a rule comes before those that it overrides.</summary>
internal static class Priority
{
    /// <summary>A rule that overrides another moves to just before it; all others stay where they are.</summary>
    public static IReadOnlyList<Rule> Order(IReadOnlyList<Rule> rules)
    {
        var order = new List<Rule>(rules.Count);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
            Place(rule);
        return order;

        void Place(Rule rule)
        {
            if (!placed.Add(rule.Id))
                return;
            foreach (var above in rules.Where(other => other.Overrides.Contains(rule.Id)))
                Place(above);
            order.Add(rule);
        }
    }

    /// <summary>Identifiers of rules that override each other in a circle, or null.</summary>
    public static IReadOnlyList<string>? FindCycle(IReadOnlyList<Rule> rules)
    {
        var byId = rules.DistinctBy(rule => rule.Id).ToDictionary(rule => rule.Id);
        var done = new HashSet<string>();
        return rules.Select(rule => Walk(rule.Id, [])).FirstOrDefault(cycle => cycle is not null);

        List<string>? Walk(string id, List<string> way)
        {
            if (way.IndexOf(id) is >= 0 and var start)
                return way[start..];
            if (!byId.TryGetValue(id, out var rule) || done.Contains(id))
                return null;
            var cycle = rule.Overrides.Select(other => Walk(other, [.. way, id])).FirstOrDefault(found => found is not null);
            done.Add(id);
            return cycle;
        }
    }
}
