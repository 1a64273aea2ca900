using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Writes something else wherever a pattern matches.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public TextPattern Pattern => pattern;

    public string Content => content;

    public override AlignedText Normalize(AlignedText text)
    {
        var builder = new AlignedText.Builder(text);
        var changed = false;
        foreach (var (start, length, isMatch) in pattern.Parts(text.Text))
        {
            changed |= isMatch;
            if (isMatch)
                builder.Put(content, start, length);
            else
                builder.Keep(start, length);
        }
        return changed ? builder.Build() : text;
    }
}
