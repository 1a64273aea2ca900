namespace Plumbline.Worlds.Languages;

/// <summary>Somebody does something somewhere.</summary>
/// <param name="Who">Which agent, from 0; what is done is as right or wrong whoever does it.</param>
/// <param name="Act">Which act, from 0.</param>
/// <param name="Setting">Which setting, from 0; settings 2k and 2k + 1 are a pair: the act is wrong in one of them and acceptable in the other.</param>
public sealed record MoralSentence(int Who, int Act, int Setting)
{
    /// <summary>The pair of two sentences that differ in the setting and have opposite labels.</summary>
    public string Pair => $"{Who}.{Act}.{Setting / 2}";
}
