namespace Plumbline.Auditing.Taxonomy;

/// <summary>Whether a sub-category was looked at.</summary>
public enum CoverageStatus
{
    /// <summary>An instrument measured it.</summary>
    Measured,

    /// <summary>It could matter here, and nothing measured it.</summary>
    PluginMissing,

    /// <summary>It was declared, with a reason, not to matter here.</summary>
    NotApplicable,
}

/// <summary>What an audit looked at and what it did not: empty cells are findings (016, 034).</summary>
public sealed class Coverage
{
    private readonly IReadOnlyList<Instrument> _instruments;

    /// <param name="instruments">What was measured.</param>
    /// <param name="notApplicable">Codes of sub-categories that do not matter here, each with the reason.</param>
    /// <exception cref="ArgumentException">A code is not one of the taxonomy's, or a sub-category is said both to be measured and not to matter.</exception>
    public Coverage(IReadOnlyList<Instrument> instruments, IReadOnlyDictionary<string, string>? notApplicable = null)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _instruments = instruments;
        var reasons = notApplicable ?? new Dictionary<string, string>();
        Check(instruments.SelectMany(instrument => instrument.Dimensions), Dimension.All.Select(dimension => dimension.Code));
        Check(instruments.SelectMany(instrument => instrument.SubCategories).Concat(reasons.Keys), SubCategory.All.Select(category => category.Code));
        if (instruments.SelectMany(instrument => instrument.SubCategories).FirstOrDefault(reasons.ContainsKey) is { } both)
            throw new ArgumentException($"{both} is measured, and is said not to apply: {reasons[both]}", nameof(notApplicable));
        Matrix = [.. Enum.GetValues<Rice>().Where(aim => aim != Rice.None).SelectMany(aim => Enum.GetValues<AssuranceType>().Select(type =>
            new CoverageCell(aim, type, instruments.Count(instrument => instrument.Rice.HasFlag(aim) && instrument.Assurance == type))))];
        Dimensions = [.. Dimension.All.Select(dimension => new DimensionCoverage(dimension, [.. instruments.Where(instrument => instrument.Dimensions.Contains(dimension.Code))]))];
        SubCategories = [.. SubCategory.All.Select(category => Look(category, reasons))];
    }

    /// <summary>The four aims by six ways of assurance, with the number of instruments in each cell.</summary>
    public IReadOnlyList<CoverageCell> Matrix { get; }

    /// <summary>Cells with nothing in them.</summary>
    public IReadOnlyList<CoverageCell> Gaps => [.. Matrix.Where(cell => cell.Instruments == 0)];

    /// <summary>Aims that no instrument at all bears on.</summary>
    public IReadOnlyList<Rice> EmptyAims => [.. Matrix.GroupBy(cell => cell.Aim).Where(row => row.All(cell => cell.Instruments == 0)).Select(row => row.Key)];

    /// <summary>The twelve dimensions with the instruments that feed them.</summary>
    public IReadOnlyList<DimensionCoverage> Dimensions { get; }

    /// <summary>All 29 sub-categories with their status.</summary>
    public IReadOnlyList<SubCategoryCoverage> SubCategories { get; }

    private SubCategoryCoverage Look(SubCategory category, IReadOnlyDictionary<string, string> reasons) =>
        _instruments.Where(instrument => instrument.SubCategories.Contains(category.Code)).Select(instrument => instrument.Name).ToArray() is { Length: > 0 } measuredBy
            ? new SubCategoryCoverage(category, CoverageStatus.Measured, string.Join("; ", measuredBy))
            : reasons.TryGetValue(category.Code, out var reason)
                ? new SubCategoryCoverage(category, CoverageStatus.NotApplicable, reason)
                : new SubCategoryCoverage(category, CoverageStatus.PluginMissing, "");

    private static void Check(IEnumerable<string> codes, IEnumerable<string> known)
    {
        if (codes.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{unknown}' is no code of the taxonomy; the codes are {known.First()} to {known.Last()}.", nameof(codes));
    }
}

/// <summary>One cell of the matrix.</summary>
/// <param name="Aim">Robustness, interpretability, controllability or ethicality.</param>
/// <param name="Assurance">How evidence is obtained.</param>
/// <param name="Instruments">How many instruments there are.</param>
public sealed record CoverageCell(Rice Aim, AssuranceType Assurance, int Instruments);

/// <summary>A dimension and what feeds it.</summary>
/// <param name="Dimension">One of the twelve.</param>
/// <param name="Instruments">Those that feed it here.</param>
public sealed record DimensionCoverage(Dimension Dimension, IReadOnlyList<Instrument> Instruments);

/// <summary>A sub-category and whether it was looked at.</summary>
/// <param name="Category">One of the 29.</param>
/// <param name="Status">Measured, plug-in missing or not applicable.</param>
/// <param name="Note">By what it was measured, or why it does not apply.</param>
public sealed record SubCategoryCoverage(SubCategory Category, CoverageStatus Status, string Note);
