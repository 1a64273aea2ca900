using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Changes text before it is cut and encoded. Every step of <c>normalizer</c> in tokenizer.json is one.</summary>
internal abstract class Normalizer
{
    public abstract AlignedText Normalize(AlignedText text);

    /// <summary>Goes through the characters one by one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="replacement">What stands in the place of a character; null if it stays.</param>
    protected static AlignedText Map(AlignedText text, Func<Rune, string?> replacement)
    {
        var builder = new AlignedText.Builder(text);
        var at = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            var length = rune.Utf16SequenceLength;
            if (replacement(rune) is { } other)
                builder.Put(other, at, length);
            else
                builder.Keep(at, length);
            at += length;
        }
        return builder.Build();
    }
}

/// <summary>One after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public IReadOnlyList<Normalizer> Steps => steps;

    public override AlignedText Normalize(AlignedText text) => steps.Aggregate(text, (done, step) => step.Normalize(done));
}
