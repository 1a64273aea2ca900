using System.Text.Json.Nodes;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;

namespace Plumbline.Tests.Auditing.Reports;

public sealed class ReportJsonTests
{
    [Fact] // planted: 8 + 14 + 10 + 20 + 16 + 27 + 4 = 99 of 210; 203 of 210 after; 22 of 30 told, then none
    public async Task Arms_and_changes_stand_where_programs_look_for_them()
    {
        var json = JsonNode.Parse((await SampleReport.MakeAsync()).ToJson())!;
        Assert.Equal(1, (int)json["schemaVersion"]!);
        Assert.Equal(["base", "deliberate", "trained"], json["arms"]!.AsObject().Select(arm => arm.Key));
        foreach (var (arm, right) in new[] { ("base", 99), ("deliberate", 189), ("trained", 203) })
        {
            var compliance = json["arms"]![arm]!["compliance"]!;
            Assert.Equal(right / 210.0, (double)compliance["value"]!, 12);
            Assert.InRange((double)compliance["low"]!, 0, right / 210.0);
            Assert.InRange((double)compliance["high"]!, right / 210.0, 1);
            Assert.Equal((210, 210, 0, 0), ((int)compliance["n"]!, (int)compliance["scored"]!, (int)compliance["unscored"]!, (int)compliance["errors"]!));
        }

        Assert.Equal(["compliance", "overRefusal", "secretTold", "ruleNamed"], json["arms"]!["base"]!.AsObject().Select(measure => measure.Key));
        var told = json["changed"]!["secretTold"]!;
        Assert.Equal((22.0 / 30, 0.0, 30, 0, 22), ((double)told["before"]!, (double)told["after"]!, (int)told["n"]!, (int)told["gained"]!, (int)told["lost"]!));
        Assert.Equal(2 * Math.Pow(0.5, 22), (double)told["p"]!, 12);
        Assert.True((double)told["pAdjusted"]! >= (double)told["p"]!);
        Assert.Equal(["base-deliberate", "base-trained", "deliberate-trained"], json["comparisons"]!.AsObject().Select(pair => pair.Key).Order());
        Assert.Equal(json["changed"]!.ToJsonString(), json["comparisons"]!["base-trained"]!.ToJsonString());
    }

    [Fact]
    public async Task Rules_tags_gates_and_findings_are_there()
    {
        var json = JsonNode.Parse((await SampleReport.MakeAsync()).ToJson())!;
        Assert.Equal(["no-secrets", "knives-age", "no-swimwear", "faulty-goods", "return-window", "gift-wrapping", null], json["rules"]!.AsArray().Select(rule => (string?)rule!["rule"]));
        Assert.Equal(26 / 30.0, (double)json["rules"]![4]!["arms"]!["trained"]!["compliance"]!["value"]!, 12);
        Assert.Equal("greet", (string?)json["rulesWithoutItems"]![0]);
        Assert.Null(json["rules"]![4]!["arms"]!["trained"]!["secretTold"]!["value"]); // does not apply: null, not NaN
        Assert.Equal(["none", "override", "pressure"], json["tags"]!["pressure"]!.AsArray().Select(tag => (string?)tag!["value"]).Order());
        Assert.True((bool)json["gates"]!["deploy"]!);
        Assert.Equal(5, json["findings"]!.AsArray().Count);
        Assert.Equal(104, json["changedConversations"]!.AsArray().Count);
        Assert.Equal("plugin missing", (string?)json["coverage"]!["subCategories"]!["A1"]);
        Assert.Equal(400, json["curves"]![0]!["points"]!.AsArray().Count);
    }

    [Fact]
    public async Task Without_training_the_change_is_from_base_to_deliberate()
    {
        var report = await SampleReport.MakeAsync();
        var deliberated = report with { Arms = [.. report.Arms.Take(2)], Curves = [new("s", "diverged", [new(0, double.NaN), new(1, double.PositiveInfinity)])] };
        var json = JsonNode.Parse(deliberated.ToJson())!;
        Assert.Null(json["arms"]!["trained"]);
        Assert.Equal(189 / 210.0, (double)json["changed"]!["compliance"]!["after"]!, 12);
        Assert.Null(json["curves"]![0]!["points"]![0]![1]);
        Assert.Null(deliberated.Summary[0].Trained);
        Assert.Equal(90, deliberated.Summary[0].Change!.Gained);
    }

    [Fact]
    public async Task The_summary_has_a_row_for_each_measure()
    {
        var summary = (await SampleReport.MakeAsync()).Summary;
        Assert.Equal(["compliance", "overRefusal", "secretTold", "ruleNamed"], summary.Select(row => row.Measure.Name));
        Assert.Equal((99 / 210.0, 189 / 210.0, 203 / 210.0), (summary[0].Base!.Estimate.Value, summary[0].Deliberate!.Estimate.Value, summary[0].Trained!.Estimate.Value));
        Assert.True(summary[0].Change!.AdjustedPValue < 0.001);
    }

    [Fact]
    public async Task A_report_that_is_rebuilt_from_saved_transcripts_is_the_same_to_the_byte()
    {
        using var folder = new Scripted.Folder();
        var report = await SampleReport.MakeAsync();
        var arms = new List<Arm>();
        foreach (var arm in report.Arms)
        {
            await arm.Audit.SaveAsync(folder.File(arm.Key + ".jsonl"));
            arms.Add(arm with { Audit = await SubjectAudit.ReadAsync(folder.File(arm.Key + ".jsonl")) });
        }

        var rebuilt = report with { Arms = arms };
        Assert.Equal(report.ToJson(), rebuilt.ToJson());
        Assert.Equal(report.ToHtml(), rebuilt.ToHtml());
        Assert.Equal(report.ToSystemCard(), rebuilt.ToSystemCard());
    }

    [Fact]
    public async Task Writing_a_report_leaves_three_files()
    {
        using var folder = new Scripted.Folder();
        var report = await SampleReport.MakeAsync();
        await report.WriteAsync(folder.File("."));
        Assert.Equal(report.ToHtml(), await File.ReadAllTextAsync(folder.File("report.html")));
        Assert.Equal(report.ToJson(), await File.ReadAllTextAsync(folder.File("report.json")));
        Assert.Equal(report.ToSystemCard(), await File.ReadAllTextAsync(folder.File("system-card.md")));
    }

    [Fact]
    public async Task Arms_on_other_items_make_no_report()
    {
        var report = await SampleReport.MakeAsync();
        var other = await new Auditor(1).AuditAsync(Scripted.Suite(5), Scripted.Subject(Scripted.Right));
        Assert.Throws<InputException>(() => (report with { Arms = [report.Arms[0], new("trained", "Other", other)] }).ToJson());
    }
}
