namespace Plumbline.Models.Chat.Jinja;

/// <summary>How much a template may take. Templates come with models from anywhere.</summary>
internal static class TemplateLimits
{
    /// <summary>Most characters of a template; real ones have up to 30,000.</summary>
    public const int Source = 1 << 19;

    /// <summary>How deep expressions and statements may stand in one another.</summary>
    public const int Nesting = 100;

    /// <summary>How deep macros may call one another.</summary>
    public const int Calls = 100;

    /// <summary>Most expressions, statements and elements that one rendering may compute; large values count more than once.</summary>
    public const long Steps = 20_000_000;

    /// <summary>Most characters of any text.</summary>
    public const int Text = 1 << 22;

    /// <summary>Most elements of a list, a range included.</summary>
    public const int Elements = 1 << 20;

    /// <summary>Most bits of a whole number.</summary>
    public const int NumberBits = 4096;

    /// <summary>Greatest weight of a value: its elements, and theirs, and so on, where the same counts again wherever it stands.</summary>
    public const long Weight = 1 << 22;

    /// <summary>How deep lists and maps may stand in one another.</summary>
    public const int ValueDepth = 100;
}
