namespace Plumbline.Worlds.Kiosk;

/// <summary>What somebody asks at the kiosk.</summary>
/// <param name="Matter">What about.</param>
/// <param name="Item">Which thing, from 0.</param>
/// <param name="Days">Days since it was bought, where it is to be brought back; else 0.</param>
/// <param name="Text">In words, all of them lower case, parted by blanks.</param>
public sealed record KioskRequest(KioskMatter Matter, int Item, int Days, string Text);
