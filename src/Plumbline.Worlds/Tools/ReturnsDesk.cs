namespace Plumbline.Worlds.Tools;

/// <summary>A counter at which returns cannot be decided without looking things up: where an order went, what it was and how old it is, and how long such goods are taken back (119).</summary>
/// <remarks>
/// Orders were moved from one name to another so many times; only the last record says what was bought and when. How long goods are taken back is different in every case, so that it
/// has to be looked up. Half of all returns are in time: who guesses is right half of the time. What is written and read is words with a blank between them.
/// </remarks>
public static class ReturnsDesk
{
    /// <summary>The longest age of an order and the longest time for returns, in weeks.</summary>
    public const int MostWeeks = 6;

    /// <summary>What is told to who asks for something that is not there.</summary>
    public const string Unknown = "unknown .";

    /// <summary>What is told when a tool broke; the same call may work the next time.</summary>
    public const string Broken = "failed , try again .";

    /// <summary>Names of orders.</summary>
    public static IReadOnlyList<string> Orders { get; } = ["ash", "beech", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak"];

    /// <summary>Goods.</summary>
    public static IReadOnlyList<string> Goods { get; } = ["lamp", "coat", "kettle", "chair"];

    /// <summary>Numbers of weeks as words.</summary>
    public static IReadOnlyList<string> Weeks { get; } = ["one", "two", "three", "four", "five", "six"];

    /// <summary>A case.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="records">Records of the order, each naming the next, from 1 to 8: the horizon is this, one look at the rule and the decision.</param>
    public static DeskCase Draw(Draws draws, int records)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfLessThan(records, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records, Orders.Count - 2);
        var inTime = draws.Chance(0.5);
        var age = draws.Between(inTime ? 1 : 2, MostWeeks);
        var window = inTime ? draws.Between(age, MostWeeks) : draws.Between(1, age - 1);
        return new([.. draws.Shuffle(Orders)[..records]], draws.Pick(Goods), age, window);
    }
}
