using System.Text;
using System.Text.Json;

namespace Plumbline.Server.Records;

/// <summary>The words of an answer, put together from what the API sends of it, up to a length.</summary>
internal sealed class AnswerText
{
    private const int Longest = 1_000_000;
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<string> _tools = [];

    public string Text => _text.ToString();

    public string Reasoning => _reasoning.ToString();

    /// <summary>Names of the tools that were called, in order.</summary>
    public IReadOnlyList<string> Tools => _tools;

    /// <summary>Whether it was longer than what is kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Takes the whole answer, or one event of it.</summary>
    public void Add(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0)
                AddChoice(choices[0]);
            else if (root.TryGetProperty("output", out var output))
                AddOutput(output);
            else if (Word(root, "type") == "response.output_text.delta")
                Append(_text, Word(root, "delta"));
            else if (Word(root, "type") == "response.output_item.done" && root.TryGetProperty("item", out var item) && Word(item, "type") == "function_call")
                AddTool(Word(item, "name"));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            IsCut = true; // a shape that is handed on, but of which the words are not known
        }
    }

    /// <summary>Takes what a chat client said.</summary>
    public void Add(string text, string reasoning, IEnumerable<string> tools)
    {
        Append(_text, text);
        Append(_reasoning, reasoning);
        foreach (var tool in tools)
            AddTool(tool);
    }

    private void AddChoice(JsonElement choice)
    {
        if (!choice.TryGetProperty("delta", out var message) && !choice.TryGetProperty("message", out message))
            return;
        Append(_text, Word(message, "content"));
        Append(_reasoning, Word(message, "reasoning_content"));
        if (message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray())
                AddTool(call.TryGetProperty("function", out var function) ? Word(function, "name") : null);
        }
    }

    private void AddOutput(JsonElement output)
    {
        foreach (var item in output.EnumerateArray())
        {
            if (Word(item, "type") == "function_call")
                AddTool(Word(item, "name"));
            else if (Word(item, "type") == "message" && item.TryGetProperty("content", out var parts))
            {
                foreach (var part in parts.EnumerateArray())
                    Append(_text, Word(part, "text"));
            }
        }
    }

    private void AddTool(string? name)
    {
        if (name is { Length: > 0 and <= 256 } && _tools.Count < 256)
            _tools.Add(name);
    }

    private void Append(StringBuilder text, string? more)
    {
        if (more is null)
            return;
        var room = Longest - text.Length;
        IsCut |= more.Length > room;
        text.Append(more.AsSpan(0, Math.Min(more.Length, room)));
    }

    private static string? Word(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
}
