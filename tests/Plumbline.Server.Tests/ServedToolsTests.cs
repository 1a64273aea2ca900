using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Models.Tests;

namespace Plumbline.Server.Tests;

/// <summary>A model in process behind the endpoint, asked to call a tool by the official client of the OpenAI API.</summary>
public sealed class ServedToolsTests
{
    private const string Template = """
        {%- for tool in tools or [] %}{{ '<|system|>' + (tool | tojson) + '<|end|>' }}{% endfor -%}
        {%- for message in messages -%}
            {{- '<|' + ('user' if message.role == 'tool' else message.role) + '|>' + (message.content or '') -}}
            {%- for call in message.tool_calls or [] %}{{ '<tool_call>\n' + (call.function | tojson) + '\n</tool_call>' }}{% endfor -%}
            {{- '<|end|>' -}}
        {%- endfor -%}
        {%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif -%}
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_official_client_gets_a_call_gives_its_result_and_gets_an_answer(bool stream)
    {
        LibTorch.Threads = 1;
        using var model = LanguageModel.Create(new() { VocabularySize = 1, Width = 16, FeedForwardWidth = 24, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 4096 }, Words(), 1);
        // A model that knows nothing would not come to an end if it began to reason.
        using var local = new LocalChatClient(model, defaults: new() { LogitBias = new Dictionary<int, double> { [model.Tokenizer.Special.Think!.Value] = double.NegativeInfinity } });
        await using var server = await GatewayServer.StartAsync(new GatewayOptions { Model = local, ModelName = "random" }, cancellationToken: Stop);
        var seen = await Task.Run(() => NodeOracle.Ask<Seen>("openai", "tools.mjs", new { endpoint = server.Endpoint, model = "random", stream }), Stop);

        var call = Assert.Single(seen.Asked);
        Assert.Equal("stock", call.GetProperty("name").GetString());
        Assert.Contains(call.GetProperty("item").GetString(), (string[])["lamp", "radio"]);
        Assert.True(call.GetProperty("many").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Equal("tool_calls", seen.Reasons[0]);
        Assert.Equal(["user", "assistant", "tool", "assistant"], seen.Roles);
        Assert.NotEmpty(seen.Answer);
    }

    private static Tokenizer Words()
    {
        var folder = Directory.CreateTempSubdirectory("plumbline-served-tools");
        try
        {
            Tokenizer.Train(["Is there a lamp or a radio? Yes, three."], 290).Save(folder.FullName);
            var file = Path.Combine(folder.FullName, "tokenizer_config.json");
            var config = JsonNode.Parse(File.ReadAllText(file))!;
            config["chat_template"] = Template;
            File.WriteAllText(file, config.ToJsonString());
            return Tokenizer.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed record Seen(JsonElement[] Asked, string[] Reasons, string[] Roles, string Answer);
}
