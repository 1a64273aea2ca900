namespace Plumbline.Models.Generation.Constraints.JsonText;

/// <summary>In a JSON text.</summary>
/// <param name="Outer">The object or array that is open, if any.</param>
internal abstract record JsonPosition(Frame? Outer) : Position
{
    /// <summary>The most characters of white space between two parts: without a limit, a model could go on with blanks for ever.</summary>
    protected const int MostBlanks = 64;

    protected static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
