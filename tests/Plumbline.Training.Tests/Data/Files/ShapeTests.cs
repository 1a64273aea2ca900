using Microsoft.Extensions.AI;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data.Files;

/// <summary>The shapes that people have, recognised by their columns.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData("""{"prompt": "2+2?", "completion": "4", "id": 9}""")]
    [InlineData("""{"instruction": "2+2?", "input": "", "output": "4"}""")]
    [InlineData("""{"question": "2+2?", "answer": "4", "prompt": null}""")]
    [InlineData("""{"prompt": [{"role": "user", "content": "2+2?"}], "completion": [{"role": "assistant", "content": "4"}]}""")]
    [InlineData("""{"prompt": [{"role": "user", "text": "2+2?"}], "answer": {"role": "assistant", "text": "4"}}""")]
    public async Task A_prompt_and_its_completion(string line)
    {
        var row = Assert.IsType<DemonstrationRow>(await Read.OneAsync(line));
        Assert.Equal("user: 2+2? | assistant: 4", Words(row.Messages));
        Assert.Equal([false, true], row.Learnt);
    }

    [Fact]
    public async Task Input_and_system_of_an_instruction_are_part_of_the_prompt()
    {
        var row = Assert.IsType<DemonstrationRow>(await Read.OneAsync("""{"system": "Be brief.", "instruction": "Add.", "input": "2, 2", "output": "4"}"""));
        Assert.Equal("system: Be brief. | user: Add.\n\n2, 2 | assistant: 4", Words(row.Messages));
    }

    [Fact]
    public async Task A_conversation_of_which_all_answers_are_learnt_but_those_of_weight_0()
    {
        var row = Assert.IsType<DemonstrationRow>(await Read.OneAsync("""
            {"messages": [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "!"}]}, {"role": "assistant", "content": "Hello", "weight": 0}, {"role": "user", "content": "Bye"}, {"role": "assistant", "content": "See you", "reasoning_content": "They go."}]}
            """.Trim()));
        Assert.Equal("system: Be kind. | user: Hi! | assistant: Hello | user: Bye | assistant: (They go.)See you", Words(row.Messages));
        Assert.Equal([false, false, false, false, true], row.Learnt);
    }

    [Fact]
    public async Task A_conversation_with_from_and_value() =>
        Assert.Equal("user: Hi | assistant: Hello", Words(Assert.IsType<DemonstrationRow>(await Read.OneAsync("""{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}""")).Messages));

    [Theory]
    [InlineData("""{"city": "Bern", "days": 2}""")]
    [InlineData(""" "{\"city\": \"Bern\", \"days\": 2}" """)]
    public async Task Calls_of_tools_with_arguments_as_an_object_or_as_text(string arguments)
    {
        const string Tools = """[{"type": "function", "function": {"name": "weather", "description": "Looks.", "parameters": {"type": "object"}}}]""";
        var row = Assert.IsType<DemonstrationRow>(await Read.OneAsync($$"""
            {"tools": {{Tools}}, "messages": [{"role": "user", "content": "Rain?"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": {{arguments}} } } ] }, {"role": "tool", "tool_call_id": "c1", "content": "dry"}, {"role": "assistant", "content": "No."}]}
            """.Trim()));
        var call = Assert.IsType<FunctionCallContent>(Assert.Single(row.Messages[1].Contents));
        Assert.Equal(("c1", "weather", "Bern", "2"), (call.CallId, call.Name, $"{call.Arguments!["city"]}", $"{call.Arguments!["days"]}"));
        Assert.Equal("dry", Assert.IsType<FunctionResultContent>(Assert.Single(row.Messages[2].Contents)).Result);
        Assert.Equal("weather", Assert.Single(ToolSchemas.Inputs(row).Tools).Name);
    }

    [Theory]
    [InlineData("""{"prompt": "2+2?", "chosen": "4", "rejected": "5", "margin": 1.5}""")]
    [InlineData("""{"prompt": [{"role": "user", "content": "2+2?"}], "chosen": [{"role": "assistant", "content": "4"}], "rejected": [{"role": "assistant", "content": "5"}], "margin": "1.5"}""")]
    [InlineData("""{"chosen": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}], "rejected": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "5"}], "margin": 1.5}""")]
    [InlineData("""{"prompt": "2+2?", "messages": [], "chosen": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}], "rejected": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "5"}], "margin": 1.5}""")]
    [InlineData("""{"chosen": "\n\nHuman: 2+2?\n\nAssistant: 4", "rejected": "\n\nHuman: 2+2?\n\nAssistant: 5", "margin": 1.5}""")]
    public async Task A_comparison_with_its_prompt_apart_or_in_both_conversations(string line)
    {
        var row = Assert.IsType<PreferenceRow>(await Read.OneAsync(line));
        Assert.Equal(("user: 2+2?", "4", "5", 1.5), (Words(row.Prompt), row.Chosen.Text, row.Rejected.Text, row.Margin));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public async Task An_answer_with_a_label(string label, bool good) =>
        Assert.Equal(good, Assert.IsType<LabelledRow>(await Read.OneAsync($$"""{"prompt": "p", "completion": "c", "label": {{label}}}""")).Good);

    [Theory]
    [InlineData("rating")]
    [InlineData("score")]
    public async Task An_answer_with_a_rating(string column) =>
        Assert.Equal(-2.5, Assert.IsType<RatedRow>(await Read.OneAsync($$"""{"prompt": "p", "completion": "c", "{{column}}": -2.5}""")).Rating);

    [Fact]
    public async Task Text_and_prompts_alone()
    {
        Assert.Equal("once upon", Assert.IsType<TextRow>(await Read.OneAsync("""{"text": "once upon"}""")).Text);
        var asked = Assert.IsType<PromptRow>(await Read.OneAsync("""{"prompt": "2+2?", "gold": 4}"""));
        Assert.Equal("""{"prompt": "2+2?", "gold": 4}""", asked.Columns);
        Assert.Equal("user: 2+2?", Words(PromptRow.Parse("x", asked.Columns).Prompt));
    }

    [Fact]
    public async Task What_will_do_decides_where_columns_would_fit_several_shapes()
    {
        const string Line = """{"prompt": "p", "completion": "c", "label": true, "rating": 3, "text": "t"}""";
        Assert.IsType<TextRow>(await Read.OneAsync(Line, DataShape.Text));
        Assert.IsType<RatedRow>(await Read.OneAsync(Line, DataShape.Rated, DataShape.Text));
        Assert.IsType<PromptRow>(await Read.OneAsync(Line, DataShape.Prompt));
    }

    private static string Words(IEnumerable<ChatMessage> messages) => string.Join(" | ", messages.Select(message => $"{message.Role.Value}: "
        + string.Concat(message.Contents.Select(content => content is TextReasoningContent reasoning ? $"({reasoning.Text})" : content is TextContent text ? text.Text : $"<{content.GetType().Name}>"))));
}
