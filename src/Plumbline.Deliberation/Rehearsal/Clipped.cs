namespace Plumbline.Deliberation;

/// <summary>What a model wrote, cut where it goes on and on: it stands in further prompts.</summary>
internal static class Clipped
{
    private const int Longest = 2000;

    public static string Text(string text) => text.Length <= Longest ? text : text[..Longest] + "…";
}
