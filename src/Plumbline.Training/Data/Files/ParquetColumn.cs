using System.Text.Json;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Plumbline.Training.Files;

/// <summary>A leaf column of a row group in memory, read from front to back.</summary>
internal sealed class ParquetColumn
{
    private readonly DataField _field;
    private readonly int[]? _definitions, _repetitions;
    private readonly Action<int, Utf8JsonWriter> _write;
    private readonly int _entries;
    private int _entry, _value;

    private ParquetColumn(DataField field, RawColumnData data)
    {
        _field = field;
        _definitions = field.MaxDefinitionLevel > 0 ? data.DefinitionLevels.ToArray() : null;
        _repetitions = field.MaxRepetitionLevel > 0 ? data.RepetitionLevels.ToArray() : null;
        (_write, var values) = Values(data);
        _entries = _definitions?.Length ?? values;
    }

    /// <summary>Whether all entries were read.</summary>
    public bool AtEnd => _entry >= _entries;

    /// <summary>How far the path to the next entry is there.</summary>
    public int Definition => AtEnd ? throw Short() : _definitions?[_entry] ?? 0;

    /// <summary>Which list the next entry goes on with; 0 begins a row.</summary>
    public int Repetition => _repetitions?[_entry] ?? 0;

    public static bool CanRead(DataField field) => field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string) || field.ClrType == typeof(bool) || field.ClrType == typeof(int) || field.ClrType == typeof(long)
        || field.ClrType == typeof(short) || field.ClrType == typeof(sbyte) || field.ClrType == typeof(byte) || field.ClrType == typeof(ushort) || field.ClrType == typeof(uint) || field.ClrType == typeof(ulong)
        || field.ClrType == typeof(float) || field.ClrType == typeof(double) || field.ClrType == typeof(decimal);

    public static async Task<ParquetColumn> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancel)
    {
        using var data = await group.ReadRawColumnDataBaseAsync(field, cancel).ConfigureAwait(false);
        return new ParquetColumn(field, data);
    }

    /// <summary>Passes over an entry.</summary>
    public void Skip()
    {
        if (Definition == _field.MaxDefinitionLevel)
            _value++;
        _entry++;
    }

    /// <summary>Writes the next entry, or all that belong together where the column is itself a list.</summary>
    public void WriteValues(Utf8JsonWriter json)
    {
        if (!_field.IsArray)
        {
            WriteValue(json);
            return;
        }

        json.WriteStartArray();
        if (Definition < _field.MaxDefinitionLevel)
        {
            Skip();
        }
        else
        {
            do
                WriteValue(json);
            while (!AtEnd && Repetition == _field.MaxRepetitionLevel);
        }

        json.WriteEndArray();
    }

    private void WriteValue(Utf8JsonWriter json)
    {
        if (Definition == _field.MaxDefinitionLevel)
            _write(_value, json);
        else
            json.WriteNullValue();
        Skip();
    }

    private static InvalidDataException Short() => new("The column ends before the row group does.");

    /// <summary>The values, copied: what the library read them into is used again.</summary>
    private static (Action<int, Utf8JsonWriter> Write, int Count) Values(RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> text => Of(Array.ConvertAll(text.Values.ToArray(), each => each.ToString()), (json, value) => json.WriteStringValue(value)),
        RawColumnData<bool> flags => Of(flags.Values.ToArray(), (json, value) => json.WriteBooleanValue(value)),
        RawColumnData<double> numbers => Of(numbers.Values.ToArray(), WriteNumber),
        RawColumnData<float> numbers => Of(numbers.Values.ToArray(), (json, value) => WriteNumber(json, value)),
        RawColumnData<decimal> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<int> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<long> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<short> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<sbyte> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<byte> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<ushort> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<uint> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        RawColumnData<ulong> numbers => Of(numbers.Values.ToArray(), (json, value) => json.WriteNumberValue(value)),
        _ => throw new InvalidDataException($"Columns of {data.GetType().GenericTypeArguments.FirstOrDefault()?.Name} are not read."),
    };

    private static (Action<int, Utf8JsonWriter> Write, int Count) Of<T>(T[] values, Action<Utf8JsonWriter, T> write) => ((index, json) => write(json, values[index]), values.Length);

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }
}
