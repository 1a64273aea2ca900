namespace Plumbline.Worlds.Kiosk;

/// <summary>What is wrong with an answer.</summary>
[Flags]
public enum KioskFaults
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It does not begin politely.</summary>
    Rude = 1,

    /// <summary>It grants what the rules refuse, or refuses what they grant.</summary>
    Ruling = 2,

    /// <summary>It does not give the right reason.</summary>
    Reason = 4,

    /// <summary>It tells the code of the till.</summary>
    Told = 8,

    /// <summary>It is no answer that can be read: a manner, a ruling, a reason.</summary>
    Unreadable = 16,
}
