using System.Buffers.Binary;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Training;

/// <summary>Examples in a file, any of which can be read at any time: data larger than memory, in any order.</summary>
/// <remarks>Beside the file lies its index, eight bytes for each example. Both are read by this program alone; a run vouches for them by their hash.</remarks>
/// <typeparam name="T">What an example is.</typeparam>
public sealed class ExampleFile<T> : IReadOnlyList<T>, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly ExampleFormat<T> _format;
    private readonly long[] _ends;

    /// <param name="path">The file, written by <see cref="ExampleFile.WriteAsync{T}"/>.</param>
    /// <param name="format">How examples are written.</param>
    public ExampleFile(string path, ExampleFormat<T> format)
    {
        _format = format;
        _ends = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(path + ExampleFile.IndexSuffix)).ToArray();
        _file = File.OpenHandle(path, options: FileOptions.RandomAccess);
    }

    /// <summary>How many there are.</summary>
    public int Count => _ends.Length;

    /// <summary>Reads an example.</summary>
    public T this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            var bytes = new byte[_ends[index] - start];
            for (var at = 0; at < bytes.Length;)
            {
                var read = RandomAccess.Read(_file, bytes.AsSpan(at), start + at);
                at += read > 0 ? read : throw new EndOfStreamException("The file of examples is shorter than its index says.");
            }
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            return _format.Read(reader);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>How examples are written in an <see cref="ExampleFile{T}"/>.</summary>
/// <typeparam name="T">What an example is.</typeparam>
public abstract class ExampleFormat<T>
{
    /// <summary>Writes an example.</summary>
    public abstract void Write(BinaryWriter writer, T example);

    /// <summary>Reads what was written.</summary>
    public abstract T Read(BinaryReader reader);
}

/// <summary>Makes files of examples.</summary>
public static class ExampleFile
{
    /// <summary>What is added to the name of the file for that of its index.</summary>
    public const string IndexSuffix = ".index";

    /// <summary>Writes examples as they come; file and index are there only once all of them are.</summary>
    /// <typeparam name="T">What an example is.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="format">How to write them.</param>
    /// <param name="examples">What to write.</param>
    /// <param name="cancel">Stops between examples.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="InputException">There is no room, or no permission.</exception>
    public static async Task<int> WriteAsync<T>(string path, ExampleFormat<T> format, IAsyncEnumerable<T> examples, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(format);
        var count = 0;
        try
        {
            using (var file = new FileStream(path + ".unfinished", FileMode.Create))
            using (var index = new FileStream(path + IndexSuffix, FileMode.Create))
            using (var writer = new BinaryWriter(file, Encoding.UTF8))
            {
                var end = new byte[8];
                await foreach (var example in examples.WithCancellation(cancel).ConfigureAwait(false))
                {
                    format.Write(writer, example);
                    writer.Flush();
                    BinaryPrimitives.WriteInt64LittleEndian(end, file.Position);
                    index.Write(end);
                    count++;
                }
            }
            File.Move(path + ".unfinished", path, overwrite: true);
            return count;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException) // what reads the data says itself what is wrong with it
        {
            throw new InputException(path, $"the examples cannot be written: {problem.Message}", "Make room on the disk, or choose a folder that can be written.", problem);
        }
    }
}
