namespace Plumbline.Models.Chat.Jinja;

/// <summary>Text that knows of every character whether the template wrote it or it came in as data.</summary>
/// <remarks>Immutable. Cutting and joining keep the marks, so that what a user writes is known as theirs wherever the template puts it.</remarks>
internal sealed class MarkedText
{
    private readonly bool[]? marks; // null: all characters are alike
    private readonly bool template;

    private MarkedText(string text, bool template)
    {
        Text = text;
        this.template = template;
    }

    internal MarkedText(string text, bool[] marks)
    {
        Text = text;
        this.marks = marks;
    }

    public static MarkedText Empty { get; } = new("", true);

    public string Text { get; }

    public int Length => Text.Length;

    /// <summary>Text that the template spells out.</summary>
    public static MarkedText Template(string text) => text.Length == 0 ? Empty : new(text, true);

    /// <summary>Text from a message, a tool, a document.</summary>
    public static MarkedText Data(string text) => text.Length == 0 ? Empty : new(text, false);

    /// <summary>Whether the template wrote this character.</summary>
    public bool IsTemplate(int index) => marks?[index] ?? template;

    /// <summary>Whether the template wrote all of these characters.</summary>
    public bool IsTemplate(int start, int length) => marks is null ? template : !marks.AsSpan(start, length).Contains(false);

    public MarkedText Slice(int start, int length) =>
        length == Length ? this
        : length == 0 ? Empty
        : marks is null ? new(Text.Substring(start, length), template)
        : new(Text.Substring(start, length), marks[start..(start + length)]);

    public MarkedText From(int start) => Slice(start, Length - start);

    /// <summary>Each character replaced by text with the mark of the character.</summary>
    public MarkedText Spell(Func<char, string> spelling)
    {
        var joined = new MarkedTextBuilder(int.MaxValue);
        for (var i = 0; i < Length; i++)
            joined.Append(spelling(Text[i]), IsTemplate(i));
        return joined.ToText();
    }

    /// <summary>Other characters in the same places.</summary>
    public MarkedText Respell(Func<string, string> change) => change(Text) is var text && text.Length != Length
        ? throw new ArgumentException("The length must stay.", nameof(change))
        : marks is null ? new(text, template) : new(text, marks);

    public override string ToString() => Text;
}
