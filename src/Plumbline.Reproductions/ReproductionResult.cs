using System.Text.Json.Serialization;

namespace Plumbline.Reproductions;

/// <summary>What an experiment came to.</summary>
/// <param name="Number">Number of the method.</param>
/// <param name="Name">Name of the method.</param>
/// <param name="Claim">What the paper claims.</param>
/// <param name="Fast">Whether this was the form that takes seconds.</param>
/// <param name="Rows">What was measured, a row for each claim that can be checked.</param>
/// <param name="Tables">What the rows were counted from, for a reader who wants to check.</param>
public sealed record ReproductionResult(
    string Number, string Name, string Claim, bool Fast, IReadOnlyList<MeasuredClaim> Rows, IReadOnlyList<EvidenceTable> Tables)
{
    /// <summary>No, if any row does not hold; undecided, if any is; else yes.</summary>
    public Holds Holds => Rows.Count == 0 ? Holds.Undecided : Rows.Max(row => row.Holds);
}

/// <summary>One claim against what was measured.</summary>
public sealed record MeasuredClaim
{
    /// <summary>The claim, one sentence with its number in it.</summary>
    public required string Claim { get; init; }

    /// <summary>What was measured.</summary>
    public required double Measured { get; init; }

    /// <summary>Whether nothing was drawn or estimated: then the number is either right or wrong.</summary>
    [JsonIgnore]
    public bool IsExact => Low is null;

    /// <summary>Lower end of the 95 % interval, or null where the number is exact.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the 95 % interval, or null where the number is exact.</summary>
    public double? High { get; init; }

    /// <summary>Whether the measurement bears the claim out.</summary>
    public required Holds Holds { get; init; }

    /// <summary>The seeds it rests on; none where nothing is drawn.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [];

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }
}

/// <summary>Whether a claim is borne out; the worst of several is the greatest.</summary>
public enum Holds
{
    /// <summary>The whole interval is on the claim's side.</summary>
    Yes,

    /// <summary>The interval has both sides in it.</summary>
    Undecided,

    /// <summary>The whole interval is on the other side.</summary>
    No,
}

/// <summary>A small table that a reader can check.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">Its headings.</param>
/// <param name="Rows">Its cells, as many in each row as there are headings.</param>
public sealed record EvidenceTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
