using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;
using Plumbline.Auditing.Taxonomy;

namespace Plumbline.Tests.Auditing.Reports;

public sealed partial class ReportPageTests
{
    private const string Hostile = "</style></title></svg><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)' & {{x}} \u0000\u202E\uD800 \r\n http://example.org";

    [Fact]
    public async Task It_runs_nothing_and_fetches_nothing()
    {
        var html = await SampleReport.PageAsync();
        foreach (var forbidden in new[] { "<script", "<img", "<link", "<iframe", "<object", "<form", "<base", " src=", "url(", "@import", "http:", "https:", "javascript:", " style=", " on" })
            Assert.DoesNotContain(forbidden, Tags(html) + Style(html), StringComparison.OrdinalIgnoreCase);
        Assert.All(Regex.Matches(html, "href=\"([^\"]*)\""), link => Assert.StartsWith("#", link.Groups[1].Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_policy_allows_its_own_style_sheet_and_nothing_else()
    {
        var html = await SampleReport.PageAsync();
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style(html))));
        Assert.Contains($"content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\"", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf("Content-Security-Policy", StringComparison.Ordinal) < html.IndexOf("<style>", StringComparison.Ordinal));
    }

    [Fact] // whatever the texts are, the elements and their attributes are the same
    public async Task Hostile_texts_leave_the_skeleton_of_the_page_as_it_is()
    {
        var (tame, hostile) = ((await EverywhereAsync("tame")).ToHtml(), (await EverywhereAsync(Hostile)).ToHtml());
        Assert.Equal(Skeleton(tame), Skeleton(hostile));
        Assert.DoesNotContain("<script", hostile, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', hostile);
        Assert.Equal(Style(tame), Style(hostile));
    }

    [Fact]
    public async Task Every_link_has_its_place_and_every_place_is_there_once()
    {
        var html = await SampleReport.PageAsync();
        var ids = Regex.Matches(html, " id=\"([^\"]*)\"").Select(id => id.Groups[1].Value).ToArray();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Regex.Matches(html, "href=\"#([^\"]*)\""), link => Assert.Contains(link.Groups[1].Value, ids));
    }

    [Fact]
    public async Task It_can_be_read_by_ear()
    {
        var html = await SampleReport.PageAsync();
        Assert.Single(Regex.Matches(html, "<h1>"));
        var levels = Regex.Matches(html, "<h([1-6])[ >]").Select(heading => int.Parse(heading.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1, $"h{pair.First} is followed by h{pair.Second}"));
        Assert.All(Regex.Matches(html, "<th[ >][^>]*"), head => Assert.Contains("scope=", head.Value, StringComparison.Ordinal));
        Assert.Equal(Regex.Count(html, "<table>"), Regex.Count(html, "<caption>"));
        Assert.All(Regex.Matches(html, "<svg [^>]*>").Where(picture => !picture.Value.Contains("class=\"mark\"", StringComparison.Ordinal)),
            picture => Assert.Matches("aria-label=\"[^\"]{10,}\"|aria-hidden=\"true\"", picture.Value));
        Assert.Contains("<html lang=\"en\">", html, StringComparison.Ordinal);
    }

    [Theory] // WCAG 2.2, 1.4.3: 4.5 to 1
    [InlineData(0)]
    [InlineData(1)]
    public async Task Its_colours_have_contrast_by_day_and_by_night(int theme)
    {
        var style = Style(await SampleReport.PageAsync());
        var colours = Regex.Matches(style, @"--(\w+): (#[0-9a-f]{6});").GroupBy(colour => colour.Groups[1].Value).ToDictionary(colour => colour.Key, colour => colour.ElementAt(theme).Groups[2].Value);
        foreach (var ground in new[] { "paper", "card", "wash" })
        {
            foreach (var text in new[] { "ink", "soft", "better", "worse", "gap", "link", "base", "deliberate", "trained" })
                Assert.True(Contrast(colours[text], colours[ground]) >= 4.5, $"{text} on {ground}: {Contrast(colours[text], colours[ground]):0.00}");
        }
    }

    [Fact] // planted: 99 of 210 right before, 203 after; secret told 22 of 30, then never
    public async Task What_was_planted_can_be_read()
    {
        var html = await SampleReport.PageAsync();
        foreach (var figure in new[] { "47.1 %", "96.7 %", "73.3 %", "▲ better: +49.5 points", "No request is decided by greet", "The till code is for the till alone", "supervised fine-tuning", "Not answered.", "6 min 34 s", "plumbline align examples" })
            Assert.Contains(figure, System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_lead_to_the_sentence_of_their_rule()
    {
        var report = await SampleReport.MakeAsync();
        var findings = Section(report.ToHtml(), "findings");
        Assert.Contains("Goods may be returned for 30 days and no longer.", findings, StringComparison.Ordinal);
        Assert.Contains("conduct.md § 2", System.Net.WebUtility.HtmlDecode(findings), StringComparison.Ordinal);
        Assert.DoesNotContain("swimwear", findings, StringComparison.Ordinal); // nothing is wrong with that rule

        Rule[] amended = [.. report.Specification.Rules.Select(rule => rule.Id == "return-window" ? rule with { Source = rule.Source! with { Sentence = "Goods may be returned for 60 days." } } : rule)];
        var after = Section((report with { Specification = report.Specification with { Rules = amended } }).ToHtml(), "findings");
        Assert.Equal(findings, after.Replace("Goods may be returned for 60 days.", "Goods may be returned for 30 days and no longer.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_row_of_the_taxonomy_is_printed()
    {
        var coverage = Section((await SampleReport.MakeAsync() with { Coverage = new Coverage([new("Only robust", Rice.Robustness, AssuranceType.BehaviouralTest, ["T7"], ["G2"])]) }).ToHtml(), "coverage");
        Assert.All(SubCategory.All, category => Assert.Contains($"{category.Code} {category.Name}", coverage, StringComparison.Ordinal));
        Assert.Equal(28, Regex.Count(coverage, "plug-in missing"));
        Assert.Contains("nothing at all bears on interpretability, controllability, ethicality", coverage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversations_can_be_filtered_by_rule()
    {
        var html = await SampleReport.PageAsync();
        Assert.Equal(104, Regex.Count(html, "<details class=\"conversation\""));
        Assert.Equal(22, Regex.Count(html, "data-rule=\"0\"") - 1); // no-secrets; one is the rule of style
        Assert.Contains("#conversations:has(#by-rule-0:checked) .conversation:not([data-rule=\"0\"]) { display: none; }", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_arm_alone_makes_a_report()
    {
        var report = await SampleReport.MakeAsync();
        var alone = (report with { Arms = [report.Arms[0]], Curves = [], Cost = [], Commands = [] }).ToHtml();
        Assert.DoesNotContain("id=\"conversations\"", alone, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", alone, StringComparison.Ordinal);
    }

    /// <summary>A report in which every text that comes from a file, a person or a model is this one.</summary>
    private static async Task<AlignmentReport> EverywhereAsync(string text)
    {
        var sample = await SampleReport.MakeAsync(i => i % 2 == 0 ? "right" : "Yes, gladly.");
        SubjectAudit Spoil(SubjectAudit audit) => audit with
        {
            Description = text,
            Suite = text,
            SuiteVersion = text,
            Measures = [.. audit.Measures.Select(measure => measure with { Title = text })],
            Items = [.. audit.Items.Select(item => new AuditedItem(
                item.Transcript with
                {
                    Answer = text,
                    Reasoning = text,
                    Item = item.Item with
                    {
                        Id = text + item.Item.Id,
                        Messages = [.. item.Item.Messages.Select(message => new Microsoft.Extensions.AI.ChatMessage(message.Role, text))],
                        Tags = item.Item.Tags.ToDictionary(tag => tag.Key == "pressure" ? tag.Key : text + tag.Key, tag => text + tag.Value),
                    },
                },
                item.Verdict with { Reason = text, Rule = item.Verdict.Rule is { } rule ? text + rule : null }))],
        };
        return sample with
        {
            Title = text,
            Specification = sample.Specification with
            {
                Name = text,
                Version = text,
                Rules = [.. sample.Specification.Rules.Select(rule => rule with { Id = text + rule.Id, Must = text, Source = new Provenance(text, text, text) })],
            },
            Arms = [.. sample.Arms.Select(arm => arm with { Title = text, Audit = Spoil(arm.Audit) })],
            Settings = [new(text, text)],
            Curves = [.. sample.Curves.Select(curve => curve with { Stage = text, Name = text })],
            Cost = [.. sample.Cost.Select(row => row with { What = text, Note = text })],
            Answers = new Dictionary<int, string> { [1] = text },
            Gates = [new(text, "compliance", 0.1, 0.2, 0.3)],
            Coverage = new Coverage([new(text, Rice.Robustness, AssuranceType.RedTeam, ["T7"], ["G1"])], new Dictionary<string, string> { ["B1"] = text }),
            Model = text,
            Making = [text],
            Limits = [text],
            Commands = [text],
        };
    }

    private static string Section(string html, string id) => html[html.IndexOf($"<section id=\"{id}\"", StringComparison.Ordinal)..] is var rest ? rest[..rest.IndexOf("</section>", StringComparison.Ordinal)] : "";

    private static string Style(string html) => html[(html.IndexOf("<style>", StringComparison.Ordinal) + 7)..html.IndexOf("</style>", StringComparison.Ordinal)];

    private static string Tags(string html) => string.Concat(Regex.Matches(html.Replace(Style(html), "", StringComparison.Ordinal), "<[^>]*>").Select(tag => QuotedValue().Replace(tag.Value, "\"\"")));

    /// <summary>Names of elements and attributes in order, with the values that style and links hang on.</summary>
    private static string[] Skeleton(string html) => [.. Regex.Matches(html.Replace(Style(html), "", StringComparison.Ordinal), "<[^>]*>")
        .Select(tag => Regex.Replace(tag.Value, "( (?:aria-label|content)=)\"[^\"]*\"", "$1\"\""))];

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

        static double Luminance(string colour) => 0.2126 * Channel(colour, 1) + 0.7152 * Channel(colour, 3) + 0.0722 * Channel(colour, 5);

        static double Channel(string colour, int at) => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex QuotedValue();
}
