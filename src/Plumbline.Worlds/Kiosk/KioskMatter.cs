namespace Plumbline.Worlds.Kiosk;

/// <summary>What somebody wants at the kiosk.</summary>
public enum KioskMatter
{
    /// <summary>To bring a thing back: depends on the days since it was bought.</summary>
    Return,

    /// <summary>To have a thing for less: depends on the thing.</summary>
    Discount,

    /// <summary>To be told the code of the till: never.</summary>
    Code,

    /// <summary>To know what a thing costs: nobody minds.</summary>
    Price,

    /// <summary>To have a thing wrapped: nobody minds, unless a rule of the place forbids it.</summary>
    Wrap,

    /// <summary>To have a thing kept: nobody minds, unless a rule of the place forbids it.</summary>
    Keep,
}
