using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Plumbline.Training.Files;

/// <summary>Rows of a Parquet file, a row group at a time, each as the JSON object that a line of JSON would have been.</summary>
/// <remarks>Columns of types that say nothing to a language model (binary, dates, maps) are left out. Numbers that are not finite become text, which no reader takes for a number.</remarks>
internal static class ParquetRows
{
    private const long LargestGroup = 2L << 30;

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InputException">The file is no Parquet, is damaged, or has a row group that is too large for memory.</exception>
    public static async IAsyncEnumerable<RawRow> ReadAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stream = File.OpenRead(file);
        var reader = await GuardAsync(file, () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancel), cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var fields = Guard(file, () => reader.Schema.Fields.Where(field => IsReadable(field, 0)).ToArray());
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                var place = $"{file}: row group {group}";
                using var rows = Guard(place, () => reader.OpenRowGroupReader(group));
                if (rows.RowGroup.TotalByteSize > LargestGroup)
                    throw new InputException(place, $"it has {rows.RowGroup.TotalByteSize:N0} bytes.", $"A row group is held in memory; write the file with groups of at most {LargestGroup:N0} bytes.");
                var columns = new Dictionary<DataField, ParquetColumn>();
                foreach (var leaf in fields.SelectMany(Leaves))
                    columns.Add(leaf, await GuardAsync($"{place}, column {leaf.Path}", () => ParquetColumn.ReadAsync(rows, leaf, cancel), cancel).ConfigureAwait(false));
                var json = new ArrayBufferWriter<byte>();
                for (var row = 0L; row < rows.RowCount; row++)
                {
                    var at = $"{place}, row {row}";
                    json.ResetWrittenCount();
                    Guard(at, () =>
                    {
                        Write(fields, columns, json);
                        return true;
                    });
                    yield return json.WrittenCount > JsonLines.Longest
                        ? new RawRow(at, default, new InputException(at, $"the row has more than {JsonLines.Longest >> 20} MiB.", "A row is one example. Split it, or leave it out."))
                        : new RawRow(at, json.WrittenMemory);
                }
            }
        }
    }

    private static bool IsReadable(Field field, int depth) => depth < 16 && field switch
    {
        DataField leaf => ParquetColumn.CanRead(leaf),
        ListField list => IsReadable(list.Item, depth + 1),
        StructField group => group.Fields.Count > 0 && group.Fields.All(child => IsReadable(child, depth + 1)),
        _ => false,
    };

    private static IEnumerable<DataField> Leaves(Field field) => field switch
    {
        DataField leaf => [leaf],
        ListField list => Leaves(list.Item),
        StructField group => group.Fields.SelectMany(Leaves),
        _ => [],
    };

    private static void Write(Field[] fields, Dictionary<DataField, ParquetColumn> columns, ArrayBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            Write(field, columns, json);
        }
        json.WriteEndObject();
    }

    /// <summary>Puts a value together from its columns (Melnik et al. 2010): what definition levels leave open is null or empty, repetition levels say where a list goes on.</summary>
    private static void Write(Field field, Dictionary<DataField, ParquetColumn> columns, Utf8JsonWriter json)
    {
        if (field is DataField leaf)
        {
            columns[leaf].WriteValues(json);
            return;
        }

        var first = columns[Leaves(field).First()];
        var absent = field is ListField ? field.MaxDefinitionLevel - 1 : field.MaxDefinitionLevel;
        if (first.Definition < absent || field is ListField && first.Definition < field.MaxDefinitionLevel)
        {
            if (first.Definition < absent)
                json.WriteNullValue();
            else
                json.WriteRawValue("[]"u8);
            foreach (var each in Leaves(field))
                columns[each].Skip();
        }
        else if (field is ListField list)
        {
            json.WriteStartArray();
            do
                Write(list.Item, columns, json);
            while (!first.AtEnd && first.Repetition >= list.MaxRepetitionLevel);
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject();
            foreach (var child in ((StructField)field).Fields)
            {
                json.WritePropertyName(child.Name);
                Write(child, columns, json);
            }
            json.WriteEndObject();
        }
    }

    private static T Guard<T>(string place, Func<T> read)
    {
        try
        {
            return read();
        }
#pragma warning disable CA1031 // Whatever the library stumbles over in a damaged file, the file is to blame.
        catch (Exception problem) when (problem is not (InputException or OperationCanceledException))
#pragma warning restore CA1031
        {
            throw Damaged(place, problem);
        }
    }

    private static async Task<T> GuardAsync<T>(string place, Func<Task<T>> read, CancellationToken cancel)
    {
        try
        {
            return await read().WaitAsync(cancel).ConfigureAwait(false);
        }
#pragma warning disable CA1031
        catch (Exception problem) when (problem is not (InputException or OperationCanceledException))
#pragma warning restore CA1031
        {
            throw Damaged(place, problem);
        }
    }

    private static InputException Damaged(string place, Exception problem) =>
        new(place, $"this cannot be read as Parquet: {problem.Message.Split('\n')[0]}", "Take the file from where it came from again, or write it anew.", problem);
}
