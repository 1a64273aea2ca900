using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Text on its way through normalisation, with the place in the original that each of its UTF-16 code units comes from, if somebody asks for it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Starts">By code unit: where what it comes from begins; null if nobody asks.</param>
/// <param name="Ends">By code unit: where what it comes from ends; null if nobody asks.</param>
internal sealed record AlignedText(string Text, int[]? Starts = null, int[]? Ends = null)
{
    /// <summary>Text that comes from itself.</summary>
    public static AlignedText Of(string text, bool aligned) =>
        aligned ? new(text, [.. Enumerable.Range(0, text.Length)], [.. Enumerable.Range(1, text.Length)]) : new(text);

    /// <summary>Where in the original a part of the text comes from.</summary>
    public (int Start, int Length) Origin(int start, int length) =>
        Starts is null || Ends is null ? (start, length) : (Starts[start], Math.Max(0, Ends[start + length - 1] - Starts[start]));

    /// <summary>Writes text that is made from other text.</summary>
    public sealed class Builder(AlignedText source)
    {
        private readonly StringBuilder text = new(source.Text.Length);
        private readonly List<int>? starts = source.Starts is null ? null : new(source.Text.Length), ends = source.Starts is null ? null : new(source.Text.Length);

        /// <summary>Takes a part over as it is.</summary>
        public void Keep(int start, int length)
        {
            text.Append(source.Text, start, length);
            starts?.AddRange(source.Starts.AsSpan(start, length));
            ends?.AddRange(source.Ends.AsSpan(start, length));
        }

        /// <summary>Writes something else in the place of a part; in the place of none, if its length is 0.</summary>
        public void Put(ReadOnlySpan<char> replacement, int start, int length)
        {
            text.Append(replacement);
            if (starts is null || ends is null)
                return;
            var from = start < source.Text.Length ? source.Starts![start] : ends is [.., var last] ? last : 0;
            var to = length > 0 ? source.Ends![start + length - 1] : from;
            starts.AddRange(Enumerable.Repeat(from, replacement.Length));
            ends.AddRange(Enumerable.Repeat(to, replacement.Length));
        }

        public AlignedText Build() => new(text.ToString(), starts?.ToArray(), ends?.ToArray());
    }
}
