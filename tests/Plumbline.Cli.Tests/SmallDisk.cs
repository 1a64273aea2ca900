using System.Diagnostics;
using System.Globalization;

namespace Plumbline.Tests;

/// <summary>A disk that is soon full: a file system in memory of a size that can be changed. Where none may be mounted, the test is skipped and says so.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(long bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only the administrator of a Linux machine may mount a small disk.");
        Path = Directory.CreateTempSubdirectory("plumbline-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", Size(bytes), "tmpfs", Path) is { Length: > 0 } problem)
        {
            Directory.Delete(Path);
            Assert.Skip($"A small disk cannot be mounted here: {problem}");
        }
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Makes it larger.</summary>
    public void Grow(long bytes) => Assert.Equal("", Run("mount", "-o", $"remount,{Size(bytes)}", Path));

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"size={bytes}");

    /// <returns>What it complains of; nothing if all is well.</returns>
    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : $"{program} ended with {process.ExitCode}: {said}";
    }
}
