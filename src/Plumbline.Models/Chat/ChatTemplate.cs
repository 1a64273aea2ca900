using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Plumbline.Models.Chat;
using Plumbline.Models.Chat.Jinja;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models;

/// <summary>How a conversation is written as tokens, and what is written is read back as a message: by the template that the model came with.</summary>
/// <remarks>
/// <para>Only what the template itself spells becomes a marker. What people, tools and documents say stays text, whatever it spells.</para>
/// <para>Models made here write
/// <c>&lt;|system|&gt;TEXT&lt;|end|&gt;&lt;|user|&gt;TEXT&lt;|end|&gt;&lt;|assistant|&gt;&lt;think&gt;REASONING&lt;/think&gt;ANSWER&lt;|end|&gt;</c>, nothing between;
/// answers of earlier turns stand without their reasoning.</para>
/// <para>Immutable; safe from any thread.</para>
/// </remarks>
public sealed partial class ChatTemplate
{
    /// <summary>The template of the models that are made here.</summary>
    public const string Jinja =
        "{% for message in messages %}{% set content = message['content'] %}"
        + "{% if message['role'] == 'assistant' and '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}"
        + "{{ '<|' + message['role'] + '|>' + content + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    private const string Think = "<think>";

    private readonly Tokenizer tokenizer;
    private readonly TimeProvider clock;
    private readonly Lazy<JinjaTemplate>? usual, withTools;
    private readonly ToolCallFormat calls;
    private readonly bool own, takesTools;

    /// <param name="tokenizer">Encodes what the template writes; the template is the one that came with it.</param>
    /// <param name="clock">What templates take for today; the system's time by default.</param>
    public ChatTemplate(Tokenizer tokenizer, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        this.tokenizer = tokenizer;
        this.clock = clock ?? TimeProvider.System;
        var source = tokenizer.ChatTemplate;
        var toolSource = tokenizer.ChatTemplates.GetValueOrDefault("tool_use") ?? source;
        usual = Parsed(source);
        withTools = Parsed(toolSource);
        own = source == Jinja;
        takesTools = toolSource is not null && NamesTools().IsMatch(toolSource);
        calls = ToolCallText.FormatOf(toolSource);
    }

    /// <summary>Whether the model came with a template. Without one it goes on from plain text only.</summary>
    public bool Exists => usual is not null || withTools is not null;

    /// <summary>How the model writes calls of tools.</summary>
    internal ToolCallFormat Calls => calls;

    /// <summary>A conversation up to the point where the assistant speaks.</summary>
    /// <param name="messages">Messages of text, calls of tools and their results.</param>
    /// <param name="inputs">Tools and variables.</param>
    /// <exception cref="InputException">The model has no template, the template refuses the conversation, or a message holds something that cannot be written.</exception>
    public int[] Prompt(IEnumerable<ChatMessage> messages, TemplateInputs? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Encode(Write([.. messages], inputs ?? TemplateInputs.None, prompt: true));
    }

    /// <summary>A conversation as the template writes it, markers and all: to look at, not to encode.</summary>
    /// <param name="messages">Messages of text, calls of tools and their results.</param>
    /// <param name="inputs">Tools and variables.</param>
    /// <param name="prompt">Whether the assistant speaks next.</param>
    /// <exception cref="InputException">As <see cref="Prompt"/>.</exception>
    public string Text(IEnumerable<ChatMessage> messages, TemplateInputs? inputs = null, bool prompt = true)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Write([.. messages], inputs ?? TemplateInputs.None, prompt).Text;
    }

    /// <summary>A conversation with the answer that a model should give.</summary>
    /// <param name="messages">What comes before.</param>
    /// <param name="answer">The answer; its reasoning, if it has any, stands before the text.</param>
    /// <param name="inputs">Tools and variables.</param>
    /// <exception cref="InputException">As <see cref="Prompt"/>; or the template writes what comes before in another way when the answer follows.</exception>
    public ChatExample Example(IEnumerable<ChatMessage> messages, ChatMessage answer, TemplateInputs? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(answer);
        List<ChatMessage> before = [.. messages];
        var prompt = Write(before, inputs ?? TemplateInputs.None, prompt: true);
        var ids = Encode(prompt);
        return new([.. ids, .. UpToTheEnd(Continued(prompt, ids, Answered(before, prompt, answer, inputs ?? TemplateInputs.None)))], ids.Length);
    }

    /// <summary>What the model itself writes when it gives an answer to a question: reasoning, text and the end marker.</summary>
    /// <remarks>Where the conversation before it is known, <see cref="Example"/> says it exactly.</remarks>
    /// <param name="answer">The answer.</param>
    /// <exception cref="InputException">As <see cref="Example"/>.</exception>
    public int[] Answer(ChatMessage answer)
    {
        var example = Example([new(ChatRole.User, "?")], answer);
        return example.Ids[example.PromptLength..];
    }

    /// <summary>Reads what a model wrote after <see cref="Prompt"/>.</summary>
    /// <param name="ids">Its tokens, with or without the end marker; what stands after it does not count.</param>
    /// <param name="inputs">What the prompt was made with.</param>
    /// <returns>An assistant message: reasoning, text, calls of tools. Reasoning that was never finished leaves no text.</returns>
    public ChatMessage Parse(IEnumerable<int> ids, TemplateInputs? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var reader = Reader(inputs);
        var contents = new List<AIContent>();
        foreach (var id in ids)
            Add(contents, reader.Read(id));
        Add(contents, reader.Finish());
        if (!contents.Exists(content => content is TextContent or FunctionCallContent))
            contents.Add(new TextContent(""));
        return new(ChatRole.Assistant, contents);
    }

    /// <summary>Reads an answer token by token.</summary>
    /// <param name="inputs">What the prompt was made with.</param>
    internal StreamedAnswer Reader(TemplateInputs? inputs = null) => new(tokenizer, new(
        calls == ToolCallFormat.Bare && inputs is not { Tools.Count: > 0 } ? ToolCallFormat.None : calls,
        !own && Exists && Opened(inputs ?? TemplateInputs.None),
        Lines: !own));

    /// <summary>Adds to the last of the contents where it is of the same kind.</summary>
    private static void Add(List<AIContent> contents, IEnumerable<AIContent> read)
    {
        foreach (var content in read)
        {
            if (contents is [.., TextContent text] && content is TextContent more)
                text.Text += more.Text;
            else if (contents is [.., TextReasoningContent reasoning] && content is TextReasoningContent further)
                reasoning.Text += further.Text;
            else
                contents.Add(content);
        }
    }

    private static Lazy<JinjaTemplate>? Parsed(string? source) => source is null ? null : new(() => new JinjaTemplate(source, "chat_template"));

    private MarkedText Write(IReadOnlyList<ChatMessage> messages, TemplateInputs inputs, bool prompt)
    {
        var template = (inputs.Tools.Count > 0 ? withTools : usual) ?? throw new InputException("chat_template", "the model came without a chat template: it does not know how conversations are written.",
            "Let it go on from plain text (--raw), or put chat_template.jinja, or 'chat_template' in tokenizer_config.json, into its folder.");
        if (inputs.Tools.Count > 0 && !takesTools)
            throw new InputException("chat_template", "the chat template of the model has no place for tools.", "Ask without tools, or use a model that was taught to call them.");
        if (own)
            RefuseOthers(messages);
        try
        {
            return template.Value.Render(Variables(messages, inputs, prompt), clock);
        }
        catch (TemplateFault fault)
        {
            throw new InputException("conversation", fault.Problem, fault.Remedy, fault);
        }
    }

    private IEnumerable<(string Name, JinjaValue Value)> Variables(IReadOnlyList<ChatMessage> messages, TemplateInputs inputs, bool prompt)
    {
        foreach (var (name, value) in inputs.Variables)
            yield return (name, JinjaJson.Read(value));
        foreach (var (name, id) in ((string, int?)[])[("bos_token", tokenizer.Special.Begin), ("eos_token", tokenizer.Special.End), ("pad_token", tokenizer.Special.Pad), ("unk_token", tokenizer.Special.Unknown)])
        {
            if (id is { } token)
                yield return (name, JinjaValue.Template(tokenizer.Decode([token])));
        }
        yield return ("tools", inputs.Tools.Count > 0 ? TemplateMessages.Of(inputs.Tools) : NoneValue.None);
        if (!inputs.Variables.ContainsKey("documents"))
            yield return ("documents", NoneValue.None);
        yield return ("add_generation_prompt", prompt);
        yield return ("messages", TemplateMessages.Of(messages));
    }

    /// <summary>What the own format has no markers for.</summary>
    private static void RefuseOthers(IReadOnlyList<ChatMessage> messages)
    {
        foreach (var (index, message) in messages.Index())
        {
            if (message.Role != ChatRole.System && message.Role != ChatRole.User && message.Role != ChatRole.Assistant)
                throw new InputException($"message {index + 1}", $"the role '{message.Role.Value}' is not supported.", "A conversation has system, user and assistant messages.");
            if (message.Contents.FirstOrDefault(content => content is not (TextContent or TextReasoningContent or UsageContent)) is { } other)
                throw new InputException($"message {index + 1}", $"{other.GetType().Name} cannot be written as text.", "The model reads text only.");
        }
    }

    private int[] Encode(MarkedText text) => tokenizer.Encode(text.Text, (start, length) => text.IsTemplate(start, length) || string.IsNullOrWhiteSpace(text.Text.Substring(start, length)));

    /// <summary>What the model writes after the prompt, as text.</summary>
    private MarkedText Answered(List<ChatMessage> before, MarkedText prompt, ChatMessage answer, TemplateInputs inputs)
    {
        var reasoning = string.Concat(answer.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        if (reasoning.Length > 0 && !own && After(prompt, Write([.. before, answer], inputs, prompt: false)) is { } rest && rest.Text.Contains(reasoning.Trim(), StringComparison.Ordinal))
            return rest;
        var plain = Write([.. before, new(answer.Role, [.. answer.Contents.Where(content => content is not TextReasoningContent)])], inputs, prompt: false);
        var opened = Opening(prompt);
        if (After(prompt, plain) is { } text)
            return reasoning.Length == 0 ? text : Operators.Join([MarkedText.Template(Think + (own ? "" : "\n")), Thought(reasoning), text]);
        // The prompt opens the reasoning, of which the template keeps nothing in what was answered.
        if (opened is { } start && After(prompt.Slice(0, start), plain) is { } afterOpening)
            return Operators.Join([Thought(reasoning), afterOpening]);
        throw new InputException("chat_template", "the template writes the conversation in another way when the answer follows: it cannot be told which tokens the model would write.",
            "Train with a template that leaves what comes before an answer as it is.");
    }

    private MarkedText Thought(string reasoning) =>
        Operators.Join([MarkedText.Data(reasoning), MarkedText.Template(own ? "</think>" : reasoning.Length > 0 ? "\n</think>\n\n" : "</think>\n\n")]);

    private static MarkedText? After(MarkedText prompt, MarkedText whole) => whole.Text.StartsWith(prompt.Text, StringComparison.Ordinal) ? whole.From(prompt.Length) : null;

    /// <summary>Where a prompt opens the reasoning at its end, if it does.</summary>
    private static int? Opening(MarkedText prompt) =>
        prompt.Text.AsSpan().TrimEnd() is var text && text.EndsWith(Think) && prompt.IsTemplate(text.Length - Think.Length, Think.Length) ? text.Length - Think.Length : null;

    private bool Opened(TemplateInputs inputs)
    {
        try
        {
            return Opening(Write([new(ChatRole.User, "?")], inputs, prompt: true)) is not null;
        }
        catch (InputException)
        {
            return false; // it refuses what is asked here; whoever asks for a prompt is told
        }
    }

    /// <summary>The tokens of what follows a prompt, as a model writes them that was given the tokens of the prompt.</summary>
    private int[] Continued(MarkedText prompt, int[] promptIds, MarkedText rest)
    {
        var whole = Encode(Operators.Join([prompt, rest]));
        if (whole.AsSpan().StartsWith(promptIds))
            return whole[promptIds.Length..];
        // A token would span both: then the rest stands alone, after a marker so that no space is put before it.
        var anchor = MarkedText.Template(tokenizer.Decode([tokenizer.Special.End]));
        return Encode(Operators.Join([anchor, rest]))[Encode(anchor).Length..];
    }

    /// <summary>The answer with the token that ends it, and nothing after.</summary>
    private int[] UpToTheEnd(int[] rest)
    {
        var end = Array.FindIndex(rest, id => id == tokenizer.Special.End || tokenizer.Special.Ends.Contains(id));
        return end >= 0 ? rest[..(end + 1)] : [.. rest, tokenizer.Special.End];
    }

    [GeneratedRegex(@"\btools\b")]
    private static partial Regex NamesTools();
}

/// <summary>A conversation with an answer, as tokens.</summary>
/// <param name="Ids">All tokens: the prompt, then the answer and its end marker.</param>
/// <param name="PromptLength">How many of them are the prompt.</param>
public sealed record ChatExample(int[] Ids, int PromptLength)
{
    /// <summary>By token: true where it is the answer (reasoning and end marker included), that is, where the loss of completion-only training counts.</summary>
    public bool[] Mask => [.. Ids.Select((_, index) => index >= PromptLength)];
}
