using Plumbline.Models.Chat.Jinja;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Tests.Chat.Jinja;

public sealed class JinjaErrorTests
{
    [Theory]
    [InlineData("{{ x", "t:1:1", "no end")]
    [InlineData("a\n  {% if x %}\n b", "t:2:6", "has no end")]
    [InlineData("a\n {{ 1 ? 2 }}", "t:2:7", "'?' means nothing")]
    [InlineData("{% endif %}", "t:1:4", "closes nothing")]
    [InlineData("{% include 'x' %}", "t:1:4", "'include' is not supported")]
    [InlineData("{% import 'x' as y %}", "t:1:4", "'import' is not supported")]
    [InlineData("{% extends 'x' %}", "t:1:4", "'extends' is not supported")]
    [InlineData("{% for x in y recursive %}{% endfor %}", "t:1:15", "'recursive'")]
    [InlineData("{% break %}", "t:1:4", "no loop")]
    [InlineData("{% do x %}", "t:1:4", "no statement that is known")]
    [InlineData("\n{{ x.y.z }}", "t:2:5", "'x' is undefined")]
    [InlineData("{{ 1 }}\n{{ 'a' +\n 1 }}", "t:2:8", "'+' is not supported between 'str' and 'int'")]
    [InlineData("{{ 'a'|frobnicate }}", "t:1:7", "there is no filter 'frobnicate'")]
    [InlineData("{{ 1 is frobnicated }}", "t:1:6", "there is no test 'frobnicated'")]
    [InlineData("{{ [1].append(2) }}", "t:1:14", "'append' would change a list")]
    [InlineData("{{ {}.update({}) }}", "t:1:13", "'update' would change a map")]
    [InlineData("{% if true %}\n{{ raise_exception('no system messages') }}{% endif %}", "t:2:19", "no system messages")]
    [InlineData("{{ 1/0 }}", "t:1:5", "division by zero")]
    public void An_error_names_line_column_and_what_is_wrong(string template, string place, string problem)
    {
        var error = Assert.Throws<InputException>(() => new JinjaTemplate(template, "t").Render([]));
        Assert.Equal(place, error.Place);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "takes too long")]
    [InlineData("{{ range(100001) }}", "too long")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "grows beyond")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}", "grows too large")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(999) %}{% set ns.l = [ns.l] %}{% endfor %}", "too deep")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "grows too large")]
    [InlineData("{{ 'x' * 99999999 }}", "too large")]
    [InlineData("{{ [0] * 99999999 }}", "too large")]
    [InlineData("{{ 9 ** 9 ** 9 ** 99 }}", "too large")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "too deep")]
    [InlineData("{% for i in range(9999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 9999 }}{% endfor %}", "")]
    [InlineData("{% set t = 'a' * 4000000 %}{% set n = 'a' * 2000000 ~ 'b' %}{% for i in range(9) %}{{ n in t }}{% endfor %}", "takes too long")]
    [InlineData("{% set t = 'a' * 4000000 %}{% for i in range(99999) %}{{ t|first }}{% endfor %}", "takes too long")]
    [InlineData("{{ 'a'|indent(99999999) }}", "too wide")]
    [InlineData("{{ [1]|batch(999999999, 'x')|list }}", "size from 1 to")]
    public void A_template_that_takes_too_much_is_stopped(string template, string problem) =>
        Assert.Contains(problem, Assert.Throws<InputException>(() => new JinjaTemplate(template, "t").Render([])).Problem, StringComparison.Ordinal);

    [Fact]
    public void Nesting_is_bounded_in_every_direction()
    {
        foreach (var source in (string[])
            [
                $"{{{{ {new string('(', 100_000)} }}}}", $"{{{{ {new string('[', 100_000)}{new string(']', 100_000)} }}}}", $"{{{{ {new string('-', 100_000)}1 }}}}",
                $"{{{{ {string.Concat(Enumerable.Repeat("not ", 50_000))}1 }}}}", string.Concat(Enumerable.Repeat("{% if x %}", 20_000)),
                "{% for (x" + new string('(', 1000), $"{{{{ {string.Concat(Enumerable.Repeat("1 if 1 else ", 20_000))}1 }}}}",
                new string('x', TemplateLimits.Source + 1),
            ])
        {
            Assert.Throws<InputException>(() => new JinjaTemplate(source, "t").Render([]));
        }
    }

    [Theory]
    [InlineData("1", " + 1", 100_000)]
    [InlineData("x", "|string", 60_000)]
    public void Long_chains_do_not_overflow_a_small_stack(string first, string link, int count)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => new JinjaTemplate($"{{{{ {first}{string.Concat(Enumerable.Repeat(link, count))} }}}}", "t").Render([])), 512 << 10);
        thread.Start();
        thread.Join();
        Assert.Contains("too deep", Assert.IsType<InputException>(error).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_branches_one_after_the_other_are_no_nesting() =>
        Assert.Equal("x", new JinjaTemplate("{% if false %}" + string.Concat(Enumerable.Repeat("{% elif false %}", 5000)) + "{% else %}x{% endif %}", "t").Render([]).Text);

    [Fact]
    public void The_time_is_that_of_the_clock() =>
        Assert.Equal("05 Mar 2026|2026-03-05|5 March 26 Thursday 09:07", new JinjaTemplate("{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%Y-%m-%d') }}|{{ strftime_now('%-d %B %y %A %H:%M') }}", "t")
            .Render([], new FixedClock()).Text);

    [Fact] // fuzzing by deletion: whatever is left of a template is refused in words or renders
    public void A_mutilated_template_never_breaks_the_engine()
    {
        var random = new Random(3);
        foreach (var name in Jinja2Tests.Names)
        {
            var whole = Jinja2Tests.Read(name);
            for (var round = 0; round < 150; round++)
            {
                var start = random.Next(whole.Length);
                var mutilated = whole.Remove(start, random.Next(Math.Min(60, whole.Length - start)));
                _ = Record.Exception(() => new JinjaTemplate(mutilated, "t").Render([("messages", new SequenceValue(SequenceKind.List, [new MapValue().With("role", JinjaValue.Data("user")).With("content", JinjaValue.Data("x"))]))]))
                    is { } error and not InputException ? throw error : true;
            }
        }
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 5, 9, 7, 0, TimeSpan.Zero);
    }
}
