using System.Globalization;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests.Selection;

public sealed class RobustSelectionChatClientTests
{
    /// <summary>Answers with the weights that it was told, so that an answer's attributes are its conditions.</summary>
    private static FunctionChatClient Obedient() => new(messages => messages[0].Text);

    private static RobustSelectionOptions Wanted(Func<double[], double[]> scores) => new()
    {
        Weights = [new("helpfulness", 1), new("brevity", 1)],
        Wording = direction => FormattableString.Invariant($"{direction[0]:0.000} {direction[1]:0.000}"),
        Score = (answer, _) => ValueTask.FromResult<IReadOnlyList<double>>(scores([.. answer.Text.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))])),
    };

    [Fact]
    public async Task Answers_are_scored_by_what_is_wanted_and_never_by_what_a_neighbour_was_told()
    {
        // An answer has what it was told, and a neighbour's answer 0.3 % more: by its own weights 1.003 against the target's 1, by those of the target cos 5° · 1.003 = 0.9992.
        using var client = Obedient().AsBuilder().UseRobustSelection(Wanted(told => Math.Abs(told[0] - told[1]) < 0.001 ? told : [1.003 * told[0], 1.003 * told[1]])).Build();
        Assert.Equal("0.707 0.707", (await client.GetResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task A_neighbour_nearer_to_what_the_model_can_do_wins()
    {
        // The model does well towards the first attribute alone.
        using var client = Obedient().AsBuilder().UseRobustSelection(Wanted(told => told[0] > told[1] + 0.2 ? [3, 1] : [1, 1])).Build();
        Assert.Equal("0.819 0.574", (await client.GetResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken)).Text); // 35 degrees
    }
}
