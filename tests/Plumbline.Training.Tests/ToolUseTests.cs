using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Models;

namespace Plumbline.Training.Tests;

/// <summary>A model that is taught to call a tool and to say what came of it, through the client that runs tools for any model.</summary>
public sealed class ToolUseTests(ToolUseTests.Taught taught) : IClassFixture<ToolUseTests.Taught>
{
    /// <summary>In few words, so that a small model learns soon: names of tools, then turns; results stand in turns of the user.</summary>
    private const string Template = """
        {%- if tools %}{{ '<|system|>' }}{% for tool in tools %}{{ tool.function.name }}({{ tool.function.parameters.properties | join(', ') }}){% endfor %}{{ '<|end|>' }}{% endif -%}
        {%- for message in messages -%}
            {{- '<|' + ('user' if message.role == 'tool' else message.role) + '|>' -}}
            {{- '<tool_response>' + message.content + '</tool_response>' if message.role == 'tool' else message.content -}}
            {%- for call in message.tool_calls or [] -%}
                {{- '<tool_call>\n{"name": "' + call.function.name + '", "arguments": ' + (call.function.arguments | tojson) + '}\n</tool_call>' -}}
            {%- endfor -%}
            {{- '<|end|>' -}}
        {%- endfor -%}
        {%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif -%}
        """;

    private static readonly string[] Goods = ["lamp", "radio", "kettle"];

    [Theory]
    [InlineData("lamp", false, "Yes, many.")]
    [InlineData("radio", false, "No, sorry.")]
    [InlineData("kettle", true, "Yes, many.")]
    [InlineData("radio", true, "No, sorry.")]
    public async Task It_calls_the_tool_and_answers_by_its_result(string item, bool streamed, string answer)
    {
        var asked = new List<string>();
        var stock = AIFunctionFactory.Create((string item) =>
        {
            asked.Add(item);
            return item == "radio" ? "none" : "many";
        }, "stock");
        using var client = new LocalChatClient(taught.Model).AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [stock] };
        var response = streamed
            ? await client.GetStreamingResponseAsync(Question(item), options, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await client.GetResponseAsync(Question(item), options, TestContext.Current.CancellationToken);
        Assert.Equal([item], asked);
        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
        Assert.Equal(answer, response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    private static string Question(string item) => $"Is there a {item}?";

    /// <summary>The model, taught in a second or two.</summary>
    public sealed class Taught : IDisposable
    {
        public Taught()
        {
            var folder = Directory.CreateTempSubdirectory("plumbline-tool-use");
            try
            {
                Model = LanguageModel.Create(new() { VocabularySize = 1, Width = 48, FeedForwardWidth = 96, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 256 }, Words(folder.FullName), 1);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
            var examples = Goods.SelectMany(Examples).ToArray();
            SupervisedTraining.Run(Model.Decoder, _ => examples, 256, new() { Steps = 90, LearningRate = new Schedule(5e-3) }, null, TestContext.Current.CancellationToken);
        }

        public LanguageModel Model { get; }

        public void Dispose() => Model.Dispose();

        /// <summary>The call, and what is said after either result.</summary>
        private IEnumerable<TokenExample> Examples(string item)
        {
            var question = new ChatMessage(ChatRole.User, Question(item));
            var call = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "stock", new Dictionary<string, object?> { ["item"] = item })]);
            yield return Example([question], call);
            yield return Example([question, call, new(ChatRole.Tool, [new FunctionResultContent("1", "many")])], new(ChatRole.Assistant, "Yes, many."));
            yield return Example([question, call, new(ChatRole.Tool, [new FunctionResultContent("1", "none")])], new(ChatRole.Assistant, "No, sorry."));
        }

        private TokenExample Example(ChatMessage[] before, ChatMessage answer)
        {
            var example = Model.Template.Example(before, answer, new() { Tools = [AIFunctionFactory.Create((string item) => item, "stock")] });
            return TokenExample.Completion(example.Ids[..example.PromptLength], example.Ids[example.PromptLength..]);
        }
    }

    private static Tokenizer Words(string folder)
    {
        Tokenizer.Train([.. Goods.Select(Question), "stock(item)", "<tool_call>\n{\"name\": \"stock\", \"arguments\": {\"item\": \"lamp\"}}\n</tool_call>", "<tool_response>many</tool_response>", "<tool_response>none</tool_response>", "Yes, many.", "No, sorry."], 330).Save(folder);
        var file = Path.Combine(folder, "tokenizer_config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config["chat_template"] = Template;
        File.WriteAllText(file, config.ToJsonString());
        return Tokenizer.Load(folder);
    }
}
