namespace Plumbline.Models.Generation.Constraints;

/// <summary>A regular expression, parsed.</summary>
internal abstract record RegularExpression;

/// <summary>One code point of several ranges; they are in order and disjoint.</summary>
internal sealed record CodePoints(IReadOnlyList<(int Low, int High)> Ranges) : RegularExpression
{
    /// <summary>Puts ranges in order and joins those that touch.</summary>
    public static CodePoints Of(IEnumerable<(int Low, int High)> ranges)
    {
        var joined = new List<(int Low, int High)>();
        foreach (var range in ranges.Order())
        {
            if (joined.Count > 0 && range.Low <= joined[^1].High + 1)
                joined[^1] = (joined[^1].Low, Math.Max(joined[^1].High, range.High));
            else
                joined.Add(range);
        }
        return new(joined);
    }

    /// <summary>All other code points.</summary>
    public CodePoints Others()
    {
        var (others, from) = (new List<(int, int)>(), 0);
        foreach (var (low, high) in Ranges)
        {
            if (low > from)
                others.Add((from, low - 1));
            from = high + 1;
        }
        if (from <= CodePointAutomaton.LastCodePoint)
            others.Add((from, CodePointAutomaton.LastCodePoint));
        return new(others);
    }
}

/// <summary>One after the other.</summary>
internal sealed record Sequence(IReadOnlyList<RegularExpression> Parts) : RegularExpression;

/// <summary>One of several.</summary>
internal sealed record Choice(IReadOnlyList<RegularExpression> Branches) : RegularExpression;

/// <summary>One several times.</summary>
internal sealed record Repeated(RegularExpression Part, int Least, int? Most) : RegularExpression;
