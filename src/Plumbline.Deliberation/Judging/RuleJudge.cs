using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>How an answer stands to one rule.</summary>
public enum Compliance
{
    /// <summary>The rule does not apply to this request.</summary>
    Irrelevant,

    /// <summary>The rule applies and is kept.</summary>
    Kept,

    /// <summary>The rule applies and is broken.</summary>
    Broken,

    /// <summary>Nobody could tell.</summary>
    Unknown,
}

/// <summary>What a judge says of one rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Compliance">How the answer stands to it.</param>
/// <param name="Quote">The words of the answer, or of the request, that show it; empty where there are none.</param>
public sealed record RuleVerdict(Rule Rule, Compliance Compliance, string Quote);

/// <summary>Says which rules an answer keeps (044, SoFA: which apply, which do not, which are broken).</summary>
public interface IRuleJudge
{
    /// <summary>Holds an answer to rules.</summary>
    /// <returns>One verdict for each rule, in the same order.</returns>
    ValueTask<IReadOnlyList<RuleVerdict>> JudgeAsync(IReadOnlyList<Rule> rules, ChatAnswer answer, Turn turn, CancellationToken cancellationToken);
}

/// <summary>Holds answers to what a machine can check: text that no answer may contain. Costs no call.</summary>
/// <param name="placeholders">What the placeholders of checks stand for, for example <c>till-code</c>; a check whose placeholder is not known is passed over.</param>
public sealed class CheckJudge(IReadOnlyDictionary<string, string> placeholders) : IRuleJudge
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RuleVerdict>> JudgeAsync(IReadOnlyList<Rule> rules, ChatAnswer answer, Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(answer);
        return ValueTask.FromResult<IReadOnlyList<RuleVerdict>>([.. rules.Select(rule => Verdict(rule, answer.Text))]);
    }

    /// <summary>The first rule, by priority, whose check a text fails; null if none.</summary>
    public Rule? FirstBroken(Specification specification, string text)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return specification.ByPriority.FirstOrDefault(rule => Verdict(rule, text).Compliance == Compliance.Broken);
    }

    private RuleVerdict Verdict(Rule rule, string text)
    {
        if (rule.Check is not { } check)
            return new(rule, Compliance.Unknown, "");
        var forbidden = placeholders.Aggregate(check.NeverContains, (wanted, placeholder) => wanted.Replace("{" + placeholder.Key + "}", placeholder.Value, StringComparison.Ordinal));
        if (forbidden.Length == 0 || forbidden.Contains('{', StringComparison.Ordinal))
            return new(rule, Compliance.Unknown, "");
        return text.Contains(forbidden, StringComparison.OrdinalIgnoreCase) ? new(rule, Compliance.Broken, forbidden) : new(rule, Compliance.Kept, "");
    }
}

/// <summary>Has a model hold answers to rules, all in one call.</summary>
/// <param name="judge">Who judges; null: the model that answers.</param>
public sealed class ModelRuleJudge(IChatClient? judge = null) : IRuleJudge
{
    private const string Form = """{"verdicts":[{"rule":"its id","verdict":"irrelevant | kept | broken","quote":"the words that show it"}]}""";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RuleVerdict>> JudgeAsync(IReadOnlyList<Rule> rules, ChatAnswer answer, Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(turn);
        var reply = await turn.ConsultAsync(judge,
        [
            new(ChatRole.System, $"You say which rules an answer keeps. {SpecificationPrompt.RenderRules(rules)}\n{Quoted.Notice}\nReply with JSON of this form alone, one verdict for each rule: {Form}"),
            new(ChatRole.User, $"{Quoted.Conversation(answer.Conversation)}\n{Quoted.Text("answer", answer.Text)}\nWhich rules apply, and are they kept?"),
        ], cancellationToken, temperature: 0).ConfigureAwait(false);
        return Read(rules, reply);
    }

    /// <summary>What a reply says of each rule; unknown where it says nothing that can be read, or two things.</summary>
    internal static IReadOnlyList<RuleVerdict> Read(IReadOnlyList<Rule> rules, string reply)
    {
        var said = new Dictionary<string, RuleVerdict>(StringComparer.Ordinal);
        var known = rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        foreach (var (id, compliance, quote) in Verdicts(reply))
            if (known.TryGetValue(id, out var rule))
                said[id] = said.TryGetValue(id, out var before) && before.Compliance != compliance ? new(rule, Compliance.Unknown, "") : new(rule, compliance, quote);
        return [.. rules.Select(rule => said.TryGetValue(rule.Id, out var verdict) ? verdict : new(rule, Compliance.Unknown, ""))];
    }

    private static IEnumerable<(string Id, Compliance Compliance, string Quote)> Verdicts(string reply)
    {
        using var document = ReplyJson.Read(reply);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("verdicts", out var verdicts) || verdicts.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var verdict in verdicts.EnumerateArray())
        {
            if (ReplyJson.Text(verdict, "rule") is not { } id)
                continue;
            var compliance = ReplyJson.Text(verdict, "verdict")?.Trim().ToUpperInvariant() switch
            {
                "IRRELEVANT" => Compliance.Irrelevant,
                "KEPT" => Compliance.Kept,
                "BROKEN" => Compliance.Broken,
                _ => Compliance.Unknown,
            };
            yield return (id, compliance, ReplyJson.Text(verdict, "quote") ?? "");
        }
    }
}
