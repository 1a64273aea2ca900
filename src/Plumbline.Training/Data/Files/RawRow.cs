namespace Plumbline.Training.Files;

/// <summary>A row as it stands in its file: JSON, or what is wrong with it.</summary>
/// <param name="Place">File and line, or row group and row.</param>
/// <param name="Json">One JSON object, as far as the file is to be believed; valid until the next row is asked for.</param>
/// <param name="Problem">What is wrong, if it cannot even be looked at.</param>
internal readonly record struct RawRow(string Place, ReadOnlyMemory<byte> Json, InputException? Problem = null);
