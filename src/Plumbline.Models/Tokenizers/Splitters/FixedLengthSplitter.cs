using System.Text;

namespace Plumbline.Models.Tokenizers.Splitters;

/// <summary>Cuts after every so many characters.</summary>
internal sealed class FixedLengthSplitter(int length) : Splitter
{
    public override void Split(TextPiece piece, List<TextPiece> into)
    {
        var (start, at, count) = (0, 0, 0);
        foreach (var rune in piece.Span.EnumerateRunes())
        {
            if (count == length)
            {
                into.Add(piece.Slice(start, at - start));
                (start, count) = (at, 0);
            }
            at += rune.Utf16SequenceLength;
            count++;
        }
        into.Add(piece.Slice(start, at - start));
    }
}
