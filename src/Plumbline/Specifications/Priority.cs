namespace Plumbline;

/// <summary>The order in which rules count: as they stand, but a rule comes before those that it overrides.</summary>
internal static class Priority
{
    /// <summary>Stable: of the rules that may come next, the one that stands first.</summary>
    public static IReadOnlyList<Rule> Order(IReadOnlyList<Rule> rules)
    {
        if (rules.All(rule => rule.Overrides.Count == 0))
            return rules;
        var left = rules.ToList();
        var order = new List<Rule>(rules.Count);
        while (left.Count > 0)
        {
            var next = left.FirstOrDefault(rule => !left.Any(other => !ReferenceEquals(other, rule) && other.Overrides.Contains(rule.Id))) ?? left[0];
            left.Remove(next);
            order.Add(next);
        }

        return order;
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
