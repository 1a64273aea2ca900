using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Plumbline.Models.Native;

/// <summary>A private copy of a library in which the need for <c>GLIBCXX_3.4.32</c> is weak.</summary>
internal static class MendedLibrary
{
    private const string CxxLibrary = "libstdc++.so", MissingVersion = "GLIBCXX_3.4.32";

    /// <summary>Loads the copy from the user's cache, or from a folder of this process alone if there is no cache to write to.</summary>
    public static IntPtr Load(string original)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (home.Length > 0)
        {
            try
            {
                return NativeLibrary.Load(Copy(original, Path.Combine(home, "plumbline", "native")));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A home that cannot be written to, as in many containers.
            }
        }
        var own = Directory.CreateTempSubdirectory("plumbline-");
        try
        {
            return NativeLibrary.Load(Copy(original, own.FullName));
        }
        finally
        {
            own.Delete(recursive: true);
        }
    }

    /// <summary>Makes the copy unless it is there already.</summary>
    /// <param name="original">The library to copy; it is not changed.</param>
    /// <param name="cache">Folder of the copies; they are named by the hash of what they were made from, so a new version gets a new copy.</param>
    /// <returns>Path of the copy.</returns>
    /// <exception cref="InputException">The library is damaged, or does not need the version.</exception>
    public static string Copy(string original, string cache)
    {
        var image = File.ReadAllBytes(original);
        var folder = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(image)));
        var copy = Path.Combine(folder, Path.GetFileName(original));
        if (new ElfVersionNeeds(image, original).MarkWeak(CxxLibrary, MissingVersion) == 0)
            throw new InputException(original, $"the library does not load here, and not for want of {MissingVersion}.",
                "Run `ldd` on it to see what it lacks.");
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(image))
            return copy;

        MakePrivate(folder);
        var unfinished = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(unfinished, image);
        File.Move(unfinished, copy, overwrite: true);
        return copy;
    }

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
