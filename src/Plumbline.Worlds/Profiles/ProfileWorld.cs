namespace Plumbline.Worlds.Profiles;

/// <summary>Roles that are played in five rounds of talk, and sentences whose facets can be computed: what was done, in which tone, with what feelings, to whom, and with what turn of mind.</summary>
public static class ProfileWorld
{
    private static readonly (string Label, string[] Deeds)[] Acts =
    [
        ("brave", ["I went in first", "I faced the storm"]), ("patient", ["I waited all night", "I counted every grain"]), ("proud", ["I bow to nobody", "I did it best"]),
        ("generous", ["I gave my coat away", "I paid for everyone"]), ("curious", ["I opened every box", "I asked the old sailor"]), ("stern", ["I let nobody rest", "I kept the rule"]),
        ("playful", ["I hid the hat", "I raced the dog"]), ("cautious", ["I checked the rope twice", "I stayed near the wall"]),
    ];

    private static readonly (string Label, string Opening)[] Tones = [("formal", "Indeed"), ("rough", "Bah"), ("dreamy", "Ah"), ("merry", "Ha")];

    /// <summary>What the partner says in each round.</summary>
    public static IReadOnlyList<string> Rounds { get; } = ["What did you do?", "What else?", "How do you feel?", "Who am I to you?", "What now?"];

    /// <summary>Labels of character.</summary>
    public static IReadOnlyList<string> Characters { get; } = [.. Acts.Select(act => act.Label)];

    /// <summary>Labels of style.</summary>
    public static IReadOnlyList<string> Styles { get; } = [.. Tones.Select(tone => tone.Label)];

    /// <summary>Names of emotions.</summary>
    public static IReadOnlyList<string> Emotions { get; } = ["joy", "anger", "fear"];

    internal static IReadOnlyList<string> Feelings { get; } = ["glad", "cross", "afraid"];

    internal static IReadOnlyList<(string Word, int Strength)> Strengths { get; } = [("barely", 1), ("faintly", 3), ("rather", 5), ("very", 7), ("wildly", 9)];

    internal static IReadOnlyList<(string Word, int Closeness)> Relations { get; } = [("a stranger", 1), ("a neighbour", 4), ("a friend", 7), ("family", 10)];

    internal static IReadOnlyList<(char Letter, string Phrase, int Axis)> Leanings { get; } =
    [
        ('E', "let us ask the crowd", 0), ('I', "let me think alone", 0), ('S', "the facts are plain", 1), ('N', "it may mean more", 1),
        ('T', "reason decides", 2), ('F', "the heart decides", 2), ('J', "we keep the plan", 3), ('P', "we see as we go", 3),
    ];

    /// <summary>Draws a profile.</summary>
    /// <param name="draws">Chooses it.</param>
    public static RoleProfile Draw(Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return new(draws.Shuffle(Characters)[..2], draws.Pick(Styles), [.. Emotions.Select(_ => draws.Pick(Strengths).Strength)], draws.Pick(Relations).Closeness,
            string.Concat(Enumerable.Range(0, 4).Select(axis => draws.Pick([.. Leanings.Where(leaning => leaning.Axis == axis)]).Letter)));
    }

    /// <summary>Who a role is in a scene that bends it: of each facet, with a chance, another role's.</summary>
    /// <param name="profile">Who it is otherwise.</param>
    /// <param name="bent">The chance.</param>
    /// <param name="draws">Chooses.</param>
    public static RoleProfile InScene(RoleProfile profile, double bent, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var other = Draw(draws);
        return new(draws.Chance(bent) ? other.Character : profile.Character, draws.Chance(bent) ? other.Style : profile.Style, draws.Chance(bent) ? other.Emotions : profile.Emotions,
            draws.Chance(bent) ? other.Closeness : profile.Closeness, draws.Chance(bent) ? other.Personality : profile.Personality);
    }

    /// <summary>What a role says in a round: it shows what it is and names nothing.</summary>
    /// <param name="profile">Who speaks.</param>
    /// <param name="round">From 0.</param>
    /// <param name="draws">Chooses among deeds.</param>
    public static string Say(RoleProfile profile, int round, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(draws);
        return $"{Opening(profile.Style)}, " + round switch
        {
            0 or 1 => draws.Pick(Deeds(profile.Character[round])),
            2 => "I feel " + string.Join(", ", Feelings.Zip(profile.Emotions, (feeling, strength) => $"{Strengths.First(each => each.Strength == strength).Word} {feeling}")),
            3 => $"you are {Relations.First(each => each.Closeness == profile.Closeness).Word} to me",
            4 => string.Join(", ", profile.Personality.Select(letter => Leanings.First(leaning => leaning.Letter == letter).Phrase)),
            _ => throw new ArgumentOutOfRangeException(nameof(round), round, "There are five rounds."),
        } + ".";
    }

    internal static IReadOnlyList<string> Deeds(string label) => Acts.First(act => act.Label == label).Deeds;

    internal static string Opening(string style) => Tones.First(tone => tone.Label == style).Opening;
}
