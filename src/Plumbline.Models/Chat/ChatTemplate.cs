using Microsoft.Extensions.AI;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models;

/// <summary>How a conversation is written as tokens, and what is written is read back as a message.</summary>
/// <remarks>
/// <c>&lt;|system|&gt;TEXT&lt;|end|&gt;&lt;|user|&gt;TEXT&lt;|end|&gt;&lt;|assistant|&gt;&lt;think&gt;REASONING&lt;/think&gt;ANSWER&lt;|end|&gt;</c>, nothing between.
/// Answers of earlier turns stand without their reasoning. Text cannot spell a marker.
/// </remarks>
/// <param name="tokenizer">Encodes the text between the markers.</param>
public sealed class ChatTemplate(Tokenizer tokenizer)
{
    /// <summary>The same format for other programs that read the model folder.</summary>
    public const string Jinja =
        "{% for message in messages %}{% set content = message['content'] %}"
        + "{% if message['role'] == 'assistant' and '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}"
        + "{{ '<|' + message['role'] + '|>' + content + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    private readonly SpecialTokens special = tokenizer.Special;

    /// <summary>A conversation up to the point where the assistant speaks.</summary>
    /// <param name="messages">System, user and assistant messages of text.</param>
    /// <exception cref="InputException">A message has another role, or holds something that is not text.</exception>
    public int[] Prompt(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var ids = new List<int>();
        foreach (var (index, message) in messages.Index())
        {
            ids.Add(Marker(message, index));
            ids.AddRange(tokenizer.Encode(Text(message, index)));
            ids.Add(special.End);
        }
        return [.. ids, Id(special.Assistant, "<|assistant|>")];
    }

    /// <summary>A conversation with the answer that a model should give.</summary>
    /// <param name="messages">What comes before.</param>
    /// <param name="answer">The answer; its reasoning, if it has any, stands before the text.</param>
    /// <exception cref="InputException">A message has another role, or holds something that is not text.</exception>
    public ChatExample Example(IEnumerable<ChatMessage> messages, ChatMessage answer)
    {
        var prompt = Prompt(messages);
        return new([.. prompt, .. Answer(answer)], prompt.Length);
    }

    /// <summary>What the model itself writes when it gives an answer: reasoning, text and the end marker.</summary>
    /// <param name="answer">The answer.</param>
    public int[] Answer(ChatMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var reasoning = string.Concat(answer.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        int[] thought = reasoning.Length > 0 ? [Id(special.Think, "<think>"), .. tokenizer.Encode(reasoning), Id(special.EndThink, "</think>")] : [];
        return [.. thought, .. tokenizer.Encode(Text(answer, 0)), special.End];
    }

    /// <summary>Reads what a model wrote after <see cref="Prompt"/>.</summary>
    /// <param name="ids">Its tokens, with or without the end marker; what stands after it does not count.</param>
    /// <returns>An assistant message; reasoning that was never finished leaves no text.</returns>
    public ChatMessage Parse(IEnumerable<int> ids)
    {
        var written = ids.TakeWhile(id => id != special.End).ToArray();
        var contents = new List<AIContent>();
        if (written is [var first, ..] && first == special.Think)
        {
            var end = special.EndThink is { } over ? Array.IndexOf(written, over) : -1;
            contents.Add(new TextReasoningContent(tokenizer.Decode(end < 0 ? written[1..] : written[1..end])));
            written = end < 0 ? [] : written[(end + 1)..];
        }
        contents.Add(new TextContent(tokenizer.Decode(written)));
        return new(ChatRole.Assistant, contents);
    }

    private int Marker(ChatMessage message, int index) =>
        message.Role == ChatRole.System ? Id(special.System, "<|system|>")
        : message.Role == ChatRole.User ? Id(special.User, "<|user|>")
        : message.Role == ChatRole.Assistant ? Id(special.Assistant, "<|assistant|>")
        : throw new InputException($"message {index + 1}", $"the role '{message.Role.Value}' is not supported.", "A conversation has system, user and assistant messages.");

    private static int Id(int? marker, string name) =>
        marker ?? throw new InputException(VocabularyFile.Name, $"the tokenizer has no special token '{name}'.", "A conversation is written with it; use a model that has it.");

    private static string Text(ChatMessage message, int index) =>
        message.Contents.FirstOrDefault(content => content is not (TextContent or TextReasoningContent or UsageContent)) is { } other
            ? throw new InputException($"message {index + 1}", $"{other.GetType().Name} cannot be written as text.", "The model reads text only.")
            : message.Text;
}

/// <summary>A conversation with an answer, as tokens.</summary>
/// <param name="Ids">All tokens: the prompt, then the answer and its end marker.</param>
/// <param name="PromptLength">How many of them are the prompt.</param>
public sealed record ChatExample(int[] Ids, int PromptLength)
{
    /// <summary>By token: true where it is the answer (reasoning and end marker included), that is, where the loss of completion-only training counts.</summary>
    public bool[] Mask => [.. Ids.Select((_, index) => index >= PromptLength)];
}
