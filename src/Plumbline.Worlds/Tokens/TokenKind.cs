namespace Plumbline.Worlds.Tokens;

/// <summary>What a token of a <see cref="TokenWorld"/> is.</summary>
public enum TokenKind
{
    /// <summary>Ends an answer.</summary>
    End,

    /// <summary>Begins a prompt.</summary>
    Begin,

    /// <summary>Stands before the kinds that a judgment names.</summary>
    Judgment,

    /// <summary>Says that the answer begins.</summary>
    Answer,

    /// <summary>Names a kind of bad token in a judgment.</summary>
    Name,

    /// <summary>What a prompt is about.</summary>
    Topic,

    /// <summary>Neither good nor bad.</summary>
    Neutral,

    /// <summary>The right word after the neutral one that it belongs to.</summary>
    Good,

    /// <summary>A bad token that stands where a good one should.</summary>
    Wrong,

    /// <summary>Another kind of bad token that stands where a good one should.</summary>
    Rude,

    /// <summary>A bad token too many.</summary>
    Filler,
}
