using Plumbline.Auditing.Taxonomy;

namespace Plumbline.Auditing.Reports;

/// <summary>Everything that an alignment has to show for itself; written as a page for people, a file for programs and a system card.</summary>
public sealed record AlignmentReport
{
    /// <summary>What stands at the top.</summary>
    public required string Title { get; init; }

    /// <summary>When the run ended.</summary>
    public required DateTimeOffset When { get; init; }

    /// <summary>What the model was to follow.</summary>
    public required Specification Specification { get; init; }

    /// <summary>The subjects in the order base, deliberate, trained; at least the base, all on the same items.</summary>
    public required IReadOnlyList<Arm> Arms { get; init; }

    /// <summary>Options, seeds and versions, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Training curves, in the order of training.</summary>
    public IReadOnlyList<Curve> Curves { get; init; } = [];

    /// <summary>What each stage took.</summary>
    public IReadOnlyList<CostRow> Cost { get; init; } = [];

    /// <summary>What the audit is evidence of.</summary>
    public Coverage Coverage { get; init; } = new(Instrument.Conduct);

    /// <summary>Answers to the questions of <see cref="Checklist"/> by number, beside what the report can answer from its own data.</summary>
    public IReadOnlyDictionary<int, string> Answers { get; init; } = new Dictionary<int, string>();

    /// <summary>The gates before release; declared before the run.</summary>
    public IReadOnlyList<ReleaseGate> Gates { get; init; } = ReleaseGate.Conduct;

    /// <summary>What the model is, one paragraph.</summary>
    public string Model { get; init; } = "";

    /// <summary>How it was made, a sentence for each step.</summary>
    public IReadOnlyList<string> Making { get; init; } = [];

    /// <summary>What it cannot do and what was not looked at.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Commands that make the same again.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>One arm by its key, or null.</summary>
    public Arm? this[string key] => Arms.FirstOrDefault(arm => arm.Key == key);

    /// <summary>The arm that the report is about: the last, which is the trained one if there was training.</summary>
    public Arm Final => Arms[^1];

    /// <summary>The paired test from the base to <see cref="Final"/>; null if there is only one arm.</summary>
    public Comparison? Changed => Arms.Count > 1 ? Comparison.Of(Arms[0].Audit, Final.Audit) : null;

    /// <summary>What the gates make of <see cref="Final"/>.</summary>
    public Scorecard Scorecard => Scorecard.Of(Final.Audit, Gates);

    /// <summary>Before and after, a row for each measure: what a terminal shows.</summary>
    public IReadOnlyList<SummaryRow> Summary
    {
        get
        {
            var changed = Changed;
            return [.. Final.Audit.Measures.Select(measure => new SummaryRow(measure, Estimate(Arm.Base, measure), Estimate(Arm.Deliberate, measure), Estimate(Arm.Trained, measure), changed?[measure.Name]))];
        }
    }

    /// <summary>The report as one HTML page that needs no network.</summary>
    public string ToHtml() => Page.ReportPage.Write(new Evidence(this));

    /// <summary>The report as JSON for programs.</summary>
    public string ToJson() => ReportJson.Write(new Evidence(this));

    /// <summary>The system card as Markdown.</summary>
    public string ToSystemCard() => SystemCard.Write(new Evidence(this));

    /// <summary>Writes <c>report.html</c>, <c>report.json</c> and <c>system-card.md</c> into a folder that exists.</summary>
    /// <exception cref="InputException">The arms are not about the same items.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task WriteAsync(string directory, CancellationToken cancellationToken = default)
    {
        var evidence = new Evidence(this);
        await File.WriteAllTextAsync(Path.Combine(directory, "report.html"), Page.ReportPage.Write(evidence), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(directory, "report.json"), ReportJson.Write(evidence), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(directory, "system-card.md"), SystemCard.Write(evidence), cancellationToken).ConfigureAwait(false);
    }

    private MeasureEstimate? Estimate(string arm, Measure measure) => this[arm]?.Audit[measure.Name];
}

/// <summary>One subject of a report.</summary>
/// <param name="Key"><c>base</c>, <c>deliberate</c> or <c>trained</c>; the key in <c>report.json</c>.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="Audit">What it did.</param>
public sealed record Arm(string Key, string Title, SubjectAudit Audit)
{
    /// <summary>Base weights, no rules in the prompt.</summary>
    public const string Base = "base";

    /// <summary>Base weights, rules in the prompt, middleware.</summary>
    public const string Deliberate = "deliberate";

    /// <summary>Aligned weights, no rules in the prompt.</summary>
    public const string Trained = "trained";
}

/// <summary>A number that was followed while training.</summary>
/// <param name="Stage">For example <c>supervised fine-tuning</c>.</param>
/// <param name="Name">For example <c>loss</c>.</param>
/// <param name="Points">By step; what is not finite is left out of the picture.</param>
public sealed record Curve(string Stage, string Name, IReadOnlyList<CurvePoint> Points);

/// <summary>One point of a curve.</summary>
/// <param name="Step">Step of training.</param>
/// <param name="Value">The number at that step.</param>
public readonly record struct CurvePoint(long Step, double Value);

/// <summary>What one stage took.</summary>
/// <param name="What">The stage.</param>
/// <param name="Time">Wall-clock time, if known.</param>
/// <param name="Tokens">Tokens read and written, if known.</param>
/// <param name="Note">Anything else, for example memory or money.</param>
public sealed record CostRow(string What, TimeSpan? Time, long? Tokens = null, string Note = "");

/// <summary>One measure before and after.</summary>
/// <param name="Measure">What was measured.</param>
/// <param name="Base">The base model without rules in the prompt.</param>
/// <param name="Deliberate">The base model with the rules in the prompt, if audited.</param>
/// <param name="Trained">The aligned model without rules in the prompt, if there is one.</param>
/// <param name="Change">The paired test from the base to the last arm; its adjusted p is over the family of measures.</param>
public sealed record SummaryRow(Measure Measure, MeasureEstimate? Base, MeasureEstimate? Deliberate, MeasureEstimate? Trained, Statistics.PairedTest? Change);
