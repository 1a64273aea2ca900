namespace Plumbline.Worlds.Kiosk;

/// <summary>An answer in its three parts.</summary>
/// <param name="Manner">The first word, polite or rude.</param>
/// <param name="Granted">Whether it says yes.</param>
/// <param name="Reason">The rest; may be empty.</param>
public sealed record KioskAnswer(string Manner, bool Granted, string Reason)
{
    private const string Yes = "yes", No = "no";

    internal static readonly string[] Polite = ["gladly", "sorry"], Rude = ["huh", "whatever"];

    /// <summary>Whether it begins politely.</summary>
    public bool IsPolite => Polite.Contains(Manner);

    /// <summary>The answer in words.</summary>
    public string Text => Reason.Length == 0 ? $"{Manner} {Ruling}" : $"{Manner} {Ruling} {Reason}";

    private string Ruling => Granted ? Yes : No;

    /// <summary>Reads an answer.</summary>
    /// <param name="text">What was written.</param>
    /// <returns>Its parts, or null if it has not got them.</returns>
    public static KioskAnswer? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(' ', 3);
        return parts.Length >= 2 && (Polite.Contains(parts[0]) || Rude.Contains(parts[0])) && parts[1] is Yes or No ? new(parts[0], parts[1] == Yes, parts.Length == 3 ? parts[2] : "") : null;
    }
}
