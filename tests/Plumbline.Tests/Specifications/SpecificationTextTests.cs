namespace Plumbline.Tests.Specifications;

public sealed class SpecificationTextTests
{
    private const string Written = """
        # House rules, approved in spring
        specification: Desk   # a short name
        version: 1.4.2

        values:
          - { id: care, text: "Care." }

        rules:   # earlier outranks later
          # first things first
          - id: be-kind      # always
            must: 'be kind: to everyone'
            kind: style

            serves: [care]
          - { id: receipt, must: ask for a receipt, serves: [care] }   # in one line
          # about time
          - id: window
            serves:
              - care
            overrides: [ receipt ] # why: see minutes
            must: >
              take goods back
              for 30 days
        # the end

        """;

    private static SpecificationText Text { get; } = SpecificationText.Parse(Written, "desk.spec.yaml");

    [Theory]
    [InlineData("be-kind", "'be kind: to everyone'", "it's 5 o'clock", "'it''s 5 o''clock'")]
    [InlineData("receipt", "ask for a receipt", "ask for the receipt", "ask for the receipt")]
    [InlineData("receipt", "ask for a receipt", "ask, then wait: #1", "\"ask, then wait: #1\"")]
    [InlineData("window", ">\n      take goods back\n      for 30 days", "take \"goods\" back", "\"take \\\"goods\\\" back\"")]
    public void A_new_sentence_changes_the_sentence_and_the_version_and_nothing_else(string id, string old, string must, string written)
    {
        var rule = Text.Specification.Find(id)!;
        var amended = Text.Amend(new Amendment(rule, rule with { Must = must }, "a finding"));
        Assert.Equal(Written.Replace(old, written, StringComparison.Ordinal).Replace("1.4.2", "1.4.3", StringComparison.Ordinal), amended.ToString());
        Assert.Equal(must, amended.Specification.Find(id)!.Must);
    }

    [Fact]
    public void There_and_back_again_is_the_text_as_it_was_but_for_the_version()
    {
        var rule = Text.Specification.Find("be-kind")!;
        var there = Text.Amend(new Amendment(rule, rule with { Must = "be brief" }, ""));
        var back = there.Amend(new Amendment(there.Specification.Find("be-kind"), rule, ""));
        Assert.Equal(Written.Replace("1.4.2", "1.4.4", StringComparison.Ordinal), back.ToString());
    }

    [Fact]
    public void A_new_name_is_followed_wherever_the_rule_is_named()
    {
        var rule = Text.Specification.Find("receipt")!;
        var amended = Text.Amend(new Amendment(rule, rule with { Id = "proof" }, ""));
        Assert.Equal(Written.Replace("id: receipt", "id: proof", StringComparison.Ordinal).Replace("[ receipt ]", "[ proof ]", StringComparison.Ordinal).Replace("1.4.2", "1.4.3", StringComparison.Ordinal), amended.ToString());
    }

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    public void A_rule_is_added_below_another_in_the_file_s_own_line_endings(string newLine, string mark)
    {
        var written = mark + Written.Replace("\n", newLine, StringComparison.Ordinal);
        var amended = SpecificationText.Parse(written, "desk.spec.yaml").Amend(new Amendment(null, new Rule { Id = "smile", Must = "smile", Serves = ["care"] }, "", After: "receipt"));
        var added = "  - id: smile\n    must: smile\n    kind: behaviour\n    serves:\n    - care\n".Replace("\n", newLine, StringComparison.Ordinal);
        Assert.Equal(written.Replace($"# in one line{newLine}", $"# in one line{newLine}{added}", StringComparison.Ordinal).Replace("1.4.2", "1.5.0", StringComparison.Ordinal), amended.ToString());
    }

    [Fact]
    public void A_rule_is_added_at_the_end_even_if_the_last_line_is_not_ended()
    {
        var amended = SpecificationText.Parse(Written.Split("  # about time")[0].TrimEnd(), "f").Amend(new Amendment(null, new Rule { Id = "smile", Must = "smile", Serves = ["care"] }, ""));
        Assert.Equal("smile", amended.Specification.Rules[^1].Id);
        Assert.Contains("# in one line\n  - id: smile\n", amended.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_is_removed_with_its_own_lines_and_no_others()
    {
        var amended = Text.Amend(new Amendment(Text.Specification.Find("be-kind"), null, ""));
        Assert.Contains("  # first things first\n  - { id: receipt", amended.ToString(), StringComparison.Ordinal);
        Assert.Equal("1.5.0", amended.Specification.Version);
        Assert.Null(amended.Specification.Find("be-kind"));
    }

    [Fact]
    public void What_has_no_place_in_the_text_yet_writes_its_rule_anew()
    {
        var rule = Text.Specification.Find("receipt")!;
        var amended = Text.Amend(new Amendment(rule, rule with { Kind = RuleKind.Safety }, ""));
        Assert.Equal(RuleKind.Safety, amended.Specification.Find("receipt")!.Kind);
        Assert.Contains("# first things first", amended.ToString(), StringComparison.Ordinal);
        Assert.Contains("# about time", amended.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_another_overrides_cannot_go() =>
        Assert.Throws<InputException>(() => Text.Amend(new Amendment(Text.Specification.Find("receipt"), null, "")));

    [Fact]
    public void An_amendment_to_a_rule_that_has_changed_since_is_refused()
    {
        var rule = Text.Specification.Find("receipt")!;
        var error = Assert.Throws<InputException>(() => Text.Amend(new Amendment(rule with { Must = "sing" }, rule with { Must = "dance" }, "")));
        Assert.Contains("not what it was", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("")]
    public void A_rule_goes_after_one_that_is_there(string after) =>
        Assert.Throws<InputException>(() => Text.Amend(new Amendment(null, new Rule { Id = "smile", Must = "smile", Serves = ["care"] }, "", After: after)));

    [Fact]
    public void Rules_in_square_brackets_are_changed_word_by_word_and_otherwise_refused()
    {
        var text = SpecificationText.Parse("specification: S\nversion: 1.0.0\nvalues: [{ id: care, text: Care }]\nrules: [{ id: a, must: sing, serves: [care] }]\n", "f");
        var rule = text.Specification.Rules[0];
        Assert.Contains("must: dance", text.Amend(new Amendment(rule, rule with { Must = "dance" }, "")).ToString(), StringComparison.Ordinal);
        Assert.Contains("[ ]", Assert.Throws<InputException>(() => text.Amend(new Amendment(null, rule with { Id = "b" }, ""))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_sentence_says_it_is_read_back_so()
    {
        const string Letters = "ab :,#'\"\\{}[]&*!|>%@`-?~é😀\t9";
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Draws(seed, "sentences");
            var must = string.Concat(Enumerable.Range(0, 1 + random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)])).Replace("\ud83d", "", StringComparison.Ordinal).Replace("\ude00", "", StringComparison.Ordinal).Trim();
            foreach (var rule in Text.Specification.Rules.Where(_ => must.Length > 0))
                Assert.Equal(must, Text.Amend(new Amendment(rule, rule with { Must = must }, "")).Specification.Find(rule.Id)!.Must);
        }
    }
}
