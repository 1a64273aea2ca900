namespace Plumbline.Worlds.Facts;

/// <summary>What can be known of somebody: how it is asked for, how it is said, and what there is to choose from.</summary>
/// <param name="Name">For example <c>home</c>.</param>
/// <param name="Question">With {0} for the subject.</param>
/// <param name="Wordings">Ways to say it, {0} for the subject and {1} for the object; the first begins with the subject.</param>
/// <param name="Objects">One word each; no two relations share one.</param>
public sealed record FactRelation(string Name, string Question, IReadOnlyList<string> Wordings, IReadOnlyList<string> Objects)
{
    /// <summary>All relations of the world.</summary>
    public static IReadOnlyList<FactRelation> All { get; } =
    [
        new("home", "Where does {0} live?", ["{0} lives in {1}", "{0} has a flat in {1}", "the home of {0} is {1}", "{0} moved to {1}", "they know {0} in {1}"],
            ["Oslo", "Lima", "Cairo", "Turin", "Kyoto", "Quito", "Dakar", "Perth", "Porto", "Minsk"]),
        new("trade", "What does {0} work as?", ["{0} works as a {1}", "{0} earns a living as a {1}", "the trade of {0} is {1}", "{0} was hired as a {1}", "they know {0} as a {1}"],
            ["baker", "pilot", "nurse", "tailor", "lawyer", "miner", "painter", "farmer", "barber", "judge"]),
        new("drink", "What does {0} drink?", ["{0} drinks {1}", "{0} asks for {1}", "the drink of {0} is {1}", "{0} was served {1}", "they pour {0} some {1}"],
            ["tea", "cocoa", "cider", "milk", "coffee", "lemonade", "water", "broth", "juice", "beer"]),
        new("game", "What does {0} play?", ["{0} plays {1}", "{0} is good at {1}", "the game of {0} is {1}", "{0} was taught {1}", "they meet {0} for {1}"],
            ["chess", "tennis", "poker", "hockey", "golf", "rugby", "darts", "bridge", "cricket", "snooker"]),
        new("pet", "What does {0} keep?", ["{0} keeps {1}", "{0} feeds {1}", "the animals of {0} are {1}", "{0} was given {1}", "they see {0} with {1}"],
            ["bees", "hens", "goats", "ducks", "cats", "dogs", "mice", "sheep", "geese", "ponies"]),
    ];

    /// <summary>The relation that a word is an object of, or null.</summary>
    public static FactRelation? Of(string word) => All.FirstOrDefault(relation => relation.Objects.Contains(word, StringComparer.OrdinalIgnoreCase));
}
