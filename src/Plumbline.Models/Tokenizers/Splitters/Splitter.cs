namespace Plumbline.Models.Tokenizers.Splitters;

/// <summary>Cuts text into the pieces inside which the subword model works. Every step of <c>pre_tokenizer</c> in tokenizer.json is one.</summary>
internal abstract class Splitter
{
    /// <param name="piece">What is cut.</param>
    /// <param name="into">Takes the parts; empty ones may be among them.</param>
    public abstract void Split(TextPiece piece, List<TextPiece> into);
}

/// <summary>One after the other: each cuts the pieces of the one before.</summary>
internal sealed class SequenceSplitter(IReadOnlyList<Splitter> steps) : Splitter
{
    public IReadOnlyList<Splitter> Steps => steps;

    public override void Split(TextPiece piece, List<TextPiece> into)
    {
        List<TextPiece> pieces = [piece];
        foreach (var step in steps)
        {
            var finer = new List<TextPiece>(pieces.Count);
            foreach (var each in pieces)
            {
                if (each.Length > 0)
                    step.Split(each, finer);
            }
            pieces = finer;
        }
        into.AddRange(pieces);
    }
}
