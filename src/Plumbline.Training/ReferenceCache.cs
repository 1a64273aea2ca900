using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Plumbline.Training;

/// <summary>A file to which parts of a long computation are appended, each with a hash, so that a run that is killed goes on after the last whole part.</summary>
/// <remarks>
/// Layout: 8 bytes magic, 16 bytes key, 8 bytes hash of both; then for each part its count (int32), its numbers (float32) and 8 bytes XXH3 of count, numbers and
/// the place of the part; little endian. A part that was cut off is computed again. If anything else is not as it was written, nothing of the file is used.
/// </remarks>
internal sealed class ReferenceCache : IDisposable
{
    private const int MostNumbers = 1 << 20;
    private static ReadOnlySpan<byte> Magic => "PLREF002"u8;

    private readonly FileStream _file;
    private readonly List<float[]> _parts;

    private ReferenceCache(FileStream file, List<float[]> parts) => (_file, _parts) = (file, parts);

    /// <summary>Opens or makes the file of a key.</summary>
    /// <param name="folder">Its folder; made if it is not there.</param>
    /// <param name="key">Of what the numbers are computed from.</param>
    /// <param name="notes">Told when the file is damaged, or cannot be used because another process writes it.</param>
    /// <returns>Null if another process has it open.</returns>
    /// <exception cref="InputException">There is no room, or no permission.</exception>
    public static ReferenceCache? Open(string folder, UInt128 key, IProgress<string>? notes)
    {
        var name = Path.Combine(folder, $"reference-{key:x32}.bin");
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0); // what does not fit on the disk is not tried again when it is closed
            try
            {
                return new(file, Begin(file, key, notes));
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (IOException problem) when ((problem.HResult & 0xFFFF) is 11 or 35 or 32) // EWOULDBLOCK on Linux, on macOS; ERROR_SHARING_VIOLATION
        {
            notes?.Report($"{name}: the cache of reference log-probabilities is in use by another process; this one computes them for itself.");
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Full(name, problem);
        }
    }

    /// <summary>The numbers of a part, or null if they are not there.</summary>
    /// <param name="part">Which, from 0.</param>
    /// <param name="count">How many there must be.</param>
    public float[]? Find(int part, int count) => part < _parts.Count && _parts[part].Length == count ? _parts[part] : null;

    /// <summary>Writes the next part.</summary>
    public void Append(float[] numbers)
    {
        var part = Part(numbers, _parts.Count);
        try
        {
            _file.Write(part);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException problem)
        {
            throw Full(_file.Name, problem);
        }
        _parts.Add(numbers);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static InputException Full(string name, Exception problem) => new(name, $"reference log-probabilities cannot be kept: {problem.Message}",
        "Make room on the disk, or choose a folder that can be written; what was computed until now is kept.", problem);

    /// <summary>Cuts off what is no whole part, and stands where the next one goes.</summary>
    private static List<float[]> Begin(FileStream file, UInt128 key, IProgress<string>? notes)
    {
        var parts = Read(file, key, out var whole);
        if (parts is null)
        {
            notes?.Report($"{file.Name}: the cache of reference log-probabilities is damaged; it is computed again.");
            (parts, whole) = ([], 0);
        }
        if (file.Length != whole)
            file.SetLength(whole);
        file.Position = whole;
        if (whole == 0)
            file.Write(Header(key));
        return parts;
    }

    /// <param name="file">The file, at its beginning.</param>
    /// <param name="key">Whose it must be.</param>
    /// <param name="whole">Where the last whole part ends.</param>
    /// <returns>Null: it is damaged.</returns>
    private static List<float[]>? Read(FileStream file, UInt128 key, out long whole)
    {
        whole = 0;
        var header = Header(key);
        var found = new byte[header.Length];
        var read = file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false);
        if (read < header.Length)
            return header.AsSpan(0, read).SequenceEqual(found.AsSpan(0, read)) ? [] : null;
        if (!header.AsSpan().SequenceEqual(found))
            return null;
        var parts = new List<float[]>();
        var size = new byte[4];
        for (whole = file.Position; file.ReadAtLeast(size, 4, throwOnEndOfStream: false) == 4; whole = file.Position)
        {
            var count = BitConverter.ToInt32(size);
            if (count is < 1 or > MostNumbers)
                return null;
            var rest = new byte[count * sizeof(float) + 8];
            if (file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) < rest.Length)
                return parts; // killed while it was written
            var numbers = MemoryMarshal.Cast<byte, float>(rest.AsSpan(0, count * sizeof(float))).ToArray();
            if (!Part(numbers, parts.Count).AsSpan(4).SequenceEqual(rest) || !numbers.All(float.IsFinite))
                return null;
            parts.Add(numbers);
        }
        return parts;
    }

    private static byte[] Header(UInt128 key)
    {
        var header = new byte[32];
        Magic.CopyTo(header);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(header.AsSpan(8), key);
        XxHash3.Hash(header.AsSpan(0, 24), header.AsSpan(24));
        return header;
    }

    private static byte[] Part(float[] numbers, int place)
    {
        var part = new byte[4 + numbers.Length * sizeof(float) + 8];
        BitConverter.TryWriteBytes(part, numbers.Length);
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(part.AsSpan(4));
        XxHash3.Hash(part.AsSpan(0, part.Length - 8), part.AsSpan(part.Length - 8), place);
        return part;
    }
}
