using Microsoft.Extensions.AI;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>Conversations whose verdict changed, to be filtered by rule and by whether they got better; the filter is style, not script.</summary>
internal static class ConversationsSection
{
    /// <summary>A page stays readable and quick with this many.</summary>
    private const int Most = 400;

    /// <summary>Rules that can be filtered by; the place in the list is the rule's number on the page.</summary>
    public static IReadOnlyList<string?> Rules(Evidence evidence) => [.. Shown(evidence).Select(changed => changed.After.Verdict.Rule).Distinct().OrderBy(rule => Place(evidence, rule))];

    public static Html Write(Evidence evidence)
    {
        if (evidence.Changed is not { } comparison)
            return Html.Empty;
        var shown = Shown(evidence);
        var rules = Rules(evidence).ToList();
        return Html.Of($"""
            <p>{comparison.Changed.Count} of {comparison.After.Items.Count} conversations have another verdict than before; {comparison.Changed.Count(changed => changed.Worse.Count > 0)} of them are worse in something and stand first.{(shown.Count < comparison.Changed.Count ? $" The first {Most} are shown." : "")}</p>
            <fieldset class="filter"><legend>Direction</legend>{Choice("way", "all", $"all {shown.Count}", true)}{Choice("way", "better", $"better in something {shown.Count(changed => changed.Better.Count > 0)}", false)}{Choice("way", "worse", $"worse in something {shown.Count(changed => changed.Worse.Count > 0)}", false)}</fieldset>
            <fieldset class="filter"><legend>Rule</legend>{Choice("rule", "all", "every rule", true)}{rules.Select((rule, i) => Choice("rule", Figures.Number(i), $"{rule ?? "the rules are silent"} {shown.Count(changed => changed.After.Verdict.Rule == rule)}", false))}</fieldset>
            <div class="list" role="region" aria-label="Conversations" tabindex="0">
            {shown.Select((changed, i) => Write(evidence, comparison, changed, rules.IndexOf(changed.After.Verdict.Rule), i == 0))}
            </div>
            """);
    }

    private static IReadOnlyList<ChangedConversation> Shown(Evidence evidence) => [.. (evidence.Changed?.Changed ?? []).Take(Most)];

    private static int Place(Evidence evidence, string? rule) =>
        rule is null ? int.MaxValue : evidence.Report.Specification.Rules.Select(known => known.Id).ToList().IndexOf(rule) is var place and >= 0 ? place : int.MaxValue - 1;

    private static Html Choice(string group, string value, string title, bool chosen) => Html.Of($"""
        <label><input type="radio" name="by-{group}" id="by-{group}-{value}"{(chosen ? new Html(" checked") : Html.Empty)}> <span>{title}</span></label>
        """);

    private static Html Write(Evidence evidence, Comparison comparison, ChangedConversation changed, int rule, bool open)
    {
        var messages = changed.After.Item.Messages;
        return Html.Of($"""
            <details class="conversation" data-rule="{rule}"{(changed.Better.Count > 0 ? new Html(" data-better") : Html.Empty)}{(changed.Worse.Count > 0 ? new Html(" data-worse") : Html.Empty)}{(open ? new Html(" open") : Html.Empty)}>
            <summary><span class="way">{Way("▲ better", "better", changed.Better)}{Way("▼ worse", "worse", changed.Worse)}</span> <span class="ask" dir="auto">{Cut(messages[^1].Text)}</span> {RulesSection.Name(changed.After.Verdict.Rule)}</summary>
            <div class="asked">{messages.Select(message => Html.Of($"<div><h3>{(message.Role == ChatRole.System ? "The model was told" : message.Role == ChatRole.User ? "It was asked" : "It had said")}</h3>{Wording.Said(message.Text)}</div>"))}</div>
            <div class="pair">{Side("Before", evidence.Report.Arms[0], comparison.Before.Measures, changed.Before)}{Side("After", evidence.Report.Final, comparison.After.Measures, changed.After)}</div>
            <p class="note">{changed.After.Item.Id}{string.Concat(changed.After.Item.Tags.Select(tag => $" · {tag.Key}: {tag.Value}"))}</p>
            </details>

            """);
    }

    private static Html Way(string title, string style, IReadOnlyList<Measure> measures) =>
        measures.Count == 0 ? Html.Empty : Html.Of($"<span class=\"{style}\">{title}: {string.Join(", ", measures.Select(measure => measure.Name))}</span> ");

    private static Html Side(string when, Arm arm, IReadOnlyList<Measure> measures, AuditedItem item) => Html.Of($"""
        <div class="{Bars.Class(arm)}"><h3>{when}: {arm.Title}</h3>
        {Wording.Said(item.Transcript.Answer)}
        {(item.Transcript.Reasoning is { } reasoning ? Html.Of($"<details class=\"reasoning\"><summary>Its reasoning</summary>{Wording.Said(reasoning)}</details>") : Html.Empty)}
        <p class="verdict">{(item.Misses(measures).Any() ? "✗" : "✓")} {item.Verdict.Reason}</p></div>
        """);

    private static string Cut(string text) => text.Length <= 160 ? text : text[..160] + "…";
}
