using Plumbline.Models.Generation.Constraints.Schemas;

namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>An object or array that is not closed yet: an entry of the stack.</summary>
/// <param name="outer">What it stands in.</param>
internal abstract class Frame(Frame? outer)
{
    /// <summary>How deep values nest at most: readers of JSON give up at 64.</summary>
    public const int MaximumDepth = 60;

    /// <summary>What it stands in.</summary>
    public Frame? Outer => outer;

    /// <summary>1 for the outermost.</summary>
    public int Depth { get; } = (outer?.Depth ?? 0) + 1;

    /// <summary>Whether a value of this schema can be written inside without nesting too deeply.</summary>
    protected bool Holds(SchemaNode node) => node.Height <= MaximumDepth - Depth;

    /// <summary>Whether it may be closed here.</summary>
    public abstract bool MayClose { get; }

    public abstract byte Closing { get; }

    /// <summary>The marker that closes it, if one does.</summary>
    public virtual string? Marker => null;

    /// <summary>Where the text stands after the first byte of what closes it.</summary>
    public virtual Position Close() => new AfterValue(Outer, 0);
}
