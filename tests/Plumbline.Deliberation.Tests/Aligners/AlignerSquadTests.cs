using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests;

public sealed class AlignerSquadTests
{
    private static readonly ChatMessage[] Asked = [new(ChatRole.User, "Hi.")];

    [Fact]
    public async Task With_inspectors_that_find_nothing_the_pipeline_is_the_inner_client()
    {
        var script = new ScriptedChatClient("Nonsense.");
        using var client = script.AsBuilder().UseAligners(new AlignerSquad([new("any", (_, _) => ValueTask.FromResult(0.5), (_, _) => throw new InvalidOperationException("asked to write"))])).Build();
        var response = await client.GetResponseAsync("Hi.", cancellationToken: Stop);
        Assert.Equal("Nonsense.", response.Text);
        Assert.Contains(response.Messages.SelectMany(message => message.Contents), content => content is TextReasoningContent { Text: "thought" });
        Assert.Single(script.Calls);
    }

    [Fact]
    public async Task What_is_violated_is_mended_and_twice_is_once()
    {
        var script = new ScriptedChatClient("rude wrong");
        using var client = script.AsBuilder().UseAligners(Squad()).UseAligners(Squad()).Build();
        var response = await client.GetResponseAsync("Hi.", cancellationToken: Stop);
        Assert.Equal("polite right", response.Text);
        Assert.Equal("Written anew: wrong, rude.", Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>()).Text); // the outer squad wrote nothing
        Assert.Equal(1, response.Usage!.OutputTokenCount);
    }

    [Fact] // wrong is likelier than rude; in order, rude stands first
    public async Task The_likeliest_violation_goes_first_or_the_first_in_order()
    {
        Assert.Equal(["wrong", "rude"], (await Squad().AlignAsync(Asked, "rude wrong", Stop)).Applied);
        Assert.Equal(["rude", "wrong"], (await Squad(new() { InOrder = true }).AlignAsync(Asked, "rude wrong", Stop)).Applied);
        Assert.Equal(["wrong"], (await Squad(new() { Passes = 1 }).AlignAsync(Asked, "rude wrong", Stop)).Applied);
    }

    [Fact]
    public async Task What_an_aligner_makes_worse_is_dropped_and_the_others_go_on()
    {
        Aligner worse = new("worse", (answer, _) => ValueTask.FromResult(answer.Text.Contains('!', StringComparison.Ordinal) ? 1.0 : 0.99), (answer, _) => ValueTask.FromResult(answer.Text + "!"));
        var kept = await new AlignerSquad([worse, Member("rude", "polite", 0.8)]).AlignAsync(Asked, "rude", Stop);
        Assert.Equal(("polite", "rude"), (kept.Text, Assert.Single(kept.Applied)));
        var taken = await new AlignerSquad([worse, Member("rude", "polite", 0.8)], new() { KeepsBetter = false }).AlignAsync(Asked, "rude", Stop);
        Assert.Equal("rude!!", taken.Text);
    }

    [Fact] // 400 of 1000 are bad, 7 of 10 of them can be mended: 120 stay; mended again the same ones stay
    public async Task An_aligner_that_mends_seven_of_ten_leaves_three_tenths_of_the_violations()
    {
        Aligner aligner = new("bad", (answer, _) => ValueTask.FromResult(answer.Text.StartsWith("bad", StringComparison.Ordinal) ? 1.0 : 0), (answer, _) => ValueTask.FromResult(answer.Text[^1] < '7' ? "good" : answer.Text));
        var bad = 0;
        for (var index = 0; index < 1000; index++)
            bad += (await new AlignerSquad([aligner]).AlignAsync(Asked, index < 400 ? $"bad {index}" : $"good {index}", Stop)).Text.StartsWith("bad", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(120, bad);
    }

    [Theory]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public async Task A_chance_that_is_none_is_refused_by_the_name_of_its_criterion(double chance) => Assert.Contains("'odd'",
        (await Assert.ThrowsAsync<InputException>(() => new AlignerSquad([new("odd", (_, _) => ValueTask.FromResult(chance), (answer, _) => ValueTask.FromResult(answer.Text))]).AlignAsync(Asked, "x", Stop))).Message, StringComparison.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static AlignerSquad Squad(AlignerSquadOptions? options = null) => new([Member("rude", "polite", 0.8), Member("wrong", "right", 0.9)], options);

    private static Aligner Member(string bad, string good, double chance) => new(bad, (answer, _) => ValueTask.FromResult(answer.Text.Contains(bad, StringComparison.Ordinal) ? chance : 0.1),
        (answer, _) => ValueTask.FromResult(answer.Text.Replace(bad, good, StringComparison.Ordinal)));
}
