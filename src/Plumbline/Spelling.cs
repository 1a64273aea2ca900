namespace Plumbline;

/// <summary>Guesses what somebody meant to write.</summary>
public static class Spelling
{
    /// <summary>The known word nearest to what was written, or null if none is near: more than a third of its letters would have to change.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="known">What could have been meant.</param>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(known);
        var (word, distance) = known.Select(word => (Word: word, Distance: Distance(written.ToUpperInvariant(), word.ToUpperInvariant())))
            .DefaultIfEmpty((Word: "", Distance: int.MaxValue)).MinBy(candidate => candidate.Distance);
        return distance <= Math.Max(1, (Math.Max(written.Length, word.Length) + 1) / 3) ? word : null;
    }

    /// <summary>How many letters to add, drop or change to make one word of the other (Levenshtein).</summary>
    public static int Distance(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
