namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>In a JSON text.</summary>
/// <param name="Outer">The object or array that is open, if any.</param>
internal abstract record JsonPosition(Frame? Outer) : Position
{
    /// <summary>The most characters of white space between two parts: a model that is held to JSON and has nothing to say would fill its answer with blanks.</summary>
    protected const int MostBlanks = 1;

    protected static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
