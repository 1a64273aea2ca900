using System.Text;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Chat;

/// <summary>Tells reasoning, text and calls of tools apart in the text of an answer, piece by piece.</summary>
/// <param name="format">How the model writes.</param>
/// <param name="spelt">Whether reasoning is marked by text, for want of tokens.</param>
internal sealed class AnswerText(AnswerFormat format, bool spelt)
{
    private const string Think = "<think>", EndThink = "</think>";

    private enum Part
    {
        Beginning,
        Reasoning,
        AfterReasoning,
        Text,
        TaggedCall,
        Rest,
    }

    private readonly string? open = ToolCallText.OpenOf(format.Calls), close = ToolCallText.CloseOf(format.Calls);
    private readonly StringBuilder held = new();
    private Part part = format.Thinking ? Part.Reasoning : Part.Beginning;
    private bool reasoned; // something of the reasoning was given

    /// <summary>Whether nothing but white space was read.</summary>
    public bool AtBeginning => part == Part.Beginning && (held.Length == 0 || format.Lines && string.IsNullOrWhiteSpace(held.ToString()));

    public bool InReasoning => part == Part.Reasoning;

    public void BeginReasoning()
    {
        held.Clear();
        part = Part.Reasoning;
    }

    /// <returns>What was held back.</returns>
    public IReadOnlyList<AIContent> EndReasoning()
    {
        var rest = Taken();
        part = format.Lines ? Part.AfterReasoning : Part.Text;
        return Reasoning(format.Lines ? (reasoned ? rest : rest.TrimStart()).TrimEnd() : rest);
    }

    /// <returns>What the text adds, if it is certain.</returns>
    public IReadOnlyList<AIContent> Read(string text)
    {
        if (text.Length == 0)
            return [];
        held.Append(text);
        var contents = new List<AIContent>();
        for (Part before; ;)
        {
            before = part;
            contents.AddRange(Step());
            if (part == before)
                return contents;
        }
    }

    /// <returns>What was held back.</returns>
    public IReadOnlyList<AIContent> Finish()
    {
        var rest = Taken();
        return part switch
        {
            Part.Reasoning => Reasoning(format.Lines ? (reasoned ? rest : rest.TrimStart()).TrimEnd() : rest),
            Part.TaggedCall => ToolCallText.Read(rest) ?? Text(open + rest),
            Part.Rest when format.Calls == ToolCallFormat.Listed => ToolCallText.Read(rest) ?? Text(open + rest),
            Part.Rest => ToolCallText.Read(rest.Replace(ToolCallText.Python, "", StringComparison.Ordinal)) ?? Text(rest),
            _ => Text(rest),
        };
    }

    private IReadOnlyList<AIContent> Step() => part switch
    {
        Part.Beginning => Begin(),
        Part.Reasoning => Reason(),
        Part.AfterReasoning => AfterReasoning(),
        Part.Text => Speak(),
        Part.TaggedCall => Call(),
        _ => [],
    };

    private IReadOnlyList<AIContent> Begin()
    {
        var begun = held.ToString();
        var spoken = format.Lines ? begun.TrimStart() : begun;
        if (format.Lines && spoken.Length == 0 || spelt && spoken.Length < Think.Length && Think.StartsWith(spoken, StringComparison.Ordinal))
            return [];
        if (spelt && spoken.StartsWith(Think, StringComparison.Ordinal))
        {
            Keep(spoken[Think.Length..]);
            part = Part.Reasoning;
        }
        else
        {
            part = Bare(spoken) ? Part.Rest : Part.Text;
        }
        return [];
    }

    private bool Bare(string spoken) => format.Calls == ToolCallFormat.Bare && (spoken.StartsWith('{') || spoken.StartsWith(ToolCallText.Python, StringComparison.Ordinal));

    private IReadOnlyList<AIContent> Reason()
    {
        var all = held.ToString();
        if (spelt && all.IndexOf(EndThink, StringComparison.Ordinal) is >= 0 and var end)
        {
            Keep(all[..end]);
            var rest = EndReasoning();
            Keep(all[(end + EndThink.Length)..]);
            return rest;
        }
        var certain = spelt ? all.Length - Partial(all, EndThink) : all.Length;
        if (format.Lines)
            certain = all[..certain].TrimEnd().Length;
        var given = format.Lines && !reasoned ? all[..certain].TrimStart() : all[..certain];
        Keep(all[certain..]);
        return Reasoning(given);
    }

    private IReadOnlyList<AIContent> AfterReasoning()
    {
        var spoken = held.ToString().TrimStart();
        if (spoken.Length > 0)
        {
            Keep(spoken);
            part = Bare(spoken) ? Part.Rest : Part.Text;
        }
        return [];
    }

    private IReadOnlyList<AIContent> Speak()
    {
        var all = held.ToString();
        if (open is null)
            return Text(Taken());
        var found = all.IndexOf(open, StringComparison.Ordinal);
        if (found >= 0)
        {
            Keep(all[(found + open.Length)..]);
            part = close is null ? Part.Rest : Part.TaggedCall;
            return Text(all[..found].TrimEnd('\n'));
        }
        // Newlines before a call belong to its marker.
        var certain = all[..^Partial(all, open)].TrimEnd('\n').Length;
        Keep(all[certain..]);
        return Text(all[..certain]);
    }

    private IReadOnlyList<AIContent> Call()
    {
        var all = held.ToString();
        var end = all.IndexOf(close!, StringComparison.Ordinal);
        while (end >= 0 && ToolCallText.EndsInString(all[..end]))
            end = all.IndexOf(close!, end + close!.Length, StringComparison.Ordinal);
        if (end < 0)
            return [];
        Keep(all[(end + close!.Length)..].TrimStart('\n'));
        part = Part.AfterReasoning;
        return ToolCallText.Read(all[..end]) ?? Text(open + all[..end] + close);
    }

    /// <summary>How many characters at the end of a text may be the beginning of a marker.</summary>
    private static int Partial(string text, string marker)
    {
        for (var length = Math.Min(text.Length, marker.Length - 1); length > 0; length--)
        {
            if (text.EndsWith(marker[..length], StringComparison.Ordinal))
                return length;
        }
        return 0;
    }

    private IReadOnlyList<AIContent> Reasoning(string text)
    {
        reasoned |= text.Length > 0;
        return text.Length == 0 ? [] : [new TextReasoningContent(text)];
    }

    private static IReadOnlyList<AIContent> Text(string text) => text.Length == 0 ? [] : [new TextContent(text)];

    private string Taken()
    {
        var all = held.ToString();
        held.Clear();
        return all;
    }

    private void Keep(string rest) => held.Clear().Append(rest);
}
