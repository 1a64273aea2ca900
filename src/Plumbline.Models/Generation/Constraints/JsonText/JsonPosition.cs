namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>In a JSON text.</summary>
/// <param name="Outer">The object or array that is open, if any.</param>
internal abstract record JsonPosition(Frame? Outer) : Position
{
    /// <summary>The most characters of white space between two parts, enough for a line break and four blanks a level: a model that has nothing to say would fill its answer with them.</summary>
    protected int MostBlanks => 1 + 4 * (Outer?.Depth ?? 0);

    protected static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
