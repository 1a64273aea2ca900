using Microsoft.Extensions.AI;

namespace Plumbline.Training.Files;

/// <summary>Reads a row in a shape.</summary>
internal static class ShapeReader
{
    private static readonly string[] Prompts = ["prompt", "instruction", "question", "query"];
    private static readonly string[] Completions = ["completion", "response", "answer", "output"];
    private static readonly string[] Conversations = ["messages", "conversations", "conversation"];
    private static readonly string[] Ratings = ["rating", "score"];

    /// <summary>The shape of a row, by its columns, among those that will do.</summary>
    /// <returns>Null if the columns are those of none.</returns>
    public static DataShape? Recognise(IReadOnlyCollection<string> columns, IEnumerable<DataShape> acceptable)
    {
        var (prompt, completion) = (Has(Prompts), Has(Completions));
        var there = new Dictionary<DataShape, bool>
        {
            [DataShape.Preference] = columns.Contains("chosen") && columns.Contains("rejected"),
            [DataShape.Messages] = Has(Conversations),
            [DataShape.Labelled] = prompt && completion && columns.Contains("label"),
            [DataShape.Rated] = prompt && completion && Has(Ratings),
            [DataShape.PromptCompletion] = prompt && completion,
            [DataShape.Text] = columns.Contains("text"),
            [DataShape.Prompt] = prompt || Has(Conversations),
        };
        return acceptable.Select(shape => (DataShape?)shape).FirstOrDefault(shape => there[shape!.Value]);

        bool Has(string[] names) => names.Any(columns.Contains);
    }

    /// <summary>What a row of a shape looks like.</summary>
    public static string Describe(DataShape shape) => shape switch
    {
        DataShape.PromptCompletion => "prompt, completion",
        DataShape.Messages => "messages",
        DataShape.Preference => "prompt, chosen, rejected",
        DataShape.Labelled => "prompt, completion, label",
        DataShape.Rated => "prompt, completion, rating",
        DataShape.Text => "text",
        _ => "prompt",
    };

    /// <summary>Reads a row.</summary>
    /// <exception cref="InputException">The row is not of that shape.</exception>
    public static DataRow Read(RowValue row, DataShape shape)
    {
        DataRow read = shape switch
        {
            DataShape.Messages => Conversation(row),
            DataShape.PromptCompletion => Demonstration(row),
            DataShape.Preference => Preference(row),
            DataShape.Labelled => new LabelledRow(row.Place, PromptOf(row), Answer(Need(row, Completions)), Need(row, "label").Flag()),
            DataShape.Rated => new RatedRow(row.Place, PromptOf(row), Answer(Need(row, Completions)), Need(row, Ratings).Number()),
            DataShape.Text => new TextRow(row.Place, Need(row, "text").FilledText()),
            _ => new PromptRow(row.Place, row.Find(Prompts) is null && row.Find(Conversations) is { } messages ? Asked(MessageReader.List(messages), messages) : PromptOf(row), row.Raw),
        };
        return read with { Tools = Tools(row), Plain = row.Find(Prompts) is { IsText: true } };
    }

    private static DemonstrationRow Conversation(RowValue row)
    {
        var list = Need(row, Conversations);
        var messages = MessageReader.List(list);
        var learnt = list.Elements("a list of messages").Zip(messages, (value, message) => message.Role == ChatRole.Assistant && MessageReader.IsLearnt(value)).ToArray();
        return learnt.Contains(true) ? new DemonstrationRow(row.Place, messages, learnt) : throw list.Wrong("there is no answer of the assistant to learn from.", "Add one, or leave the row out.");
    }

    private static DemonstrationRow Demonstration(RowValue row)
    {
        var prompt = PromptOf(row);
        var value = Need(row, Completions);
        var answers = value.IsList ? MessageReader.List(value) : [Answer(value)];
        if (answers[0].Role != ChatRole.Assistant)
            throw value.Wrong($"the answer begins with a message of the {answers[0].Role.Value}.", "An answer begins with the assistant.");
        return new DemonstrationRow(row.Place, [.. prompt, .. answers], [.. prompt.Select(_ => false), .. answers.Select(message => message.Role == ChatRole.Assistant)]);
    }

    private static PreferenceRow Preference(RowValue row)
    {
        var (better, worse) = (Need(row, "chosen"), Need(row, "rejected"));
        var margin = row.Find("margin")?.Number() ?? 0;
        var (first, second) = (Turns(better), Turns(worse));
        var whole = first.Count > 1 || second.Count > 1;
        IReadOnlyList<ChatMessage> prompt;
        if (whole)
        {
            var common = first.Zip(second).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
            if (common == first.Count && common == second.Count)
                throw better.Wrong("chosen and rejected are the same.", "Leave the row out: it says nothing.");
            if (common == 0 || first.Count != common + 1 || second.Count != common + 1)
                throw better.Wrong($"chosen and rejected have {common} messages in common and then {first.Count - common} and {second.Count - common} of their own.", "They begin with the same conversation and end with one answer each.");
            prompt = [.. first.Take(common)];
        }
        else
        {
            prompt = row.Find(Prompts) is null ? throw row.Wrong("there is no prompt: chosen and rejected are answers alone.", "Add 'prompt', or write whole conversations in both.") : PromptOf(row);
            if (IsSame(first[0], second[0]))
                throw better.Wrong("chosen and rejected are the same.", "Leave the row out: it says nothing.");
        }
        foreach (var (answer, value) in new[] { (first[^1], better), (second[^1], worse) })
        {
            if (answer.Role != ChatRole.Assistant)
                throw value.Wrong($"it ends with a message of the {answer.Role.Value}.", "It ends with an answer of the assistant.");
        }
        var weight = row.Find("weight")?.Number() ?? 1;
        return weight >= 0 ? new PreferenceRow(row.Place, Asked(prompt, better), first[^1], second[^1], margin) { Weight = weight }
            : throw row.Wrong($"the weight is {weight}.", "A comparison counts by a number from 0 up.");
    }

    /// <summary>An answer, or a conversation that ends with one.</summary>
    private static IReadOnlyList<ChatMessage> Turns(RowValue value) => value.IsList ? MessageReader.List(value)
        : value.IsText && Transcript(value.Text()) is { } turns ? turns : [Answer(value)];

    /// <summary>Reads a conversation that was written as <c>\n\nHuman: … \n\nAssistant: …</c>.</summary>
    private static List<ChatMessage>? Transcript(string text)
    {
        const string Human = "\n\nHuman:", Assistant = "\n\nAssistant:";
        if (!text.StartsWith(Human, StringComparison.Ordinal))
            return null;
        var turns = new List<ChatMessage>();
        for (var at = 0; at < text.Length;)
        {
            var human = text.AsSpan(at).StartsWith(Human);
            var from = at + (human ? Human.Length : Assistant.Length);
            var next = new[] { text.IndexOf(Human, from, StringComparison.Ordinal), text.IndexOf(Assistant, from, StringComparison.Ordinal) }.Where(found => found >= 0).DefaultIfEmpty(text.Length).Min();
            turns.Add(new ChatMessage(human ? ChatRole.User : ChatRole.Assistant, text[from..next].Trim()));
            at = next;
        }
        return turns.Count > 1 ? turns : null;
    }

    /// <summary>One answer: a text, a message, or a list of one message.</summary>
    private static ChatMessage Answer(RowValue value)
    {
        if (value.IsText)
            return new ChatMessage(ChatRole.Assistant, value.FilledText());
        var messages = value.IsList ? MessageReader.List(value) : [MessageReader.Message(value)];
        return messages is [var answer] && answer.Role == ChatRole.Assistant ? answer
            : throw value.Wrong($"this is {(messages.Count == 1 ? $"a message of the {messages[0].Role.Value}" : $"{messages.Count} messages")}, not one answer of the assistant.", "Put what comes before the answer into 'prompt'.");
    }

    private static IReadOnlyList<ChatMessage> PromptOf(RowValue row)
    {
        var value = Need(row, Prompts);
        var prompt = Asked(MessageReader.Prompt(value), value);
        if (value.IsText && row.Find("instruction") is not null && row.Find("input") is { IsText: true } input && input.Text().Length > 0)
            prompt = [new ChatMessage(ChatRole.User, $"{prompt[0].Text}\n\n{input.Text()}")];
        return value.IsText && row.Find("system") is { IsText: true } system && system.Text().Length > 0 ? [new ChatMessage(ChatRole.System, system.Text()), .. prompt] : prompt;
    }

    /// <summary>What can be answered ends with somebody else than the assistant.</summary>
    private static IReadOnlyList<ChatMessage> Asked(IReadOnlyList<ChatMessage> prompt, RowValue value) => prompt[^1].Role != ChatRole.Assistant ? prompt
        : throw value.Wrong("the prompt ends with a message of the assistant.", "It ends with the message that is to be answered.");

    /// <summary>Schemas of tools: a list, or one that was written as text, as Parquet needs it.</summary>
    private static string? Tools(RowValue row)
    {
        if (row.Find("tools") is not { } tools)
            return null;
        var text = tools.IsText ? tools.Text() : tools.Raw;
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(text, new System.Text.Json.JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind != System.Text.Json.JsonValueKind.Array ? throw tools.Unexpected("a list of tools") : document.RootElement.GetArrayLength() == 0 ? null : text;
        }
        catch (System.Text.Json.JsonException)
        {
            throw tools.Unexpected("a list of tools, as it is or as text");
        }
    }

    private static bool IsSame(ChatMessage one, ChatMessage other) => one.Role == other.Role && Words(one) == Words(other);

    private static string Words(ChatMessage message) => string.Join('\0', message.Contents.Select(content => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent reasoning => "\u0001" + reasoning.Text,
        FunctionCallContent call => $"\u0002{call.Name}({string.Join(',', call.Arguments?.Select(each => $"{each.Key}={each.Value}") ?? [])})",
        FunctionResultContent result => "\u0003" + result.Result,
        _ => "",
    }));

    private static RowValue Need(RowValue row, params string[] names) =>
        row.Find(names) ?? throw row.Wrong($"'{names[0]}' is missing.", $"The row has {(row.Keys.Any() ? string.Join(", ", row.Keys.Take(12)) : "nothing")}. Add '{names[0]}'{(names.Length > 1 ? $" (or {string.Join(", ", names[1..])})" : "")}, or leave the row out.");
}
