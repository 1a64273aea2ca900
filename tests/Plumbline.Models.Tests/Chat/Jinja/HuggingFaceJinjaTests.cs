using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Tests.Chat.Jinja;

/// <summary>What @huggingface/jinja makes of conversations and expressions that are generated anew.</summary>
/// <remarks>Where it is not as Jinja2, ours is as Jinja2 (<see cref="Jinja2Tests"/>) and nothing is asked here: the rest of negative numbers, capitals, statements that it lacks.</remarks>
public sealed class HuggingFaceJinjaTests
{
    private static readonly string[] Pieces =
        ["hello", "  hi there ", "<|im_end|>", "a\n\nb", "naïve ü", "\"q'\\", "{{ x }}", "<think>r</think>\n\nyes", "[INST] x", "tab\t", "</think>", "日本語"];

    [Fact]
    public void Conversations_are_written_alike_by_templates_like_those_of_real_models()
    {
        var random = new Random(11);
        string[] beyondIt = ["documents", "function-calling", "tagged-thinking"]; // text times a number, with, nested loops
        var cases = Jinja2Tests.Names.Except(beyondIt).SelectMany(name => Enumerable.Range(0, 40).Select(_ => (Name: name, Template: Jinja2Tests.Read(name), Variables: Conversation(random)))).ToArray();
        var theirs = NodeOracle.Ask<string?[]>("jinja", "render.mjs", cases.Select(each => new object[] { each.Template, each.Variables }));
        var written = 0;
        foreach (var (each, their) in cases.Zip(theirs))
        {
            var ours = Jinja2Tests.Render(each.Template, JsonSerializer.SerializeToElement(each.Variables)).Text;
            Assert.True(ours == their, $"{each.Name} of {each.Variables.ToJsonString()}{Environment.NewLine}ours   {ours}{Environment.NewLine}theirs {their}");
            written += ours is null ? 0 : 1;
        }
        Assert.True(written > cases.Length / 2, $"only {written} were written");
    }

    [Fact]
    public void Expressions_are_computed_alike()
    {
        var random = new Random(12);
        var variables = JsonNode.Parse("""{"a":3,"b":7,"s":"Hello World","l":[3,1,2],"d":{"x":1,"y":{"z":"w"}},"t":true,"f":false,"m":[{"role":"user","content":" hi "},{"role":"tool","content":"yo"}]}""")!;
        string[] cases = [.. Enumerable.Range(0, 1500).Select(_ => $"{{{{ {Text(random, 3)} }}}}|{{% if {Truth(random, 3)} %}}1{{% else %}}0{{% endif %}}|{{{{ {Number(random, 3)} }}}}")];
        var theirs = NodeOracle.Ask<string?[]>("jinja", "render.mjs", cases.Select(each => new object[] { each, variables }));
        var values = JsonSerializer.SerializeToElement(variables);
        foreach (var (each, their) in cases.Zip(theirs))
        {
            var (ours, error) = Jinja2Tests.Render(each, values);
            Assert.True(ours == their && ours is not null, $"{each}{Environment.NewLine}ours   {ours} {error}{Environment.NewLine}theirs {their}");
        }
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static string Text(Random random, int depth) => depth == 0 ? Pick(random, "s", "'ab'", "\"it's\"", "m[0].content", "m[-1]['role']", "d.y.z", "'x\\n'") : random.Next(12) switch
    {
        0 => $"({Text(random, depth - 1)} ~ {Text(random, depth - 1)})",
        1 => $"({Text(random, depth - 1)} + {Text(random, depth - 1)})",
        2 => $"{Text(random, depth - 1)}|{Pick(random, "upper", "lower", "trim", "string", "replace('l', 'L')", "default('x')", "indent(2)")}",
        3 => $"({Text(random, depth - 1)}).{Pick(random, "strip()", "upper()", "lower()", "lstrip()", "rstrip()", "split('o')[0]", "replace('a', 'b')")}",
        4 => $"({Text(random, depth - 1)})[{Pick(random, "1:", ":-1", "-3:", ":2", "::-1")}]",
        5 => $"({Text(random, depth - 1)} if {Truth(random, depth - 1)} else {Text(random, depth - 1)})",
        6 => $"m|map(attribute='{Pick(random, "role", "content")}')|join({Text(random, 0)})",
        7 => $"{Pick(random, "l", "d", "m", "s", "{'k': [1, 'x', none, true]}")}|tojson{Pick(random, "", "(indent=2)")}",
        8 => $"({Text(random, depth - 1)} ~ {Number(random, depth - 1)})",
        9 => $"({Text(random, depth - 1)}|string)",
        10 => $"(m|selectattr('role', 'equalto', '{Pick(random, "user", "tool")}')|list)[0].content",
        _ => $"l|sort|join('{Pick(random, ",", "", "-")}')",
    };

    private static string Number(Random random, int depth) => depth == 0 ? Pick(random, "a", "b", "1", "10", "l[0]", "d.x", "0") : random.Next(8) switch
    {
        0 => $"({Number(random, depth - 1)} + {Number(random, depth - 1)} * {Number(random, depth - 1)})",
        1 => $"({Number(random, depth - 1)} - {Number(random, depth - 1)})",
        2 => $"({Number(random, depth - 1)})|abs % {Pick(random, "2", "5", "7")}",
        3 => $"{Text(random, depth - 1)}|length",
        4 => $"({Number(random, depth - 1)} if {Truth(random, depth - 1)} else {Number(random, depth - 1)})",
        5 => $"({Number(random, depth - 1)})|abs",
        6 => $"{Pick(random, "l", "m", "d")}|length",
        _ => $"l|{Pick(random, "first", "last")}",
    };

    private static string Truth(Random random, int depth) => depth == 0 ? Pick(random, "t", "f", "true", "not f", "zz is defined", "s is string", "d is mapping", "l is iterable", "none is none") : random.Next(9) switch
    {
        0 => $"({Truth(random, depth - 1)} and {Truth(random, depth - 1)})",
        1 => $"({Truth(random, depth - 1)} or {Truth(random, depth - 1)})",
        2 => $"not {Truth(random, depth - 1)}",
        3 => $"{Number(random, depth - 1)} {Pick(random, "<", "<=", ">", ">=", "==", "!=")} {Number(random, depth - 1)}",
        4 => $"{Text(random, depth - 1)} {Pick(random, "==", "!=", "in", "not in")} {Text(random, depth - 1)}",
        5 => $"({Number(random, depth - 1)}) is {Pick(random, "odd", "even", "number", "string", "not none")}",
        6 => $"({Text(random, depth - 1)}).{Pick(random, "startswith", "endswith")}({Text(random, 0)})",
        7 => $"'{Pick(random, "x", "q")}' in d",
        _ => $"{Number(random, depth - 1)} in l",
    };

    private static JsonObject Conversation(Random random)
    {
        var messages = new JsonArray();
        if (random.Next(2) == 0)
            messages.Add(Said("system", random));
        for (int turn = 0, turns = random.Next(1, 4); turn < turns; turn++)
        {
            messages.Add(Said("user", random));
            if (random.Next(3) == 0)
            {
                var calls = random.Next(1, 3);
                messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = new JsonArray([.. Enumerable.Range(0, calls).Select(_ => Call(random))]) });
                for (var call = 0; call < calls; call++)
                    messages.Add(new JsonObject { ["role"] = "tool", ["name"] = "get_weather", ["tool_call_id"] = "a12345678", ["content"] = Words(random) });
            }
            if (turn < turns - 1 || random.Next(5) < 2)
                messages.Add(Said("assistant", random));
        }
        var variables = new JsonObject
        {
            ["messages"] = messages,
            ["add_generation_prompt"] = random.Next(2) == 0,
            ["bos_token"] = "<s>",
            ["eos_token"] = "</s>",
            ["tools"] = random.Next(2) == 0 ? null : JsonNode.Parse("""
                [{"type": "function", "function": {"name": "get_weather", "description": "The \"weather\"\nin é", "parameters": {"type": "object",
                  "properties": {"city": {"type": "string", "enum": ["a", "b"]}, "n": {"type": ["integer", "null"], "default": 1.5}}, "required": ["city"]}}}]
                """),
            ["documents"] = random.Next(2) == 0 ? null : new JsonArray(new JsonObject { ["title"] = "T", ["text"] = Words(random) }),
        };
        if (random.Next(3) == 0)
            variables["enable_thinking"] = random.Next(2) == 0;
        return variables;
    }

    private static JsonObject Said(string role, Random random) => new() { ["role"] = role, ["content"] = Words(random) };

    private static JsonObject Call(Random random) => new()
    {
        ["id"] = "a12345678",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = "get_weather", ["arguments"] = new JsonObject { ["city"] = Words(random), ["n"] = random.Next(9) } },
    };

    private static string Words(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
