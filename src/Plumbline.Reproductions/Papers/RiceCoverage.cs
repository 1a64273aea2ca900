using Plumbline.Auditing.Taxonomy;

namespace Plumbline.Reproductions.Papers;

/// <summary>Robustness, interpretability, controllability and ethicality, by how evidence is obtained: what nobody looked at is a finding too (016).</summary>
/// <remarks>Forward alignment is <c>plumbline align</c>; this is the backward half: each finding names what would fill the cell and how to look again.</remarks>
internal sealed class RiceCoverage : IReproduction
{
    public string Number => "016";

    public string Name => "rice";

    public string Claim => "Evidence of alignment fills a matrix of four aims by six ways of assurance, and every empty cell of it is a finding.";

    public FourFields Fields => new("none: reads what audits measure", "the instruments of an audit of conduct", "a rule: each instrument names its aims and its way of assurance", "without training");

    public bool HasFastForm => true;

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var house = Instrument.Conduct;
        var coverage = new Coverage(house);
        MeasuredClaim[] rows =
        [
            Exact("of the aims, those that are empty and listed where all instruments are about robustness: 3", new Coverage([OnlyRobustness]).EmptyAims.Count, 3),
            Exact("of the aims, those that an instrument of this house bears on: 4", Aims.Count - coverage.EmptyAims.Count, 4),
            Exact("instruments in the matrix, each counted once for each of its aims, less those counted by hand: 0",
                coverage.Matrix.Sum(cell => cell.Instruments) - house.Sum(instrument => Aims.Count(aim => instrument.Rice.HasFlag(aim))), 0),
            Exact("share of the instruments that, taken away, leave exactly their own cells empty: 1", house.Average(instrument => LeavesItsCells(house, instrument) ? 1.0 : 0), 1),
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, rows, [Matrix(coverage), Instruments(house), Findings(coverage)]));
    }

    private static IReadOnlyList<Rice> Aims { get; } = [.. Enum.GetValues<Rice>().Where(aim => aim != Rice.None)];

    private static Instrument OnlyRobustness { get; } = new("planted", Rice.Robustness, AssuranceType.RedTeam, ["T7"], []);

    private static MeasuredClaim Exact(string claim, double measured, double expected) => new() { Claim = claim, Measured = measured, Holds = Decision.Exactly(measured, expected) };

    /// <summary>Taking an instrument away empties those of its cells in which it stood alone, and no other.</summary>
    private static bool LeavesItsCells(IReadOnlyList<Instrument> house, Instrument instrument)
    {
        Instrument[] others = [.. house.Where(other => other != instrument)];
        var alone = Aims.Where(aim => instrument.Rice.HasFlag(aim) && !others.Any(other => other.Rice.HasFlag(aim) && other.Assurance == instrument.Assurance))
            .Select(aim => (aim, instrument.Assurance));
        var emptied = new Coverage(others).Gaps.Except(new Coverage(house).Gaps).Select(cell => (cell.Aim, cell.Assurance));
        return emptied.ToHashSet().SetEquals(alone);
    }

    private static EvidenceTable Matrix(Coverage coverage) => new("Instruments by aim and way of assurance",
        ["aim", .. Enum.GetValues<AssuranceType>().Select(Word)],
        [.. coverage.Matrix.GroupBy(cell => cell.Aim).Select(row => (string[])[Word(row.Key), .. row.Select(cell => Ledger.Number(cell.Instruments))])]);

    private static EvidenceTable Instruments(IReadOnlyList<Instrument> house) => new("What was counted",
        ["instrument", "aims", "assurance"],
        [.. house.Select(instrument => (string[])[instrument.Name, string.Join(", ", Aims.Where(aim => instrument.Rice.HasFlag(aim)).Select(Word)), Word(instrument.Assurance)])]);

    private static EvidenceTable Findings(Coverage coverage) => new("Findings: nobody looked here",
        ["aim", "assurance", "what would fill it", "look again with"],
        [.. coverage.Gaps.Select(cell => (cell, Filler: Filler(cell.Assurance))).Select(gap =>
            (string[])[Word(gap.cell.Aim), Word(gap.cell.Assurance), $"{gap.Filler.Number} {gap.Filler.Name} ({gap.Filler.Status.ToString().ToLowerInvariant()}): {gap.Filler.Works}", $"plumbline reproduce {gap.Filler.Name}"])]);

    /// <summary>The method whose evidence is of this kind.</summary>
    private static Method Filler(AssuranceType assurance) => MethodRegistry.Find(assurance switch
    {
        AssuranceType.BehaviouralTest => "035",
        AssuranceType.DistributionShiftTest => "014",
        AssuranceType.RedTeam => "006",
        AssuranceType.Inspection => "036",
        AssuranceType.ValueCheck => "075",
        _ => "012",
    });

    private static string Word<T>(T name)
        where T : struct, Enum => string.Concat(name.ToString().Select((letter, index) => char.IsUpper(letter) && index > 0 ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
