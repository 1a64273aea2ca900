namespace Plumbline.Models.Chat.Jinja;

/// <summary>Where to go on after a statement.</summary>
internal enum Flow
{
    /// <summary>With the next.</summary>
    Next,

    /// <summary>After the loop.</summary>
    Break,

    /// <summary>With the next element of the loop.</summary>
    Continue,
}
