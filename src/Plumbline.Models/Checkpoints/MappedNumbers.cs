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
    /// <summary>Maps a whole file.</summary>
    public static SafeBuffer Map(string file)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(file, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
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
