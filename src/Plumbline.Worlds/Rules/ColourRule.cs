namespace Plumbline.Worlds.Rules;

/// <summary>A rule about the colours that an answer names.</summary>
/// <param name="Always">Whether the colour must be named, or must not.</param>
/// <param name="Colour">Which colour, from 0.</param>
public sealed record ColourRule(bool Always, int Colour)
{
    /// <summary>Whether an answer keeps it.</summary>
    /// <param name="named">The colours that the answer names.</param>
    public bool Keeps(IEnumerable<int> named) => named.Contains(Colour) == Always;
}
