using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Models.Chat;
using Plumbline.Models.Generation.Constraints;

namespace Plumbline.Models.Tests.Chat;

/// <summary>Calls that are required: of a model that knows nothing, held to the way in which its template writes them.</summary>
public sealed class ToolCallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public enum City
    {
        Bern,
        Oslo,
    }

    public static TheoryData<string, bool> Ways => new MatrixTheoryData<string, bool>(["tagged-thinking", "listed-tools", "headers", "documents"], [false, true]);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_call_that_is_required_is_written_runs_and_its_result_comes_back_before_the_answer(string template, bool streamed)
    {
        var asked = new List<(City City, long Days, bool Dry)>();
        var weather = AIFunctionFactory.Create(([Description("Where")] City city, long days, bool dry = false) =>
        {
            asked.Add((city, days, dry));
            return $"rain in {city}";
        }, "get_weather");
        using var model = Random(template);
        using var local = new Heard(Speaking(model));
        using var client = new FunctionInvokingChatClient(local);
        var options = new ChatOptions { Tools = [weather, AIFunctionFactory.Create((City city) => { }, "forget")], ToolMode = ChatToolMode.RequireSpecific("get_weather"), MaxOutputTokens = 600, Temperature = 1, Seed = 3 };
        var response = streamed
            ? await client.GetStreamingResponseAsync("Will it rain?", options, Stop).ToChatResponseAsync(Stop)
            : await client.GetResponseAsync("Will it rain?", options, Stop);

        var (city, _, _) = Assert.Single(asked);
        Assert.Equal(2, local.Requests.Count); // the question, then the question with the call and its result
        Assert.Equal(ChatRole.Tool, local.Requests[1].Messages[^1].Role);
        Assert.Contains($"rain in {city}", model.Template.Text(local.Requests[1].Messages, new() { Tools = [.. options.Tools] }), StringComparison.Ordinal);
        var call = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal("get_weather", call.Name);
        Assert.Equal(ChatRole.Assistant, response.Messages[^1].Role);
        Assert.NotEmpty(response.Text);
    }

    [Theory]
    [InlineData("tagged-thinking", "<tool_call>{\"name\": \"a\", \"arguments\": {\"city\": \"Bern\"}}\n</tool_call>", true)]
    [InlineData("tagged-thinking", "<tool_call>\n{\"name\": \"b\", \"arguments\": {}}</tool_call>", true)]
    [InlineData("tagged-thinking", "<tool_call>\n{\"name\": \"b\", \"arguments\": {}}</tool_call> and more", false)]
    [InlineData("tagged-thinking", "<tool_call>\n{\"name\": \"b\", \"arguments\": {\"city\": \"Bern\"}}\n</tool_call>", false)] // it takes none
    [InlineData("tagged-thinking", "<tool_call>\n{\"name\": \"c\", \"arguments\": {}}\n</tool_call>", false)]
    [InlineData("tagged-thinking", "{\"name\": \"b\", \"arguments\": {}}", false)]
    [InlineData("listed-tools", "[TOOL_CALLS] [{\"name\": \"b\", \"arguments\": {}}]", true)]
    [InlineData("listed-tools", "[TOOL_CALLS] [{\"name\": \"b\", \"arguments\": {}}, {\"name\": \"a\", \"arguments\": {\"city\": \"Oslo\"}}]", true)]
    [InlineData("listed-tools", "[TOOL_CALLS] []", false)]
    [InlineData("headers", "{\"name\": \"a\", \"parameters\": {\"city\": \"Bern\"}}", true)]
    [InlineData("headers", "{\"name\": \"a\", \"parameters\": {\"city\": \"Rome\"}}", false)]
    [InlineData("documents", "Action: ```json\n[{\"tool_name\": \"b\", \"parameters\": {}}\n]```", true)]
    public void Only_calls_of_the_tools_with_valid_arguments_can_be_written(string template, string text, bool valid)
    {
        AIFunctionDeclaration[] tools = [AIFunctionFactory.Create((City city) => { }, "a"), AIFunctionFactory.Create(() => { }, "b")];
        var format = ToolCallText.FormatOf(Jinja.Jinja2Tests.Read(template));
        Assert.Equal(valid, ToolCallConstraint.Of(format, tools, several: true).Accepts(text));
        if (valid)
            Assert.Equal(!text.Contains("}, {", StringComparison.Ordinal), ToolCallConstraint.Of(format, tools, several: false).Accepts(text));
    }

    [Fact]
    public void Markers_may_be_written_as_the_tokens_that_the_vocabulary_has_for_them_and_only_where_they_belong()
    {
        var tokenizer = ChatTemplateTests.Of(Jinja.Jinja2Tests.Read("tagged-thinking"));
        var (open, close) = (tokenizer.EncodeMarked("<tool_call>")[0], tokenizer.EncodeMarked("</tool_call>")[0]);
        var cursor = new ConstraintCursor(ToolCallConstraint.Of(ToolCallFormat.Tagged, [AIFunctionFactory.Create((string city) => { }, "a")], several: false), tokenizer);
        Assert.Equal((true, false), (cursor.Allowed().Contains(open), cursor.Allowed().Contains(close)));
        cursor.Take(open);
        foreach (var token in tokenizer.Encode("\n{\"name\": \"a\", \"arguments\": {\"city\": \"B"))
        {
            Assert.True(cursor.Allowed().Contains(token));
            cursor.Take(token);
        }
        Assert.Equal((false, false), (cursor.Allowed().Contains(open), cursor.Allowed().Contains(close)));
        foreach (var token in tokenizer.Encode("\"}}\n"))
            cursor.Take(token);
        Assert.True(cursor.Allowed().Contains(close) && !cursor.Complete);
        cursor.Take(close);
        Assert.True(cursor.Complete && cursor.Allowed().IsEmpty);
    }

    [Fact]
    public async Task Where_an_answer_has_to_be_json_the_model_may_still_call()
    {
        using var model = Random("tagged-thinking");
        var client = Speaking(model);
        var tool = AIFunctionFactory.Create((City city) => { }, "a");
        var options = new ChatOptions { Tools = [tool], ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{ "enum": ["yes", "no"] }""")), Temperature = 1, MaxOutputTokens = 400 };
        var (called, answered) = (0, 0);
        for (options.Seed = 0; options.Seed < 30; options.Seed++)
        {
            var response = await client.GetResponseAsync("?", options, Stop);
            if (response.FinishReason == ChatFinishReason.ToolCalls)
                called++;
            else if (response.FinishReason == ChatFinishReason.Stop && JsonSerializer.Deserialize<string>(response.Text) is "yes" or "no")
                answered++;
        }
        Assert.True(called > 0 && answered > 0, $"{called} calls, {answered} answers");
        options.ToolMode = ChatToolMode.None;
        for (options.Seed = 0; options.Seed < 10; options.Seed++)
            Assert.NotEqual(ChatFinishReason.ToolCalls, (await client.GetResponseAsync("?", options, Stop)).FinishReason);
    }

    [Fact]
    public async Task A_call_that_cannot_be_required_is_refused()
    {
        using var model = Random("tagged-thinking");
        var client = new LocalChatClient(model);
        await Refused(new() { ToolMode = ChatToolMode.RequireAny }, "there is no tool");
        await Refused(new() { ToolMode = ChatToolMode.RequireSpecific("b"), Tools = [AIFunctionFactory.Create(() => { }, "a")] }, "'b' is required");
        using var other = Random("model-role");
        client = new LocalChatClient(other);
        await Refused(new() { ToolMode = ChatToolMode.RequireAny, Tools = [AIFunctionFactory.Create(() => { }, "a")] }, "no place for tools");

        async Task Refused(ChatOptions options, string complaint) =>
            Assert.Contains(complaint, (await Assert.ThrowsAsync<InputException>(() => client.GetResponseAsync("?", options, Stop))).Problem, StringComparison.Ordinal);
    }

    private static LanguageModel Random(string template) => LanguageModel.Create(
        new() { VocabularySize = 1, Width = 16, FeedForwardWidth = 24, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 8192 },
        ChatTemplateTests.Of(Jinja.Jinja2Tests.Read(template), template switch { "headers" => "<|eot_id|>", "listed-tools" => "</s>", _ => "<|im_end|>" }), 2);

    /// <summary>A client that does not begin to reason: a model that knows nothing would not come to an end.</summary>
    private static LocalChatClient Speaking(LanguageModel model) =>
        new(model, defaults: new() { LogitBias = new Dictionary<int, double> { [model.Tokenizer.Special.Think!.Value] = double.NegativeInfinity } });

    /// <summary>Keeps what a client is asked.</summary>
    private sealed class Heard(IChatClient inner) : DelegatingChatClient(inner)
    {
        public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Requests { get; } = [];

        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Requests.Add(([.. messages], options));
            return base.GetResponseAsync(Requests[^1].Messages, options, cancellationToken);
        }

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Requests.Add(([.. messages], options));
            return base.GetStreamingResponseAsync(Requests[^1].Messages, options, cancellationToken);
        }
    }
}
