using System.Runtime.CompilerServices;
using Plumbline.Training.Files;

namespace Plumbline.Training;

/// <summary>Data files in the shapes that people have, as JSON lines (also gzipped) or Parquet, read row by row.</summary>
/// <remarks>
/// The shape is recognised by the columns of each file's first row that can be read, unless it is named. A row that cannot be understood is skipped and
/// counted, or ends the reading where that was asked for. Memory is bounded by the longest line, or the largest row group.
/// </remarks>
public sealed class DataFiles
{
    private const int HopelessAfter = 1000;
    private static readonly string[] Extensions = [".jsonl", ".ndjson", ".jsonl.gz", ".parquet"];
    private readonly IReadOnlyList<string> _files;
    private readonly IReadOnlyList<DataShape> _acceptable;
    private readonly bool _strict;

    /// <param name="patterns">Files, folders, or patterns such as <c>data/*.jsonl</c>; read in this order, those of a pattern in the order of their names.</param>
    /// <param name="acceptable">Shapes that will do, the likeliest first; name one alone to have nothing recognised.</param>
    /// <param name="strict">Whether the first bad row ends the reading.</param>
    /// <exception cref="InputException">A file is not there.</exception>
    public DataFiles(IEnumerable<string> patterns, IReadOnlyList<DataShape> acceptable, bool strict = false)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(acceptable);
        ArgumentOutOfRangeException.ThrowIfZero(acceptable.Count, nameof(acceptable));
        _files = [.. patterns.SelectMany(Expand)];
        (_acceptable, _strict) = (acceptable, strict);
    }

    /// <summary>The files, in the order they are read.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Reads all rows.</summary>
    /// <param name="ledger">Counts them.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <exception cref="InputException">A file cannot be read at all, or none of its rows; a row cannot be understood and reading is strict.</exception>
    public IAsyncEnumerable<DataRow> ReadAsync(DataLedger ledger, CancellationToken cancel) => ReadAsync<DataRow>(ledger, row => [row], cancel);

    /// <summary>Reads all rows and makes something of each; a row that nothing can be made of is a bad row.</summary>
    /// <param name="ledger">Counts them.</param>
    /// <param name="make">What to make; throws an <see cref="InputException"/> where it cannot.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <exception cref="InputException">A file cannot be read at all, or none of its rows; a row cannot be understood and reading is strict.</exception>
    public async IAsyncEnumerable<T> ReadAsync<T>(DataLedger ledger, Func<DataRow, IEnumerable<T>> make, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(make);
        foreach (var file in _files)
        {
            DataShape? shape = null;
            var (rows, good) = (0, 0L);
            InputException? first = null;
            await foreach (var raw in Open(file, cancel).ConfigureAwait(false))
            {
                cancel.ThrowIfCancellationRequested();
                ledger.CountRow();
                rows++;
                T[] made;
                try
                {
                    shape ??= RowValue.Read(raw, Recognise);
                    made = [.. make(RowValue.Read(raw, value => ShapeReader.Read(value, shape.Value)))];
                }
                catch (InputException problem) when (!_strict && ledger.Refusal is null)
                {
                    first ??= problem;
                    ledger.Skip(problem);
                    if (good == 0 && rows == HopelessAfter)
                        break;
                    continue;
                }
                good++;
                foreach (var each in made)
                    yield return each;
            }
            if (rows == 0)
                throw new InputException(file, "there are no rows in it.", "Name a file with data.");
            if (good == 0)
                throw new InputException(first!.Place, $"not one of the {(rows == HopelessAfter ? "first " : "")}{rows} rows of this file can be used. Here: {first.Problem}", first.Remedy, first);
        }
    }

    private DataShape Recognise(RowValue row)
    {
        var columns = row.Keys.ToArray();
        if (ShapeReader.Recognise(columns, _acceptable) is { } shape)
            return shape;
        var other = ShapeReader.Recognise(columns, Enum.GetValues<DataShape>().Except(_acceptable));
        throw row.Wrong($"the columns are {(columns.Length == 0 ? "none" : string.Join(", ", columns.Take(12)))}{(other is { } known ? $": rows of the shape '{DataShapes.Name(known)}', which will not do here" : "")}.",
            $"Expected {string.Join("; or ", _acceptable.Select(ShapeReader.Describe))}.");
    }

    private static IAsyncEnumerable<RawRow> Open(string file, CancellationToken cancel) => IsParquet(file) ? ParquetRows.ReadAsync(file, cancel) : JsonLines.ReadAsync(file, cancel);

    private static bool IsParquet(string file)
    {
        if (file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            return true;
        using var stream = File.OpenRead(file);
        var magic = new byte[4];
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.AsSpan().SequenceEqual("PAR1"u8);
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        if (File.Exists(pattern))
            return [pattern];
        var (folder, names) = Directory.Exists(pattern) ? (pattern, "*") : (Path.GetDirectoryName(pattern) is { Length: > 0 } parent ? parent : ".", Path.GetFileName(pattern));
        var isPattern = names.AsSpan().ContainsAny('*', '?');
        if (!isPattern || !Directory.Exists(folder))
            throw new InputException(pattern, "there is no such file.", "Name a file of JSON lines (.jsonl, .jsonl.gz) or Parquet, a folder of them, or a pattern such as 'data/*.jsonl'.");
        string[] found = [.. Directory.EnumerateFiles(folder, names).Where(file => names != "*" || Extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new InputException(pattern, "no file is of that name.", $"Expected files of {string.Join(", ", Extensions)}.");
    }
}
