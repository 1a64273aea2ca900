using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Tests.Chat;

public sealed class ChatTemplateTests
{
    private static readonly string[] Markers =
        ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", "[INST]", "[/INST]", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", "<start_of_turn>", "<end_of_turn>", "<|end|>", "<|user|>",
         "<|assistant|>", "<|system|>", "<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<｜User｜>", "<｜Assistant｜>"];

    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => $"rain in {city}", "get_weather", "The weather <|im_end|>");

    public static TheoryData<string> Templates => [.. Jinja.Jinja2Tests.Names];

    internal static Tokenizer Of(string? template, string end = "<|im_end|>") => Tokenizers.GetOrAdd((template, end), key => Make(key.Template, key.End));

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(string? Template, string End), Tokenizer> Tokenizers = new();

    [Theory]
    [MemberData(nameof(Templates))]
    public void What_people_say_never_becomes_a_marker_whatever_it_spells(string name)
    {
        var tokenizer = Of(Jinja.Jinja2Tests.Read(name));
        var template = new ChatTemplate(tokenizer);
        foreach (var marker in Markers)
        {
            ChatMessage[] harmless = [new(ChatRole.System, "be kind"), new(ChatRole.User, "ab cd"), new(ChatRole.Assistant, "yes"), new(ChatRole.User, "why")];
            ChatMessage[] spelling = [new(ChatRole.System, "be kind"), new(ChatRole.User, $"ab {marker}{marker} cd"), new(ChatRole.Assistant, "yes"), new(ChatRole.User, $"why{marker[..^1]}")];
            Assert.Equal(Special(tokenizer, template.Prompt(harmless)), Special(tokenizer, template.Prompt(spelling)));
            Assert.Equal(template.Text(spelling), tokenizer.Decode(template.Prompt(spelling)));
        }
    }

    [Property(MaxTest = 100)]
    public void What_spells_no_marker_is_encoded_as_the_text_of_the_whole_conversation(string? said, string? answered)
    {
        if (Markers.Any(marker => $"{said}\n{answered}".Contains(marker, StringComparison.Ordinal)))
            return;
        foreach (var name in (string[])["tagged-thinking", "plain-markers", "default-system"])
        {
            var template = new ChatTemplate(Of(Jinja.Jinja2Tests.Read(name)));
            ChatMessage[] messages = [new(ChatRole.User, said ?? ""), new(ChatRole.Assistant, answered), new(ChatRole.User, "x")];
            Assert.Equal(Of(Jinja.Jinja2Tests.Read(name)).EncodeMarked(template.Text(messages)), template.Prompt(messages));
        }
    }

    [Fact]
    public void Tools_cannot_spell_markers_either()
    {
        var tokenizer = Of(Jinja.Jinja2Tests.Read("tagged-thinking"));
        var ids = new ChatTemplate(tokenizer).Prompt([new(ChatRole.User, "hi")], new() { Tools = [Weather] });
        Assert.Equal(["<tool_call>", "</tool_call>", "<|im_end|>", "<|im_start|>", "<|im_end|>", "<|im_start|>"], Special(tokenizer, ids)[1..]);
        Assert.Contains("""{"type": "function", "function": {"name": "get_weather", "description": "The weather <|im_end|>", "parameters": {""", tokenizer.Decode(ids), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tagged-thinking", "<|im_end|>", "rule", "<think>\nrule\n</think>\n\nyes<|im_end|>")]
    [InlineData("tagged-thinking", "<|im_end|>", "", "<think>\n\n</think>\n\nyes<|im_end|>")]
    [InlineData("plain-markers", "<|end|>", "", "yes<|end|>")]
    [InlineData("plain-markers", "<|end|>", "rule", "<think>\nrule\n</think>\n\nyes<|end|>")]
    [InlineData("opened-thinking", "</s>", "rule", "rule\n</think>\n\nyes</s>")]
    [InlineData("opened-thinking", "</s>", "", "</think>\n\nyes</s>")]
    [InlineData("bracketed-turns", "</s>", "", " yes </s>")]
    [InlineData("headers", "<|eot_id|>", "", "yes<|eot_id|>")]
    [InlineData("model-role", "<end_of_turn>", "", "yes<end_of_turn>")]
    public void An_example_trains_what_the_assistant_writes_and_the_end_of_its_turn(string name, string end, string reasoning, string trained)
    {
        var tokenizer = Of(Jinja.Jinja2Tests.Read(name), end);
        var template = new ChatTemplate(tokenizer);
        var answer = new ChatMessage(ChatRole.Assistant, [.. reasoning.Length > 0 ? [new TextReasoningContent(reasoning)] : (AIContent[])[], new TextContent("yes")]);
        ChatMessage[] messages = [new(ChatRole.User, "why?"), new(ChatRole.Assistant, "so"), new(ChatRole.User, "again")];
        var example = template.Example(messages, answer);
        Assert.Equal(template.Prompt(messages), example.Ids[..example.PromptLength]);
        Assert.Equal(trained, tokenizer.Decode(example.Ids.Zip(example.Mask).Where(each => each.Second).Select(each => each.First)));
        Assert.Equal(tokenizer.Special.End, example.Ids[^1]);
        var parsed = template.Parse(example.Ids[example.PromptLength..]);
        Assert.Equal(("yes", reasoning), (parsed.Text.Trim(), string.Concat(parsed.Contents.OfType<TextReasoningContent>().Select(content => content.Text))));
    }

    [Fact]
    public void A_template_that_writes_the_past_otherwise_once_an_answer_follows_cannot_be_trained_with()
    {
        var template = new ChatTemplate(Of("{{ messages|length }}{% for m in messages %}{{ m.content }}{% endfor %}"));
        Assert.Contains("another way", Assert.Throws<InputException>(() => template.Example([new(ChatRole.User, "a")], new(ChatRole.Assistant, "b"))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_template_goes_on_from_text_but_does_not_chat()
    {
        var tokenizer = Of(null);
        var template = new ChatTemplate(tokenizer);
        Assert.False(template.Exists);
        Assert.Contains("--raw", Assert.Throws<InputException>(() => template.Prompt([new(ChatRole.User, "a")])).Remedy, StringComparison.Ordinal);
        Assert.Equal("the cat", template.Parse(tokenizer.Encode("the cat")).Text);
    }

    [Fact]
    public void What_a_template_refuses_is_said_in_its_own_words()
    {
        var template = new ChatTemplate(Of(Jinja.Jinja2Tests.Read("model-role")));
        Assert.Contains("Roles must go", Assert.Throws<InputException>(() => template.Prompt([new(ChatRole.Assistant, "a")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_reach_the_template()
    {
        var template = new ChatTemplate(Of(Jinja.Jinja2Tests.Read("tagged-thinking")));
        var off = new TemplateInputs { Variables = new Dictionary<string, JsonElement> { ["enable_thinking"] = JsonElement.Parse("false") } };
        Assert.EndsWith("assistant\n", template.Text([new(ChatRole.User, "a")]), StringComparison.Ordinal);
        Assert.EndsWith("<think>\n\n</think>\n\n", template.Text([new(ChatRole.User, "a")], off), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tagged-thinking", "<think>\nhm\n</think>\n\nLet me see.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Bern\"}}\n</tool_call><|im_end|>", "hm", "Let me see.", "get_weather Bern")]
    [InlineData("tagged-thinking", "<tool_call>\n{\"name\": \"a\", \"arguments\": {}}\n</tool_call>\n<tool_call>\n{\"name\": \"b\", \"arguments\": {\"city\": \"x\"}}\n</tool_call><|im_end|>", "", "", "a ,b x")]
    [InlineData("tagged-thinking", "<tool_call>not json</tool_call> so", "", "<tool_call>not json</tool_call>so", "")]
    [InlineData("tagged-thinking", "<tool_call>\n{\"name\": \"a\", \"arguments\": {\"city\": \"x</tool_call>\\\"y</tool_call>\"}}\n</tool_call><|im_end|>", "", "", "a x</tool_call>\"y</tool_call>")]
    [InlineData("tagged-thinking", "<tool_call>{\"name\": \"a\", </tool_call><tool_call>{\"name\": \"b\", \"arguments\": {}}</tool_call>", "", "<tool_call>{\"name\": \"a\", </tool_call>", "b ")]
    [InlineData("documents", "Action: ```json\n[{\"tool_name\": \"a\", \"parameters\": {\"city\": \"```\"}}]```<|im_end|>", "", "", "a ```")]
    [InlineData("tagged-thinking", "1 < 2 and <tool", "", "1 < 2 and <tool", "")]
    [InlineData("listed-tools", "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Bern\"}}]<|im_end|>", "", "", "get_weather Bern")]
    [InlineData("headers", "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Bern\"}}<|im_end|>", "", "", "get_weather Bern")]
    [InlineData("headers", "{\"name\": 5}<|im_end|>", "", "{\"name\": 5}", "")]
    [InlineData("documents", "I look.\nAction: ```json\n[\n    {\n        \"tool_name\": \"get_weather\",\n        \"parameters\": {\"city\": \"Bern\"}\n    },\n {\"tool_name\": \"b\", \"parameters\": {}}]```<|im_end|>", "", "I look.", "get_weather Bern,b ")]
    [InlineData("documents", "Action: ```json\n[{\"tool\": 1}]``` or so<|im_end|>", "", "Action: ```json\n[{\"tool\": 1}]```or so", "")]
    [InlineData("opened-thinking", "so\n it\n</think>\n\nyes\n", "so\n it", "yes\n", "")]
    [InlineData("opened-thinking", "never finished\n", "never finished", "", "")]
    public void Answers_are_read_whole_as_token_by_token(string name, string written, string reasoning, string text, string calls)
    {
        var tokenizer = Of(Jinja.Jinja2Tests.Read(name));
        var template = new ChatTemplate(tokenizer);
        var inputs = name == "opened-thinking" ? TemplateInputs.None : new TemplateInputs { Tools = [Weather] };
        var message = template.Parse(tokenizer.EncodeMarked(written), inputs);
        Assert.Equal((reasoning, text), (string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text)), message.Text));
        Assert.Equal(calls, string.Join(',', message.Contents.OfType<FunctionCallContent>().Select(call => $"{call.Name} {call.Arguments!.Values.FirstOrDefault()}")));
        Assert.All(message.Contents.OfType<FunctionCallContent>(), call => Assert.Equal(9, call.CallId.Length));
        var reader = template.Reader(inputs);
        var streamed = tokenizer.EncodeMarked(written).SelectMany(reader.Read).ToList();
        streamed.AddRange(reader.Finish());
        Assert.Equal(message.Text, string.Concat(streamed.OfType<TextContent>().Select(content => content.Text)));
        Assert.Equal(message.Contents.OfType<FunctionCallContent>().Count(), streamed.OfType<FunctionCallContent>().Count());
    }

    [Fact]
    public void Calls_and_results_are_written_as_the_template_writes_them()
    {
        var template = new ChatTemplate(Of(Jinja.Jinja2Tests.Read("listed-tools"), "</s>"));
        var text = template.Text(
        [
            new(ChatRole.User, "weather?"), new(ChatRole.Assistant, [new FunctionCallContent("abcdefghi", "get_weather", new Dictionary<string, object?> { ["city"] = "Bern" })]),
            new(ChatRole.Tool, [new FunctionResultContent("abcdefghi", "rain")]),
        ]);
        Assert.Equal("""<s>[INST] weather?[/INST][TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Bern"}, "id": "abcdefghi"}]</s>[TOOL_RESULTS] {"content": rain, "call_id": "abcdefghi"}[/TOOL_RESULTS]""", text);
    }

    [Fact]
    public void Tools_are_refused_where_the_template_has_no_place_for_them()
    {
        var template = new ChatTemplate(Of(Jinja.Jinja2Tests.Read("plain-markers")));
        Assert.Contains("no place for tools", Assert.Throws<InputException>(() => template.Prompt([new(ChatRole.User, "a")], new() { Tools = [Weather] })).Problem, StringComparison.Ordinal);
    }

    private static string[] Special(Tokenizer tokenizer, int[] ids) => [.. ids.Select(id => tokenizer.Decode([id])).Where(Markers.Contains)];

    /// <summary>The small tokenizer with more markers and another template, through the files of a model folder.</summary>
    private static Tokenizer Make(string? template, string end)
    {
        using var folder = new TemporaryFolder();
        TinyModel.Tokenizer.Save(folder.Path);
        var vocabulary = JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))!;
        var id = TinyModel.Tokenizer.VocabularySize;
        foreach (var marker in Markers.Except(SpecialTokens.Names))
        {
            var added = vocabulary["added_tokens"]![0]!.DeepClone();
            (added["id"], added["content"]) = (id, marker);
            vocabulary["added_tokens"]!.AsArray().Add(added);
            vocabulary["model"]!["vocab"]![marker] = id++;
        }
        File.WriteAllText(folder["tokenizer.json"], vocabulary.ToJsonString());
        File.WriteAllText(folder["tokenizer_config.json"], new JsonObject { ["bos_token"] = "<s>", ["eos_token"] = end, ["chat_template"] = template }.ToJsonString());
        return Tokenizer.Load(folder.Path);
    }
}
