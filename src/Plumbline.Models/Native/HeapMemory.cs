using System.Runtime.InteropServices;

namespace Plumbline.Models.Native;

/// <summary>How glibc's heap deals with large blocks of memory.</summary>
/// <remarks>
/// By itself glibc gets each large block from the kernel and gives it back when it is freed, so that the next step of training touches new pages, which the kernel
/// fills with zeros one by one. Tensors of one step are those of the next: kept, they are there already. Elsewhere than on glibc nothing is done.
/// </remarks>
internal static partial class HeapMemory
{
    private const int TrimThreshold = -1, MostMappings = -4, MostArenas = -8; // M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX
    private static readonly Lazy<bool> Kept = new(Keep);

    /// <summary>From now on memory that is freed stays with the process, to be used again. Once for the process; cheap to call again.</summary>
    /// <returns>Whether the C library does so.</returns>
    public static bool KeepFreed() => Kept.Value;

    private static bool Keep()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return SetOption(MostArenas, 1) != 0 & SetOption(MostMappings, 0) != 0 & SetOption(TrimThreshold, -1) != 0;
        }
        catch (Exception problem) when (problem is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // not glibc
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
