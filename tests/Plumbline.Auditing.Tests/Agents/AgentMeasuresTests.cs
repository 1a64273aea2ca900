using Plumbline.Auditing.Agents;

namespace Plumbline.Auditing.Tests.Agents;

public sealed class AgentMeasuresTests
{
    private static readonly AgentClaim[] Claims = [new("age", ["a1", "a2"]), new("rule", ["r"])];

    [Fact]
    public void Each_measure_is_what_can_be_counted()
    {
        AgentTrace[] traces =
        [
            new("one", true, [Call("a1"), Call("r")], Claims, ["a1", "r"]),                                      // all borne out
            new("two", true, [Call("a2")], Claims, ["a2", "r"]),                                                 // the rule was never looked up, though it is cited
            new("three", false, [Call("x"), Broken()], Claims, ["x"]),                                            // gave up; what is cited bears nothing out
            new("four", true, [Broken(), Call("a1"), Call("r"), Call("a1") with { Allowed = false }], Claims, []), // went on; cites nothing
        ];
        var found = AgentMeasures.Of(traces, 1);
        Assert.Equal(3 / 4.0, found.Accuracy.Value, 12);
        Assert.Equal(1 / 3.0, found.ShortcutRate.Value, 12);
        Assert.Equal((1 + 1 / 2.0 + 0 + 0) / 4, found.CitationRecall.Value, 12);
        Assert.Equal((1 + 1 / 2.0 + 0) / 3, found.CitationPrecision.Value, 12);
        Assert.Equal(1 / 2.0, found.Recovery.Value, 12);
        Assert.Equal(1 / 4.0, found.Violations.Value, 12);
        Assert.Equal(9 / 4.0, found.Calls.Value, 12);
        Assert.Equal(3, found.CallsPerRight, 12);
        Assert.True(found.Accuracy.Low < found.Accuracy.Value && found.Accuracy.Value < found.Accuracy.High);
    }

    [Fact] // what a broken call would have said was not observed
    public void A_guess_is_a_shortcut_and_a_call_that_broke_bears_nothing_out()
    {
        var found = AgentMeasures.Of([new("one", true, [Broken() with { Source = "a1" }], Claims, ["a1", "r"])], 1);
        Assert.Equal((1.0, 0.0, 0.0), (found.ShortcutRate.Value, found.CitationRecall.Value, found.CitationPrecision.Value));
    }

    [Fact]
    public void A_share_of_nothing_is_not_a_number()
    {
        var found = AgentMeasures.Of([new("one", false, [], Claims, [])], 1);
        Assert.Equal((double.NaN, double.NaN, double.NaN, double.PositiveInfinity), (found.ShortcutRate.Value, found.CitationPrecision.Value, found.Recovery.Value, AgentMeasures.Of([new("one", false, [Call("x")], Claims, [])], 1).CallsPerRight));
    }

    [Fact] // ten attempts at one question weigh no more than one at another
    public void Attempts_at_one_question_count_together()
    {
        AgentTrace[] traces = [.. Enumerable.Repeat(new AgentTrace("one", true, [], [], []), 10), new("two", false, [], [], [])];
        Assert.Equal(0.5, AgentMeasures.Of(traces, 1).Accuracy.Value, 12);
    }

    private static ToolCall Call(string source) => new("look", source, "said", source);

    private static ToolCall Broken() => new("look", "", "broken", null) { Failed = true };
}
