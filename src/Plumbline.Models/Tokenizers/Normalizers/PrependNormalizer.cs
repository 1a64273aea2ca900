namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Puts something before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public string Prefix => prefix;

    public override AlignedText Normalize(AlignedText text)
    {
        if (text.Text.Length == 0)
            return text;
        var builder = new AlignedText.Builder(text);
        builder.Put(prefix, 0, 0);
        builder.Keep(0, text.Text.Length);
        return builder.Build();
    }
}
