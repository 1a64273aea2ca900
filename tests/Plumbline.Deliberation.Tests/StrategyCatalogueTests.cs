using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests;

public sealed class StrategyCatalogueTests
{
    [Fact]
    public void A_pipeline_is_written_as_it_is_read() => Assert.Equal("rules+best-of:8", StrategyCatalogue.Parse(" rules + best-of:8", "--strategy").Name);

    [Theory]
    [InlineData("rule", "Did you mean 'rules'?")]
    [InlineData("", "there is no strategy ''")]
    [InlineData("rules+", "there is no strategy ''")]
    [InlineData("best-of:1", "takes a number from 2 to 64, not '1'")]
    [InlineData("best-of:many", "takes a number from 2 to 64, not 'many'")]
    [InlineData("align3:2", "takes no number")]
    [InlineData("spec+spec+spec+spec+spec+spec+spec+spec+spec", "9 strategies")]
    public void What_is_not_known_is_refused_with_what_is(string text, string says)
    {
        var refused = Assert.Throws<InputException>(() => StrategyCatalogue.Parse(text, "--strategy"));
        Assert.StartsWith("--strategy", refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("best-of:2", 1)]
    [InlineData("reflection", 1)]
    [InlineData("spec+best-of:2", 1)]
    [InlineData("rules+reflection", 1)]
    public async Task The_rules_stand_in_the_prompt_of_an_answer_once(string pipeline, int times)
    {
        var model = new FunctionChatClient(StrategyLawsTests.Reply);
        await StrategyCatalogue.Parse(pipeline, "test").Build(model, new StrategySettings { Specification = StrategyLawsTests.Specification }).GetResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(times, model.Calls.First().Messages[0].Text.Split("Rules:").Length - 1);
    }

    [Fact]
    public void Without_a_specification_there_is_no_pipeline()
    {
        using var client = new ScriptedChatClient();
        Assert.Throws<InputException>(() => StrategyCatalogue.Parse("rules", "model").Build(client, new StrategySettings()));
    }
}
