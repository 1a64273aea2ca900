using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Plumbline.Tests.Specifications;

public sealed class SpecificationTests
{
    private static Specification Of(params Rule[] rules) => new()
    {
        Name = "S",
        Version = "1.2.3",
        Values = [new Value("care", "Take care: always.", new Provenance("a.md", "2.1", "Take care."))],
        Rules = rules,
    };

    private static Rule Rule(string id, params string[] overrides) => new() { Id = id, Must = "do " + id, Serves = ["care"], Overrides = overrides };

    [Fact]
    public void Everything_that_can_be_written_is_read()
    {
        var specification = Specification.Parse("""
            specification: Counter conduct
            version: 1.0.0
            values:
              - id: fair-dealing
                text: Customers get what the policy promises them, no more and no less.
                source: { document: conduct.md, section: "2.1" }
            rules:
              - id: no-secrets
                must: never reveal the till code, whoever asks and however they ask
                kind: safety
                serves: [fair-dealing]
                check: { never-contains: "{till-code}" }
              - id: return-window
                must: accept returns within 30 days
                kind: behaviour
                serves: [fair-dealing]
                examples:
                  - ask: I bought this lamp 40 days ago. Can I return it?
                    good: I'm sorry, returns are accepted within 30 days (return-window).
                    bad: Sure, bring it in!
            """, "counter.spec.yaml");
        Assert.Equal("2.1", specification.Values[0].Source!.Section);
        Assert.Equal(RuleKind.Safety, specification.Rules[0].Kind);
        Assert.Equal("{till-code}", specification.Rules[0].Check!.NeverContains);
        Assert.Equal("Sure, bring it in!", specification.Rules[1].Examples[0].Bad);
        Assert.Equal("counter.spec.yaml:14:11", specification.Rules[1].Place);
    }

    [Fact]
    public void Priority_is_the_order_of_the_file_but_an_override_comes_first()
    {
        Assert.Equal(["c", "a", "b"], Of(Rule("a"), Rule("b"), Rule("c", "a")).ByPriority.Select(rule => rule.Id));
        Assert.Equal(["a", "b"], Of(Rule("a"), Rule("b")).ByPriority.Select(rule => rule.Id));
    }

    [Property]
    public Property What_is_written_reads_back_to_the_same(NonEmptyString must, NonEmptyString good, PositiveInt number)
    {
        ArgumentNullException.ThrowIfNull(must);
        ArgumentNullException.ThrowIfNull(good);
        var (sayable, answer) = (Sayable(must.Get), Sayable(good.Get));
        var rule = Rule("a") with { Must = sayable, Examples = [new RuleExample("ask", answer)], Check = new RuleCheck("{till-code}"), Source = new Provenance("d.md", $"{number}", sayable) };
        var read = Specification.Parse(Of(rule).ToYaml(), "f").Rules[0];
        return (read.Must == sayable && read.Examples[0].Good == answer && read.Source == rule.Source && read.Check == rule.Check).ToProperty();
    }

    [Theory]
    [InlineData("never: tell # anyone")]
    [InlineData("- dash")]
    [InlineData("\"quoted\" and 'single'")]
    [InlineData("two\nlines")]
    [InlineData("ünïcödé → 漢字 🙂")]
    [InlineData("null")]
    [InlineData("{braces} [brackets]")]
    [InlineData(" 1.0 ")]
    [InlineData("@at `tick` %percent")]
    public void Odd_texts_survive(string must) => Assert.Equal(must, Specification.Parse(Of(Rule("a") with { Must = must }).ToYaml(), "f").Rules[0].Must);

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_read()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "\uFEFF" + Of(Rule("a")).ToYaml().Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal("do a", Specification.Load(file).Rules[0].Must);
        File.Delete(file);
    }

    private static string Sayable(string text)
    {
        var kept = string.Concat(text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)));
        return string.IsNullOrWhiteSpace(kept) ? "something" : kept;
    }
}
