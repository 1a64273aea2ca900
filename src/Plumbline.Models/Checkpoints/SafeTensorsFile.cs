using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Checkpoints;

/// <summary>An open safetensors file, read tensor by tensor, so that a checkpoint need not be in memory twice.</summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const int ChunkElements = 1 << 26;

    private readonly FileStream stream;
    private Tensor? mapped;
    private readonly SafeTensorsHeader header;
    private readonly Dictionary<string, SafeTensorsHeader.Entry> entries;

    /// <exception cref="InputException">The file is missing, or what it says of itself is not true.</exception>
    public SafeTensorsFile(string file)
    {
        if (!File.Exists(file))
            throw new InputException(file, "the file does not exist.", "Weights stand in model.safetensors; files of other formats are not read.");
        Path = file;
        stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            header = SafeTensorsHeader.Read(stream, file);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
        entries = header.Tensors.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>What it holds, in the order of the data.</summary>
    public IReadOnlyList<SafeTensorsHeader.Entry> Entries => header.Tensors;

    public SafeTensorsHeader.Entry? Find(string name) => entries.GetValueOrDefault(name);

    /// <summary>Reads a tensor in the type it has in the file.</summary>
    public Tensor Read(SafeTensorsHeader.Entry entry)
    {
        var tensor = empty(entry.Shape, entry.Type);
        ReadInto(entry, tensor);
        return tensor;
    }

    /// <summary>A float32 tensor whose numbers stay in the file until they are looked at; changing it does not change the file.</summary>
    /// <remarks>The file stays mapped until the last such tensor is gone. What is written to one (copy on write) stays in this process.</remarks>
    /// <exception cref="InputException">The file has become shorter.</exception>
    public Tensor Map(SafeTensorsHeader.Entry entry)
    {
        mapped ??= MappedNumbers.Of(stream, header.End).DetachFromDisposeScope();
        using var numbers = mapped.narrow(0, (header.DataStart + entry.Start) / sizeof(float), entry.Bytes / sizeof(float));
        return numbers.view(entry.Shape);
    }

    /// <summary>Whether <see cref="Map"/> can serve a tensor: float32 in the byte order of this machine, and a whole number of floats from the beginning of the file.</summary>
    public bool CanMap(SafeTensorsHeader.Entry entry) =>
        BitConverter.IsLittleEndian && entry.Type == ScalarType.Float32 && entry.Bytes > 0 && (header.DataStart + entry.Start) % sizeof(float) == 0;

    /// <summary>Reads a tensor into memory of the same type and size.</summary>
    public void ReadInto(SafeTensorsHeader.Entry entry, Tensor target)
    {
        stream.Position = header.DataStart + entry.Start;
        using var scope = NewDisposeScope();
        var flat = target.view(-1);
        for (long at = 0; at < flat.numel(); at += ChunkElements) // a span has at most 2^31 bytes
            stream.ReadExactly(flat.narrow(0, at, Math.Min(ChunkElements, flat.numel() - at)).bytes);
    }

    /// <summary>Writes the bytes of a tensor.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.view(-1);
        for (long at = 0; at < flat.numel(); at += ChunkElements)
            stream.Write(flat.narrow(0, at, Math.Min(ChunkElements, flat.numel() - at)).bytes);
    }

    public void Dispose()
    {
        stream.Dispose();
        mapped?.Dispose(); // tensors made of it keep what they are made of
        mapped = null;
    }
}
