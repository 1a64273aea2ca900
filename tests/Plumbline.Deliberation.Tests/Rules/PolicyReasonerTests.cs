namespace Plumbline.Deliberation.Tests.Rules;

public sealed class PolicyReasonerTests
{
    private static readonly Dilemma Dilemma = new("A friend asks whether the cake is good. It is not.", ["say that it is not", "say that it is", "say nothing"]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<PolicyDecision> DecideAsync(Func<string, string, string> reply, PolicyLevel level = PolicyLevel.General, params string[] principles) =>
        new PolicyReasoner(new FunctionChatClient(messages => reply(messages[0].Text, messages[1].Text))).DecideAsync(Dilemma, new EthicalPolicy(EthicalSchool.Duty, level, principles.Length == 0 ? ["tell the truth", "do not hurt"] : principles), Cancel);

    /// <summary>Chooses an option by its words, wherever it stands.</summary>
    private static string Choosing(string user, string option) => $$"""{"reasoning":"…","option":{{1 + user[user.IndexOf("Options:", StringComparison.Ordinal)..].Split(". ")[1..].ToList().FindIndex(each => each.StartsWith(option, StringComparison.Ordinal))}}}""";

    [Fact]
    public async Task A_choice_that_holds_under_every_order_and_that_a_principle_entails_is_the_decision()
    {
        var decision = await DecideAsync((system, user) => system.Contains("\"option\"", StringComparison.Ordinal) ? Choosing(user, "say that it is not") : """{"entailed-by":1,"forbidden-by":2}""");
        Assert.Equal((0, 1.0, 0, ""), (decision.Option, decision.Confidence, decision.Principle, decision.Why));
    }

    [Theory]
    [InlineData("""{"entailed-by":0,"forbidden-by":0}""", "No principle entails the choice.")]
    [InlineData("""{"entailed-by":2,"forbidden-by":1}""", "A higher principle forbids the choice.")]
    [InlineData("it is fine", "No principle entails the choice.")]
    public async Task A_choice_that_cannot_be_justified_is_no_decision(string reply, string why)
    {
        var decision = await DecideAsync((system, user) => system.Contains("\"option\"", StringComparison.Ordinal) ? Choosing(user, "say nothing") : reply);
        Assert.Null(decision.Option);
        Assert.Equal(why, decision.Why);
    }

    [Fact]
    public async Task A_client_that_goes_by_position_is_undecided_with_the_confidence_of_chance()
    {
        var decision = await DecideAsync((_, _) => """{"option":1,"entailed-by":1}""");
        Assert.Null(decision.Option);
        Assert.Equal(1 / 3.0, decision.Confidence, 1e-12);
    }

    [Fact]
    public async Task Abstract_principles_are_made_to_fit_the_case_and_shown_and_what_does_not_match_them_is_not_used()
    {
        static string Reply(string special, string system, string user) => system.Contains("\"principles\"", StringComparison.Ordinal) ? special : system.Contains("\"option\"", StringComparison.Ordinal) ? Choosing(user, "say nothing") : """{"entailed-by":1}""";
        var decision = await DecideAsync((system, user) => Reply("""{"principles":["In this case, do not lie."]}""", system, user), PolicyLevel.Abstract, "honesty");
        Assert.Equal(["In this case, do not lie."], decision.Specialised);
        Assert.Equal(["honesty"], (await DecideAsync((system, user) => Reply("""{"principles":["a","b"]}""", system, user), PolicyLevel.Abstract, "honesty")).Specialised);
    }

    [Fact]
    public void Every_option_stands_equally_often_in_every_place()
    {
        for (var count = 2; count <= 6; count++)
        {
            var orders = PolicyReasoner.Orders(count);
            for (var place = 0; place < count; place++)
                Assert.All(orders.CountBy(order => order[place]), each => Assert.Equal(orders.Count / count, each.Value));
        }
    }

    [Fact]
    public async Task A_case_of_one_option_and_a_policy_of_no_principle_are_refused()
    {
        var reasoner = new PolicyReasoner(new FunctionChatClient(_ => ""));
        await Assert.ThrowsAsync<ArgumentException>(() => reasoner.DecideAsync(new("x", ["a"]), new(EthicalSchool.Duty, PolicyLevel.General, ["p"]), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => reasoner.DecideAsync(Dilemma, new(EthicalSchool.Duty, PolicyLevel.General, []), Cancel));
    }
}
