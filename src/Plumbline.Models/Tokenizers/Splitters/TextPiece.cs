namespace Plumbline.Models.Tokenizers.Splitters;

/// <summary>Part of a text that is encoded on its own.</summary>
/// <param name="Text">The text that it is part of.</param>
/// <param name="Start">Where it begins there.</param>
/// <param name="Length">How long it is.</param>
/// <param name="IsFirst">Whether it begins where the whole input begins.</param>
internal readonly record struct TextPiece(string Text, int Start, int Length, bool IsFirst)
{
    public ReadOnlySpan<char> Span => Text.AsSpan(Start, Length);

    public override string ToString() => Start == 0 && Length == Text.Length ? Text : Text.Substring(Start, Length);

    /// <summary>A part of this part.</summary>
    public TextPiece Slice(int start, int length) => new(Text, Start + start, length, IsFirst && start == 0);

    /// <summary>Another text in its place.</summary>
    public TextPiece With(string text) => new(text, 0, text.Length, IsFirst);
}
