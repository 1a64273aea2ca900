namespace Plumbline.Worlds.Tools;

/// <summary>Somebody who works at the desk by a script, for better or worse.</summary>
/// <param name="Lookup">How often a turn goes to something at random instead of what is needed next, from 0 to 1.</param>
/// <param name="Guess">How often a turn is a guess of the decision, before all is known, from 0 to 1.</param>
public sealed record DeskClerk(double Lookup = 0, double Guess = 0)
{
    /// <summary>Works at a case to its decision.</summary>
    /// <param name="work">The case.</param>
    /// <param name="draws">Chooses what is left to chance.</param>
    /// <param name="breaks">Whether a call breaks, by its number from 0.</param>
    /// <param name="persists">Whether a call that broke is made again; else the clerk gives up, with the wrong decision.</param>
    /// <param name="most">Most turns.</param>
    public ClerkOutcome Work(DeskCase work, Draws draws, Func<int, bool>? breaks = null, bool persists = true, int most = 100)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(draws);
        var desk = new DeskWork(work, breaks);
        List<(string, string)> turns = [];
        var next = 0;
        while (!desk.Decided && turns.Count < most)
        {
            var (written, needed) = Choose(work, draws, next);
            if (turns is [.., (_, ReturnsDesk.Broken)] && !persists)
                (written, needed) = (work.Decide(!work.Refund), false);
            var (told, _) = desk.Act(written);
            turns.Add((written, told));
            if (needed && told != ReturnsDesk.Broken)
                next++;
        }
        return new(turns, desk.Trace);
    }

    private (string Written, bool Needed) Choose(DeskCase work, Draws draws, int next)
    {
        if (next == work.Lookups.Count)
            return (work.Decision, false);
        if (draws.Chance(Guess))
            return ($"{(draws.Chance(0.5) ? "refund" : "refuse")} by {draws.Pick(ReturnsDesk.Orders)} {draws.Pick(ReturnsDesk.Goods)}", false);
        return draws.Chance(Lookup) ? (draws.Chance(0.7) ? $"order {draws.Pick(ReturnsDesk.Orders)}" : $"rule {draws.Pick(ReturnsDesk.Goods)}", false) : (work.Lookups[next], true);
    }
}

/// <summary>What a case looks like once it was worked at.</summary>
/// <param name="Turns">What was written and what was told, turn by turn.</param>
/// <param name="Trace">What was done.</param>
public sealed record ClerkOutcome(IReadOnlyList<(string Written, string Told)> Turns, AgentTrace Trace);
