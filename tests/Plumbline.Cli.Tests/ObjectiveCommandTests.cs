using System.Text.Json;

namespace Plumbline.Cli.Tests;

public sealed class ObjectiveCommandTests : IDisposable
{
    private const string H1 = """
        { "beta": 0.1, "labelSmoothing": 0.1, "gamma": 0.5, "chosen": [-1.5], "rejected": [-3.0], "referenceChosen": [-1.9], "referenceRejected": [-2.4], "chosenLengths": [3], "rejectedLengths": [4] }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory] // the hand batch of the method cards
    [InlineData("dpo", 0.654397)]
    [InlineData("robust", 0.631897)]
    [InlineData("ipo", 16)]
    [InlineData("sppo_hard", 40.52)]
    [InlineData("bco", 1.336944)]
    [InlineData("orpo", 0.545791)]
    [InlineData("kto", (0.490001 + 0.485004) / 2)]
    public async Task It_says_the_loss_of_given_numbers(string name, double expected)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", name, "--input", _folder.File("h1.json", H1), "--json");
        Assert.Equal(0, ran.Code);
        var output = JsonDocument.Parse(ran.Output).RootElement;
        Assert.Equal(expected, output.GetProperty("loss").GetDouble(), 1e-6);
        Assert.Equal(expected, Assert.Single(output.GetProperty("perPair").EnumerateArray()).GetDouble(), 1e-6);
    }

    [Fact]
    public async Task It_says_what_it_did_not_read()
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", "hinge", "--input", _folder.File("h1.json", H1));
        Assert.Contains("Not read by hinge: chosenLengths, rejectedLengths, labelSmoothing, gamma.", ran.Error, StringComparison.Ordinal);
        Assert.Contains("0.900000", ran.Output, StringComparison.Ordinal);
    }

    [Fact] // card 060: KTO with z0 = 0.2, chosen 0.495000 and rejected 0.480011
    public async Task Single_answers_have_labels_and_a_baseline()
    {
        var file = _folder.File("answers.json", """{ "beta": 0.1, "policy": [-1.5, -3.0], "reference": [-1.9, -2.4], "labels": [1, 0], "mismatched": [-2.0, -4.0], "referenceMismatched": [-2.5, -3.9] }""");
        var output = JsonDocument.Parse((await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", "kto", "--input", file, "--json")).Output).RootElement;
        Assert.Equal([0.495000, 0.480011], output.GetProperty("perAnswer").EnumerateArray().Select(each => each.GetDouble()), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal((0.495000 + 0.480011) / 2, output.GetProperty("loss").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData("dpo", """{ "beta": 0.1, "chosen": [-1], "rejected": [-2], "referenceChosen": [-1] }""", "'referenceRejected' is missing, which dpo needs")]
    [InlineData("simpo", """{ "chosen": [-1], "rejected": [-2], "chosenLengths": [1] }""", "'rejectedLengths' is missing, which simpo needs")]
    [InlineData("dpo", """{ "chosen": [-1], "rejected": [-2, -3], "referenceChosen": [-1], "referenceRejected": [-1] }""", "rejected: it has 2 numbers, but 'chosen' has 1")]
    [InlineData("dpo", """{ "bta": 0.1 }""", "bta: there is no such field")]
    [InlineData("dpo", """{ "chosen": [-1, "x"] }""", "chosen[1]: \"x\" is not a finite number")]
    [InlineData("dpo", """{ "chosen": [1e999] }""", "chosen[0]: 1e999 is not a finite number")]
    [InlineData("dpo", """{ "chosen": [0.5] }""", "chosen[0]: 0.5 is not a log-probability")]
    [InlineData("dpo", """{ "chosenLengths": [0] }""", "chosenLengths[0]: 0 is not a number of tokens")]
    [InlineData("dpo", """{ "chosen": -1 }""", "chosen: this is not a list of numbers")]
    [InlineData("dpo", """{ "beta": 0, "chosen": [-1], "rejected": [-2], "referenceChosen": [-1], "referenceRejected": [-1] }""", "beta: it is 0")]
    [InlineData("dpo", """{ "chosen": [-1], "chosen": [-1] }""", "this is not JSON")]
    [InlineData("dpo", "[1]", "this is not an object")]
    [InlineData("dpo", "{\n\"beta\": }", "bad.json:2:")]
    [InlineData("point-dpo", """{ "policy": [-1], "reference": [-1], "labels": [2] }""", "labels[0]: 2 is not a label")]
    [InlineData("dop", "{}", "Did you mean 'dpo'?")]
    public async Task What_makes_no_sense_is_refused_with_its_place(string name, string text, string words)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", name, "--input", _folder.File("bad.json", text), "--json");
        Assert.Equal(2, ran.Code);
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Fact]
    public async Task All_are_listed_and_each_can_be_asked_for_by_the_list()
    {
        var list = JsonDocument.Parse((await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", "--list", "--json")).Output).RootElement.EnumerateArray().ToArray();
        Assert.True(list.Length >= 30);
        Assert.Equal(["lengths"], list.Single(each => each.GetProperty("name").GetString() == "simpo").GetProperty("needs").EnumerateArray().Select(each => each.GetString()));
        Assert.Contains("ld-dpo", (await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", "--list")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandLine.RunAsync(Rooms.OfThisHouse, "objective", "dpo")).Code);
    }
}
