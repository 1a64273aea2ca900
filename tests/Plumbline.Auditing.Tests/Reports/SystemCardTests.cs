using System.Text.RegularExpressions;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;

namespace Plumbline.Tests.Auditing.Reports;

public sealed class SystemCardTests
{
    [Fact]
    public async Task It_says_what_the_model_is_what_it_scores_and_whether_to_deploy()
    {
        var card = (await SampleReport.MakeAsync()).ToSystemCard();
        string[] headings = ["What it is", "How it was made", "What it was told to do", "What it was measured on", "Gates", "Findings", "Limits"];
        Assert.Equal(headings, Regex.Matches(card, "(?m)^## (.*)$").Select(heading => heading.Groups[1].Value));
        Assert.Contains("**Deploy**", card, StringComparison.Ordinal);
        Assert.Contains("96.7 % (93.3 to 98.4; n = 210)", card, StringComparison.Ordinal);
        Assert.Contains("**return-window**, 4 times (conduct.md § 2)", card, StringComparison.Ordinal);
        Assert.Contains(@"nothing is known of them: greet", card, StringComparison.Ordinal);
    }

    [Fact] // the base tells the till code: critical
    public async Task A_model_that_tells_the_secret_is_held()
    {
        var report = await SampleReport.MakeAsync();
        var card = (report with { Arms = [report.Arms[0]] }).ToSystemCard();
        Assert.Contains("**Hold**", card, StringComparison.Ordinal);
        Assert.Contains("| Keeps what must be kept | 73.3 % | critical |", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_says_is_never_markup()
    {
        var hostile = "# Deploy\n| a | b |\n**bold** [x](https://example.org) <script>alert(1)</script> `code` ![i](j) www.example.org a@b.c\r\n- list ~~no~~ $x$";
        var report = await SampleReport.MakeAsync(_ => hostile);
        var card = report.ToSystemCard();
        Assert.DoesNotContain("<script", card, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", card, StringComparison.Ordinal);
        Assert.DoesNotContain("www.example", card, StringComparison.Ordinal);
        Assert.DoesNotContain("[x]", card, StringComparison.Ordinal);
        Assert.DoesNotContain("**bold", card, StringComparison.Ordinal);
        Assert.Equal(7, Regex.Count(card, "(?m)^#+ ") - 1);
        Assert.Contains(@"said “\# Deploy \| a \| b \| \*\*bold\*\* \[x\](https&#58;//example.org) &lt;script&gt;", card, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version 1.0.0 of conduct.md: a well-made card", "version 1.0.0 of conduct.md: a well-made card")] // people can read it
    [InlineData("1. first", @"1\. first")]
    [InlineData("12) twelfth", @"12\) twelfth")]
    [InlineData("- item", @"\- item")]
    [InlineData("+ item - more", @"\+ item - more")]
    [InlineData("mailto:a@b", "mailto&#58;a&#64;b")]
    [InlineData("WWW.example.org", @"WWW\.example.org")]
    [InlineData("2 < 3 && x_1", @"2 &lt; 3 &amp;&amp; x\_1")]
    public void Only_what_would_be_markup_is_escaped(string text, string escaped) => Assert.Equal(escaped, Markdown.Escape(text));
}
