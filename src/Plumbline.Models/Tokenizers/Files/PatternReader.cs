using Plumbline.Models.Json;
using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads a pattern: <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
internal static class PatternReader
{
    public static TextPattern Read(JsonPlace place)
    {
        var json = new JsonKeys(place);
        TextPattern pattern;
        if (json.Find("Regex") is { } regex)
            pattern = Regular(regex);
        else if (json["String"] is var literal && literal.Text().Length == 0)
            throw literal.Wrong("an empty pattern is not known.", TokenizerFile.Remedy);
        else
            pattern = new LiteralPattern(literal.Text());
        json.RefuseRest(_ => false, TokenizerFile.Remedy);
        return pattern;
    }

    private static RegularPattern Regular(JsonPlace json)
    {
        try
        {
            return new(json.Text());
        }
        catch (ArgumentException e)
        {
            throw json.Wrong("this is no regular expression that is known here.", e.Message);
        }
    }
}
