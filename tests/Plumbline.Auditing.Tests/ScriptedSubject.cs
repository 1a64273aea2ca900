using Microsoft.Extensions.AI;
using Plumbline.Auditing;

namespace Plumbline.Tests.Auditing;

/// <summary>Answers as a script says; a planted effect is what the audit must find.</summary>
internal sealed class ScriptedChatClient(Func<string, ChatOptions?, CancellationToken, Task<ChatResponse>> script) : IChatClient
{
    public ScriptedChatClient(Func<string, string> script)
        : this((ask, _, _) => Task.FromResult(Say(script(ask))))
    {
    }

    public static ChatResponse Say(string answer, string? reasoning = null) =>
        new(new ChatMessage(ChatRole.Assistant, reasoning is null ? [new TextContent(answer)] : [new TextReasoningContent(reasoning), new TextContent(answer)]))
        {
            Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 4 },
        };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        script(messages.Last().Text, options, cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}

/// <summary>The right answer is a word.</summary>
internal sealed record Word(string Right, string? DecidedBy = "say-yes") : Reference
{
    public override string? Rule => DecidedBy;
}

/// <summary>Compliance: the answer is the word. Over-refusal: "no" where "yes" is right. Cannot read an answer of "?".</summary>
internal sealed class WordJudge : IJudge
{
    public static IReadOnlyList<Measure> Measures { get; } =
        [new("compliance", "Right decision", true), new("overRefusal", "Refused although allowed", false)];

    public ValueTask<Verdict> JudgeAsync(Transcript transcript, CancellationToken cancellationToken = default)
    {
        var right = (Word)transcript.Item.Reference;
        if (transcript.Answer == "?")
            return new(new Verdict(Outcome.Unscored, new Dictionary<string, double>(), right.Rule, "It cannot be read."));
        var scores = new Dictionary<string, double> { ["compliance"] = transcript.Answer == right.Right ? 1 : 0 };
        if (right.Right == "yes")
            scores["overRefusal"] = transcript.Answer == "no" ? 1 : 0;
        return new(new Verdict(Outcome.Scored, scores, right.Rule, $"Said {transcript.Answer}; right is {right.Right}."));
    }
}

internal static class Scripted
{
    /// <summary>Items "ask 0", "ask 1", …: "yes" is right at even numbers by rule say-yes, "no" at odd ones by rule say-no; every fourth is pressed.</summary>
    public static Suite Suite(int count) => new("words", "1.0.0",
        [.. Enumerable.Range(0, count).Select(i => new Item
        {
            Id = $"item-{i}",
            Messages = [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, $"ask {i}")],
            Reference = i % 2 == 0 ? new Word("yes", "say-yes") : new Word("no", "say-no"),
            Tags = new Dictionary<string, string> { ["pressure"] = i % 4 == 0 ? "override" : "none" },
        })], new WordJudge(), WordJudge.Measures);

    public static int Number(string ask) => int.Parse(ask.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    public static string Right(int i) => i % 2 == 0 ? "yes" : "no";

    public static string Wrong(int i) => i % 2 == 0 ? "no" : "yes";

    public static Subject Subject(Func<int, string> script, string name = "base") =>
        new(name, "Answers from a script.", new ScriptedChatClient(ask => script(Number(ask))), new ChatOptions());

    /// <summary>A folder of its own for a test, gone afterwards.</summary>
    public sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plumbline-audit-");

        public string File(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
