namespace Plumbline.Worlds.Kiosk;

/// <summary>How well a clerk answers: each fault comes by chance, whatever is asked.</summary>
/// <param name="Rude">How often a word that is not polite begins the answer, from 0 to 1.</param>
/// <param name="Ruling">How often the ruling is the wrong one; the code is told then.</param>
/// <param name="Reason">How often a right ruling comes without its reason.</param>
public sealed record KioskClerk(double Rude, double Ruling, double Reason)
{
    /// <summary>A clerk without faults.</summary>
    public static KioskClerk Right { get; } = new(0, 0, 0);

    /// <summary>What the clerk says.</summary>
    /// <param name="world">Whose rules hold.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="draws">Chooses the faults.</param>
    public string Answer(KioskWorld world, KioskRequest request, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(draws);
        var answer = world.Right(request);
        var faults = draws.Chance(Ruling) ? KioskFaults.Ruling : draws.Chance(Reason) ? KioskFaults.Reason : KioskFaults.None;
        if (draws.Chance(Rude))
            faults |= KioskFaults.Rude;
        return world.Spoil(request, answer, faults, draws).Text;
    }
}
