namespace Plumbline.Models.Tokenizers.Decoders;

/// <summary>Reads the mark at the ends of words as a space, after the last token as nothing.</summary>
internal sealed class EndOfWordStage(string suffix, DecodingStage next) : WholeTokenStage(next)
{
    private string? last;

    public override void Finish()
    {
        if (last is not null)
            Next.Push(last.Replace(suffix, "", StringComparison.Ordinal), isEnd: true);
        Next.Finish();
    }

    protected override void Read(string token)
    {
        if (last is not null)
            Next.Push(last.Replace(suffix, " ", StringComparison.Ordinal), isEnd: true);
        last = token;
    }
}
