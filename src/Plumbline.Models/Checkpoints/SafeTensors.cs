using Plumbline.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Files of named tensors in the safetensors format, the only format of weights that is read: it cannot run code.</summary>
public static class SafeTensors
{
    /// <summary>Reads all tensors of a file, each in the type it has there.</summary>
    /// <param name="file">Path of the file.</param>
    /// <returns>By name; on the CPU; the caller disposes them. Not part of any dispose scope.</returns>
    /// <exception cref="InputException">The file is missing, or what it says of itself is not true.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string file)
    {
        using var open = new SafeTensorsFile(file);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in open.Entries)
            tensors.Add(entry.Name, open.Read(entry).DetachFromDisposeScope());
        return tensors;
    }

    /// <summary>Writes tensors in the order given, each in the type it has. The file is replaced in one step.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="tensors">Names and tensors.</param>
    /// <param name="metadata">Words to keep beside them, or null.</param>
    public static void Save(string file, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var plain = tensors.Select(each => (each.Name, Value: each.Value.detach().cpu().contiguous())).ToList();
        var header = SafeTensorsHeader.Write(plain, metadata);
        AtomicFile.Write(file, stream =>
        {
            stream.Write(header);
            foreach (var (_, value) in plain.Where(each => each.Value.numel() > 0))
                SafeTensorsFile.Write(stream, value);
        });
    }
}
