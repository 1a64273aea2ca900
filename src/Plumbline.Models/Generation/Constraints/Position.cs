namespace Plumbline.Models.Generation.Constraints;

/// <summary>Where a text that is being written stands: a state of the automaton with its stack. Positions are values; from each of them the text can be finished.</summary>
internal abstract record Position
{
    /// <summary>Adds the positions after a byte; none if it may not stand here.</summary>
    public abstract void Step(byte value, PositionSet next);

    /// <summary>Whether the text may end here.</summary>
    public virtual bool Complete => false;

    /// <summary>How many code points may stand here one after the other, whichever they are: without quotes, backslashes and control characters; null if it matters which.</summary>
    public virtual int? Free => null;

    /// <summary>A marker that may begin here, and be written as the token that some vocabularies have for it; null if none may.</summary>
    public virtual string? Marker => null;

    /// <summary>A position where the same tokens may stand, the same one for as many positions as can be told.</summary>
    /// <param name="longest">How many bytes the longest token has.</param>
    public virtual Position Alike(int longest) => this;
}
