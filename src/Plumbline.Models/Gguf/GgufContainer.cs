using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Gguf;

/// <summary>The container format of llama.cpp, version 3: typed metadata, then tensors, each aligned to 32 bytes.</summary>
internal sealed class GgufContainer
{
    private const int Alignment = 32;

    private readonly List<(string Key, object Value)> metadata = [];
    private readonly List<Entry> tensors = [];

    private sealed record Entry(string Name, long[] Shape, GgufType Type, Func<Tensor> Value)
    {
        public long Bytes => GgufBlocks.Bytes(Shape.Aggregate(1L, (product, size) => product * size), Type);
    }

    /// <param name="key">For example <c>llama.block_count</c>.</param>
    /// <param name="value">A uint, int, float, bool, string, or a list of strings, ints or floats; null is left out.</param>
    public void Add(string key, object? value)
    {
        if (value is not null)
            metadata.Add((key, value));
    }

    /// <param name="name">For example <c>blk.0.attn_q.weight</c>.</param>
    /// <param name="type">How matrices are stored; what is no matrix is float32.</param>
    /// <param name="shape">Rows first, as in PyTorch.</param>
    /// <param name="value">The numbers, when they are needed.</param>
    public void Add(string name, GgufType type, long[] shape, Func<Tensor> value) =>
        tensors.Add(new(name, shape, shape.Length == 1 ? GgufType.F32 : type == GgufType.Q8 && shape[^1] % GgufBlocks.Length != 0 ? GgufType.F16 : type, value));

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            Text(writer, key);
            WriteValue(writer, value);
        }
        var offset = 0L;
        foreach (var entry in tensors)
        {
            Text(writer, entry.Name);
            writer.Write((uint)entry.Shape.Length);
            foreach (var size in entry.Shape.Reverse()) // the fastest dimension first
                writer.Write((ulong)size);
            writer.Write(entry.Type switch { GgufType.F32 => 0u, GgufType.F16 => 1u, _ => 8u });
            writer.Write((ulong)offset);
            offset += Padded(entry.Bytes);
        }
        writer.Flush();
        Pad(stream, stream.Position);
        foreach (var entry in tensors)
        {
            using var scope = NewDisposeScope();
            GgufBlocks.Write(stream, entry.Value().detach().cpu().to(ScalarType.Float32).contiguous(), entry.Type);
            Pad(stream, entry.Bytes);
        }
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string text:
                writer.Write(8u);
                Text(writer, text);
                break;
            case IReadOnlyList<int> numbers:
                writer.Write(9u);
                writer.Write(5u);
                writer.Write((ulong)numbers.Count);
                foreach (var number in numbers)
                    writer.Write(number);
                break;
            case IReadOnlyList<float> numbers:
                writer.Write(9u);
                writer.Write(6u);
                writer.Write((ulong)numbers.Count);
                foreach (var number in numbers)
                    writer.Write(number);
                break;
            case IReadOnlyList<string> texts:
                writer.Write(9u);
                writer.Write(8u);
                writer.Write((ulong)texts.Count);
                foreach (var text in texts)
                    Text(writer, text);
                break;
            default:
                throw new ArgumentException($"{value.GetType().Name} has no form in GGUF.", nameof(value));
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static long Padded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream stream, long bytes) => stream.Write(new byte[Padded(bytes) - bytes]);
}
