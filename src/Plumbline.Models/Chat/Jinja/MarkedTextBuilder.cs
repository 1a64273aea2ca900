using System.Text;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>Joins text and keeps the marks.</summary>
/// <param name="maximum">Most characters; more are refused.</param>
internal sealed class MarkedTextBuilder(int maximum)
{
    private readonly StringBuilder text = new();
    private readonly List<(int End, bool Template)> runs = [];

    public int Length => text.Length;

    public void Append(string part, bool template)
    {
        if (part.Length == 0)
            return;
        if (text.Length + (long)part.Length > maximum)
            throw new TemplateFault($"the text grows beyond {maximum} characters.", "Use a template that writes less, or a shorter conversation.");
        text.Append(part);
        if (runs is [.., var last] && last.Template == template)
            runs[^1] = (text.Length, template);
        else
            runs.Add((text.Length, template));
    }

    public void Append(MarkedText part)
    {
        for (int start = 0, end; start < part.Length; start = end)
        {
            var template = part.IsTemplate(start);
            for (end = start + 1; end < part.Length && part.IsTemplate(end) == template;)
                end++;
            Append(start == 0 && end == part.Length ? part.Text : part.Text[start..end], template);
        }
    }

    public MarkedText ToText()
    {
        if (runs.Count == 0)
            return MarkedText.Empty;
        if (runs is [var only])
            return only.Template ? MarkedText.Template(text.ToString()) : MarkedText.Data(text.ToString());
        var marks = new bool[text.Length];
        var start = 0;
        foreach (var (end, template) in runs)
        {
            marks.AsSpan(start, end - start).Fill(template);
            start = end;
        }
        return new(text.ToString(), marks);
    }
}
