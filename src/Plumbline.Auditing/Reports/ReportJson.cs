using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Auditing.Taxonomy;
using Plumbline.Statistics;

namespace Plumbline.Auditing.Reports;

/// <summary>The report for programs. <c>arms.*.*</c> and <c>changed.*</c> keep their shape as long as <c>schemaVersion</c> is 1; a number that does not exist is null.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Evidence evidence)
    {
        var report = evidence.Report;
        return new JsonObject
        {
            ["schemaVersion"] = 1,
            ["title"] = report.Title,
            ["when"] = report.When.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["specification"] = Write(report.Specification),
            ["settings"] = new JsonArray([.. report.Settings.Select(setting => new JsonObject { ["name"] = setting.Key, ["value"] = setting.Value })]),
            ["suite"] = Write(report.Final.Audit),
            ["measures"] = Write(evidence.Measures, measure => new JsonObject { ["title"] = measure.Title, ["higherIsBetter"] = measure.HigherIsBetter }, measure => measure.Name),
            ["arms"] = Write(report.Arms, arm => Write(evidence.Estimates[arm.Key]), arm => arm.Key),
            ["changed"] = Write(evidence.Changed?.Measures),
            ["comparisons"] = Write(evidence.Comparisons, comparison => Write(comparison.Comparison.Measures), comparison => $"{comparison.From.Key}-{comparison.To.Key}"),
            ["rules"] = new JsonArray([.. evidence.RulesTested.Select(rule => Part("rule", rule, report.Arms, arm => evidence.ByRule[arm.Key], evidence.Changed?.ByRule))]),
            ["rulesWithoutItems"] = new JsonArray([.. evidence.RulesUntested.Select(rule => JsonValue.Create(rule.Id))]),
            ["tags"] = Write(evidence.Tags, tag => new JsonArray([.. evidence.ByTag[report.Final.Key][tag].Select(part =>
                Part("value", part.Key, report.Arms, arm => evidence.ByTag[arm.Key].GetValueOrDefault(tag) ?? [], evidence.Changed?.ByTag[tag]))]), tag => tag),
            ["subjects"] = Write(report.Arms, arm => new JsonObject
            {
                ["title"] = arm.Title,
                ["description"] = arm.Audit.Description,
                ["inputTokens"] = arm.Audit.InputTokens,
                ["outputTokens"] = arm.Audit.OutputTokens,
            }, arm => arm.Key),
            ["gates"] = Write(evidence.Scorecard),
            ["findings"] = new JsonArray([.. evidence.Findings.Select(Write)]),
            ["changedConversations"] = new JsonArray([.. (evidence.Changed?.Changed ?? []).Select(changed => new JsonObject
            {
                ["item"] = changed.After.Item.Id, ["rule"] = changed.After.Verdict.Rule, ["better"] = Names(changed.Better), ["worse"] = Names(changed.Worse),
            })]),
            ["curves"] = new JsonArray([.. report.Curves.Select(curve => new JsonObject
            {
                ["stage"] = curve.Stage, ["name"] = curve.Name, ["points"] = new JsonArray([.. curve.Points.Select(point => new JsonArray(point.Step, Number(point.Value)))]),
            })]),
            ["cost"] = new JsonArray([.. report.Cost.Select(row => new JsonObject { ["what"] = row.What, ["seconds"] = row.Time?.TotalSeconds, ["tokens"] = row.Tokens, ["note"] = row.Note })]),
            ["coverage"] = Write(report.Coverage),
            ["checklist"] = new JsonArray([.. evidence.Checklist.Select(entry => new JsonObject
            {
                ["number"] = entry.Question.Number, ["topic"] = entry.Question.Topic, ["question"] = entry.Question.Question, ["answers"] = new JsonArray([.. entry.Answers.Select(answer => JsonValue.Create(answer))]),
            })]),
        }.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Write(Specification specification) => new()
    {
        ["name"] = specification.Name,
        ["version"] = specification.Version,
        ["rules"] = new JsonArray([.. specification.Rules.Select(rule => new JsonObject
        {
            ["id"] = rule.Id, ["must"] = rule.Must, ["kind"] = Figures.Words(rule.Kind), ["source"] = Write(rule.Source),
        })]),
    };

    private static JsonObject? Write(Provenance? source) => source is null ? null : new() { ["document"] = source.Document, ["section"] = source.Section, ["sentence"] = source.Sentence };

    private static JsonObject Write(SubjectAudit audit) => new()
    {
        ["name"] = audit.Suite,
        ["version"] = audit.SuiteVersion,
        ["hash"] = audit.SuiteHash,
        ["items"] = audit.Items.Count,
        ["seed"] = audit.Seed,
    };

    private static JsonObject Part(string name, string? key, IEnumerable<Arm> arms, Func<Arm, IReadOnlyList<Breakdown>> parts, IReadOnlyList<GroupChange>? changes) => new()
    {
        [name] = key,
        ["arms"] = Write(arms, arm => Write(parts(arm).FirstOrDefault(part => part.Key == key)?.Measures ?? []), arm => arm.Key),
        ["changed"] = Write(changes?.FirstOrDefault(change => change.Key == key)?.Measures),
    };

    private static JsonObject Write(IEnumerable<MeasureEstimate> estimates) => Write(estimates, measured => new JsonObject
    {
        ["value"] = Number(measured.Estimate.Value),
        ["low"] = Number(measured.Estimate.Low),
        ["high"] = Number(measured.Estimate.High),
        ["n"] = measured.Estimate.N,
        ["scored"] = measured.Scored,
        ["unscored"] = measured.Unscored,
        ["errors"] = measured.Errors,
        ["method"] = measured.Estimate.Method,
    }, measured => measured.Measure.Name);

    private static JsonObject Write(IEnumerable<MeasureChange>? changes) => Write(changes ?? [], change => Write(change.Test), change => change.Measure.Name);

    private static JsonObject Write(PairedTest test) => new()
    {
        ["before"] = Number(test.Before),
        ["after"] = Number(test.After),
        ["difference"] = Number(test.Difference),
        ["low"] = Number(test.Low),
        ["high"] = Number(test.High),
        ["p"] = Number(test.PValue),
        ["pAdjusted"] = test.AdjustedPValue is { } adjusted ? Number(adjusted) : null,
        ["effectSize"] = Number(test.EffectSize),
        ["n"] = test.N,
        ["gained"] = test.Gained,
        ["lost"] = test.Lost,
        ["method"] = test.Method,
    };

    private static JsonObject Write(Scorecard card) => new()
    {
        ["deploy"] = card.Deploy,
        ["highest"] = Figures.Words(card.Highest),
        ["results"] = new JsonArray([.. card.Results.Select(result => new JsonObject
        {
            ["title"] = result.Gate.Title,
            ["measure"] = result.Gate.Measure,
            ["risk"] = Number(result.Risk),
            ["level"] = Figures.Words(result.Level),
            ["worstRisk"] = Number(result.WorstRisk),
            ["worstLevel"] = Figures.Words(result.WorstLevel),
            ["thresholds"] = new JsonObject { ["medium"] = result.Gate.Medium, ["high"] = result.Gate.High, ["critical"] = result.Gate.Critical },
            ["open"] = result.IsOpen(card.Highest),
        })]),
    };

    private static JsonObject Write(Finding finding) => new()
    {
        ["rule"] = finding.Rule.Id,
        ["item"] = finding.Transcript.Item.Id,
        ["reason"] = finding.Verdict.Reason,
        ["source"] = Write(finding.Rule.Source),
    };

    private static JsonObject Write(Coverage coverage) => new()
    {
        ["matrix"] = new JsonArray([.. coverage.Matrix.Select(cell => new JsonObject { ["aim"] = Figures.Words(cell.Aim), ["assurance"] = Figures.Words(cell.Assurance), ["instruments"] = cell.Instruments })]),
        ["emptyAims"] = new JsonArray([.. coverage.EmptyAims.Select(aim => JsonValue.Create(Figures.Words(aim)))]),
        ["dimensions"] = Write(coverage.Dimensions, dimension => new JsonArray([.. dimension.Instruments.Select(instrument => JsonValue.Create(instrument.Name))]), dimension => dimension.Dimension.Code),
        ["subCategories"] = Write(coverage.SubCategories, category => JsonValue.Create(Figures.Words(category.Status)), category => category.Category.Code),
    };

    private static JsonObject Write<T>(IEnumerable<T> things, Func<T, JsonNode?> value, Func<T, string> key) => new(things.Select(thing => KeyValuePair.Create(key(thing), value(thing))));

    private static JsonArray Names(IEnumerable<Measure> measures) => new([.. measures.Select(measure => JsonValue.Create(measure.Name))]);

    private static JsonValue? Number(double number) => double.IsFinite(number) ? JsonValue.Create(number) : null;
}
