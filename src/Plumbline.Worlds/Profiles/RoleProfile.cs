using System.Globalization;

namespace Plumbline.Worlds.Profiles;

/// <summary>Who somebody is in a scene: five facets (101, Beyond Dialogue).</summary>
/// <param name="Character">Two labels of <see cref="ProfileWorld.Characters"/>.</param>
/// <param name="Style">One of <see cref="ProfileWorld.Styles"/>.</param>
/// <param name="Emotions">How strong each of <see cref="ProfileWorld.Emotions"/> is, from 0 to 10.</param>
/// <param name="Closeness">To the partner, from 0 to 10.</param>
/// <param name="Personality">Four letters: E or I, S or N, T or F, J or P.</param>
public sealed record RoleProfile(IReadOnlyList<string> Character, string Style, IReadOnlyList<int> Emotions, int Closeness, string Personality)
{
    /// <summary>All of it in one sentence, every label by its name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(", ", Character)}; {Style}; {string.Join(", ", ProfileWorld.Emotions.Zip(Emotions, (emotion, strength) => $"{emotion} {strength}"))}; closeness {Closeness}; {string.Join(' ', Personality.AsEnumerable())}.");

    /// <summary>The facets that a text shows, and of the others this profile's: what is trained on instead of a conflict.</summary>
    /// <param name="shown">What was read in a scene.</param>
    public RoleProfile AdjustedTo(RoleReading shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return new([.. shown.Character.Concat(Character.Except(shown.Character)).Take(Character.Count)], shown.Styles.Count > 0 ? shown.Styles[0] : Style,
            [.. Emotions.Select((strength, emotion) => shown.Emotions[emotion] ?? strength)], shown.Closeness ?? Closeness,
            string.Concat(Personality.Select((letter, axis) => shown.Personality[axis] ?? letter)));
    }
}
