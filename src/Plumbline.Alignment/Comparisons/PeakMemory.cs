using System.Globalization;
using System.Runtime.InteropServices;

namespace Plumbline.Alignment;

/// <summary>The most memory that this process held at once since a moment. On Linux; elsewhere it is not known.</summary>
internal static class PeakMemory
{
    private const string Reset = "/proc/self/clear_refs", Status = "/proc/self/status", ResetPeak = "5";

    /// <summary>Gives back what is not used, and begins to watch.</summary>
    public static void Watch()
    {
        if (!OperatingSystem.IsLinux())
            return;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        try
        {
            _ = Trim(0);
            File.WriteAllText(Reset, ResetPeak);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // Then the peak is that of the whole process so far: too high, never too low.
        }
    }

    /// <summary>In MB; null where it cannot be read.</summary>
    public static double? Megabytes()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Status))
            return null;
        var line = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var kilobytes, "kB"] && double.TryParse(kilobytes.Split('\t')[^1], CultureInfo.InvariantCulture, out var number) ? number / 1024 : null;
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint pad);
}
