using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Checkpoints;

/// <summary>The float32 numbers of a file, read when they are first looked at; what is written to them stays in this process (copy on write).</summary>
/// <remarks>libtorch maps the file itself: the factories that take a <see cref="Memory{T}"/> copy it.</remarks>
internal static class MappedNumbers
{
    /// <summary>Maps a file that is open.</summary>
    /// <param name="file">The file: not its name, where the system can do without, for that may stand for another one by now.</param>
    /// <param name="length">How long it is known to be. Looking at what is mapped beyond the end of a file ends the process.</param>
    /// <returns>What it holds from its first byte, as many whole numbers as there are. The file stays mapped until the last tensor that shares them is gone.</returns>
    /// <exception cref="InputException">It has become shorter.</exception>
    public static Tensor Of(FileStream file, long length)
    {
        if (file.Length < length)
            throw new InputException(file.Name, $"the file had {length} bytes when it was opened, now it has {file.Length}.", "Leave the file alone while it is in use; take it from where it came from again.");
        var open = $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}";
        return from_file(File.Exists(open) ? open : file.Name, shared: false, size: length / sizeof(float), dtype: ScalarType.Float32);
    }
}
