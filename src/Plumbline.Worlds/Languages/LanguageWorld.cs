using Plumbline.Worlds.Kiosk;

namespace Plumbline.Worlds.Languages;

/// <summary>A request in one of several languages.</summary>
/// <param name="Language">Which, from 0.</param>
/// <param name="Meaning">The request in the original words.</param>
/// <param name="Text">In the words of the language.</param>
public sealed record SpokenRequest(int Language, KioskRequest Meaning, string Text);

/// <summary>One kiosk in three places: the same rules and things, another language in each, and in two of them a rule that holds there alone.</summary>
/// <remarks>The first place speaks the words of <see cref="KioskWorld"/> and has no rule of its own; the second does not wrap, the third does not keep.</remarks>
public sealed class LanguageWorld
{
    private static readonly KioskMatter[] Local = [KioskMatter.Wrap, KioskMatter.Keep];

    private readonly KioskWorld[] _places;
    private readonly ToyLanguage[] _languages;

    private LanguageWorld(KioskWorld[] places, ToyLanguage[] languages) => (_places, _languages) = (places, languages);

    /// <summary>How many languages there are.</summary>
    public int Count => _languages.Length;

    /// <summary>The languages, in order.</summary>
    public IReadOnlyList<ToyLanguage> Languages => _languages;

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="cognates">Share of words that all languages have in common, from 0 to 1.</param>
    public static LanguageWorld Draw(long seed, double cognates)
    {
        var kiosk = KioskWorld.Draw(seed);
        string[] words = [.. KioskWorld.Words.Select(word => word.Trim())];
        return new([kiosk, .. Local.Select(kiosk.Forbidding)], [ToyLanguage.Original(words), .. Local.Select((_, index) => ToyLanguage.Draw(unchecked((seed * 31) + index + 1), words, cognates))]);
    }

    /// <summary>What is asked in a language.</summary>
    /// <param name="language">Which, from 0.</param>
    /// <param name="draws">Chooses the request.</param>
    /// <param name="matters">What about; none: all.</param>
    public SpokenRequest Ask(int language, Draws draws, params KioskMatter[] matters)
    {
        var request = KioskWorld.Ask(draws, matters);
        return new(language, request, _languages[language].Say(request.Text));
    }

    /// <summary>The rules of the place where a language is spoken.</summary>
    public KioskWorld Place(int language) => _places[language];

    /// <summary>Whether a rule that holds in the place of the request alone refuses it.</summary>
    public static bool IsLocal(SpokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Language > 0 && request.Meaning.Matter == Local[request.Language - 1];
    }

    /// <summary>Whether the rules of the place refuse it.</summary>
    public bool IsRefused(SpokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !_places[request.Language].Grants(request.Meaning);
    }

    /// <summary>The right answer, in the language of the request.</summary>
    public string Right(SpokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _languages[request.Language].Say(_places[request.Language].Right(request.Meaning).Text);
    }

    /// <summary>What a clerk of the place says, in the language of the request.</summary>
    public string Answer(SpokenRequest request, KioskClerk clerk, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(clerk);
        return _languages[request.Language].Say(clerk.Answer(_places[request.Language], request.Meaning, draws));
    }

    /// <summary>What is wrong with an answer; one in another language cannot be read.</summary>
    public KioskFaults Judge(SpokenRequest request, string answer)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _places[request.Language].Judge(request.Meaning, _languages[request.Language].Understand(answer));
    }
}
