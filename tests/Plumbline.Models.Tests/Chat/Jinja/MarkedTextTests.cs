using FsCheck.Xunit;
using Plumbline.Models.Chat.Jinja;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Tests.Chat.Jinja;

public sealed class MarkedTextTests
{
    [Theory] // below each character: T of the template, d of the data
    [InlineData("<{{ x }}>", "< aB >", "TddddT")]
    [InlineData("{{ '<' + x + '>' }}", "< aB >", "TddddT")]
    [InlineData("{{ x|trim ~ 'y' }}", "aBy", "ddT")]
    [InlineData("{{ x.strip().lower() }}", "ab", "dd")]
    [InlineData("{{ x|replace('B', 'cc') }}", " acc ", "ddTTd")]
    [InlineData("{{ 'a.b'|replace('.', x) }}", "a aB b", "TddddT")]
    [InlineData("{{ x[1:3] ~ x[::-1] }}", "aB Ba ", "dddddd")]
    [InlineData("{{ ('a' ~ x ~ 'b').split(' ')|join('-') }}", "a-aB-b", "TTddTT")]
    [InlineData("{{ '[' ~ x|tojson ~ ']' }}", "[\" aB \"]", "TTddddTT")]
    [InlineData("{{ {'k': x}|tojson }}", "{\"k\": \" aB \"}", "TTTTTTTddddTT")]
    [InlineData("{{ [x, 'y'] }}", "[' aB ', 'y']", "TTddddTTTTTTT")]
    [InlineData("{% set y %}a{{ x }}{% endset %}{{ y|upper }}", "A AB ", "Tdddd")]
    [InlineData("{% macro f(v) %}<{{ v }}>{% endmacro %}{{ f(x)|title }}", "< Ab >", "TddddT")]
    [InlineData("{% filter replace('a', '!') %}a{{ x }}a{% endfilter %}", "! !B !", "TdTddT")]
    [InlineData("{% for c in x|list %}{{ c ~ '.' }}{% endfor %}", " .a.B. .", "dTdTdTdT")]
    [InlineData("{{ x|e ~ '<'|e }}", " aB &lt;", "ddddTTTT")]
    [InlineData("{{ (x ~ '\\n' ~ x)|indent(1) }}", " aB \n  aB ", "ddddTTdddd")]
    [InlineData("{{ x * 2 ~ 'x' }}", " aB  aB x", "ddddddddT")]
    [InlineData("{{ m.k ~ m|first ~ (m|items|list)[0][0] }}", "vkk", "ddd")]
    [InlineData("{{ m.items()|list|first|join(':') }}", "k:v", "dTd")]
    public void Text_keeps_the_mark_of_who_wrote_it(string template, string text, string marks)
    {
        var map = new MapValue();
        map.Set(JinjaValue.Data("k"), JinjaValue.Data("v"));
        var rendered = new JinjaTemplate(template, "t").Render([("x", JinjaValue.Data(" aB ")), ("m", map)]);
        Assert.Equal(text, rendered.Text);
        Assert.Equal(marks, string.Concat(Enumerable.Range(0, rendered.Length).Select(index => rendered.IsTemplate(index) ? 'T' : 'd')));
    }

    [Property(MaxTest = 300)]
    public void Joining_and_cutting_are_as_those_of_text_and_of_marks(bool[] marks, int cut)
    {
        var builder = new MarkedTextBuilder(1000);
        foreach (var (index, mark) in marks.Index())
            builder.Append(((char)('a' + index % 26)).ToString(), mark);
        var whole = builder.ToText();
        var at = marks.Length == 0 ? 0 : Math.Abs(cut % (marks.Length + 1));
        Assert.Equal(marks, Marks(whole));
        Assert.Equal(marks[..at], Marks(whole.Slice(0, at)));
        Assert.Equal(marks, Marks(Operators.Join([whole.Slice(0, at), whole.From(at)])));
        Assert.Equal(whole.Text, Operators.Join([whole.Slice(0, at), whole.From(at)]).Text);
        Assert.Equal(!marks.AsSpan(at).Contains(false), whole.From(at) is var rest && rest.IsTemplate(0, rest.Length));
    }

    private static bool[] Marks(MarkedText text) => [.. Enumerable.Range(0, text.Length).Select(index => text.IsTemplate(index))];
}
