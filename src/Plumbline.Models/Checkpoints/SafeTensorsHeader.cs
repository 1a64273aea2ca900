using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;
using static TorchSharp.torch;

namespace Plumbline.Models.Checkpoints;

/// <summary>What a safetensors file says it holds, checked: types known, sizes right, no gap and no overlap between tensors.</summary>
/// <param name="Tensors">In the order of their data.</param>
/// <param name="DataStart">Where the data begins in the file, in bytes.</param>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsHeader.Entry> Tensors, long DataStart)
{
    /// <summary>Where the data ends, and with it the file.</summary>
    public long End => DataStart + Tensors.Sum(tensor => tensor.Bytes);

    private const long MaximumBytes = 100_000_000; // the limit of the reference implementation
    private const string Metadata = "__metadata__";
    private const int MaximumDimensions = 8;
    private const long LargestNumber = 1L << 48;
    private const string Remedy = "The file is damaged or forged. Take it from where it came from again.";

    /// <summary>Types by their name in the file, with their size in bytes.</summary>
    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new()
    {
        ["F64"] = (ScalarType.Float64, 8),
        ["F32"] = (ScalarType.Float32, 4),
        ["F16"] = (ScalarType.Float16, 2),
        ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8),
        ["I32"] = (ScalarType.Int32, 4),
        ["U8"] = (ScalarType.Byte, 1),
        ["BOOL"] = (ScalarType.Bool, 1),
    };

    /// <param name="Name">Name of the tensor.</param>
    /// <param name="Type">Type of its numbers.</param>
    /// <param name="Shape">Its shape; no dimensions for a single number.</param>
    /// <param name="Start">Where its data begins, from the start of the data.</param>
    /// <param name="Bytes">How long its data is.</param>
    internal sealed record Entry(string Name, ScalarType Type, long[] Shape, long Start, long Bytes);

    /// <exception cref="InputException">The file lies.</exception>
    public static SafeTensorsHeader Read(Stream stream, string file)
    {
        var prefix = new byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Bad(file, "the file ends before its header.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumBytes || (long)length > stream.Length - 8)
            throw Bad(file, $"the header claims {length} bytes.");
        var header = new byte[length];
        stream.ReadExactly(header);
        if (length == 0 || header[0] != '{')
            throw Bad(file, "the header does not begin with '{'.");

        var json = JsonPlace.Parse(file, header);
        var entries = json.Members().Where(member => member.Key != Metadata).Select(member => ReadEntry(member.Key, member.Value)).OrderBy(entry => entry.Start).ThenBy(entry => entry.Bytes).ToList();
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Start != end)
                throw json[entry.Name].Wrong($"the data begins at {entry.Start}, but the data before it ends at {end}.", Remedy);
            end += entry.Bytes;
        }
        if (end != stream.Length - 8 - header.Length)
            throw Bad(file, $"the tensors take {end} bytes, but {stream.Length - 8 - header.Length} follow the header.");
        return new(entries, 8 + header.Length);
    }

    /// <summary>Length and text of a header, padded so that the data is aligned to 8 bytes.</summary>
    public static byte[] Write(IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new JsonObject();
        if (metadata is { Count: > 0 })
            json[Metadata] = new JsonObject(metadata.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
        long start = 0;
        foreach (var (name, value) in tensors)
        {
            var end = start + value.numel() * value.element_size();
            json.Add(name, new JsonObject
            {
                ["dtype"] = Types.First(type => type.Value.Type == value.dtype).Key,
                ["shape"] = new JsonArray([.. value.shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(start, end),
            });
            start = end;
        }
        var text = JsonSerializer.SerializeToUtf8Bytes(json);
        var padded = (text.Length + 7) / 8 * 8;
        var bytes = new byte[8 + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)padded);
        text.CopyTo(bytes, 8);
        bytes.AsSpan(8 + text.Length).Fill((byte)' ');
        return bytes;
    }

    private static Entry ReadEntry(string name, JsonPlace json)
    {
        if (!Types.TryGetValue(json["dtype"].Text(), out var type))
            throw json["dtype"].Unexpected(string.Join(", ", Types.Keys));
        var shape = json["shape"].Elements().Select(Size).ToArray();
        if (shape.Length > MaximumDimensions)
            throw json["shape"].Wrong($"the tensor has {shape.Length} dimensions.", $"At most {MaximumDimensions} are read.");
        if (json["data_offsets"].Elements().Select(Size).ToArray() is not [var start, var end] || end < start)
            throw json["data_offsets"].Unexpected("[begin, end] with begin at most end");
        long bytes = type.Size;
        foreach (var size in shape)
        {
            // Both are at most 2^48, so their product may overflow: it is compared before it is made.
            if (size > 0 && bytes > LargestNumber / size)
                throw json["shape"].Wrong("the tensor is larger than 256 TiB.", Remedy);
            bytes *= size;
        }
        if (bytes != end - start)
            throw json["data_offsets"].Wrong($"the shape takes {bytes} bytes, the offsets span {end - start}.", Remedy);
        return new(name, type.Type, shape, start, bytes);
    }

    private static long Size(JsonPlace json) =>
        json.Kind == JsonValueKind.Number && json.Value.TryGetInt64(out var number) && number is >= 0 and <= LargestNumber
            ? number
            : throw json.Unexpected("a whole number of at least 0");

    private static InputException Bad(string file, string problem) => new(file, problem, Remedy);
}
