using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Plumbline.Models.Checkpoints;

/// <summary>Numbers of a file, read when they are first looked at; what is written to them stays in this process (copy on write).</summary>
/// <remarks>The file stays mapped until the last tensor made of it is gone. A tensor pins its memory as long as it lives.</remarks>
/// <param name="view">The mapped file.</param>
/// <param name="start">Where the numbers begin, in bytes.</param>
/// <param name="count">How many they are.</param>
internal sealed unsafe class MappedNumbers(SafeBuffer view, long start, int count) : MemoryManager<float>
{
    /// <summary>Maps a file that is open.</summary>
    /// <param name="file">The file: not its name, which may stand for another one by now.</param>
    /// <param name="length">How long it is known to be. Looking at what is mapped beyond the end of a file ends the process.</param>
    /// <exception cref="InputException">It has become shorter.</exception>
    public static SafeBuffer Map(FileStream file, long length)
    {
        if (file.Length < length)
            throw new InputException(file.Name, $"the file had {length} bytes when it was opened, now it has {file.Length}.", "Leave the file alone while it is in use; take it from where it came from again.");
        using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var accessor = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite);
        var held = false;
        accessor.SafeMemoryMappedViewHandle.DangerousAddRef(ref held); // released by whoever asked for it: the accessor gives up its own
        return accessor.SafeMemoryMappedViewHandle;
    }

    public override Span<float> GetSpan() => new(Start, count);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        var held = false;
        view.DangerousAddRef(ref held);
        return new MemoryHandle(Start + elementIndex, pinnable: this);
    }

    public override void Unpin() => view.DangerousRelease();

    protected override void Dispose(bool disposing)
    {
    }

    private float* Start => (float*)(view.DangerousGetHandle() + (nint)start);
}
