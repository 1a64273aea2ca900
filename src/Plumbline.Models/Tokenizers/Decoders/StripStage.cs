namespace Plumbline.Models.Tokenizers.Decoders;

/// <summary>Takes a character away from the ends of every token, up to so many times.</summary>
internal sealed class StripStage(char content, int start, int stop, DecodingStage next) : DecodingStage(next)
{
    private int skipped;
    private bool begun;
    private string held = ""; // may be the end, which is then taken away

    public override void Push(string part, bool isEnd)
    {
        var from = 0;
        while (!begun && skipped < start && from < part.Length && part[from] == content)
        {
            from++;
            skipped++;
        }
        begun |= from < part.Length;
        var text = held + part[from..];
        var tail = 0;
        while (tail < stop && tail < text.Length && text[^(tail + 1)] == content)
            tail++;
        held = isEnd ? "" : text[^tail..];
        Next.Push(text[..^tail], isEnd);
        if (isEnd)
            (skipped, begun) = (0, false);
    }
}
