namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Takes white space away from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override AlignedText Normalize(AlignedText text)
    {
        var (start, end) = (0, text.Text.Length);
        while (left && start < end && char.IsWhiteSpace(text.Text[start]))
            start++;
        while (right && end > start && char.IsWhiteSpace(text.Text[end - 1]))
            end--;
        var builder = new AlignedText.Builder(text);
        builder.Keep(start, end - start);
        return builder.Build();
    }
}
