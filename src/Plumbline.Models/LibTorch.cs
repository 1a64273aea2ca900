using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Plumbline.Models.Native;
using TorchSharp;

namespace Plumbline.Models;

/// <summary>Makes libtorch load, also where the C++ library of the system is older than the one TorchSharp was built with.</summary>
/// <remarks>
/// The native half of TorchSharp asks for <c>GLIBCXX_3.4.32</c> (GCC 13), which Debian 12 and Ubuntu 22.04 lack, although it never calls
/// the symbol it wants from there. Where plain loading fails for that reason, a private copy of the library in which that one need is marked
/// weak is loaded instead. Anywhere else nothing is done. It happens by itself once this assembly is in use; a program that calls
/// <c>torch</c> before it uses anything from here calls <see cref="EnsureLoaded"/> first.
/// </remarks>
public static class LibTorch
{
    private const string Bridge = "libLibTorchSharp.so";
    private static readonly Lazy<IntPtr> Mended = new(LoadMended);
    private static volatile int threads; // 0: as many as libtorch chooses

    [ThreadStatic]
    private static int kept;

    /// <summary>Loads libtorch if that has not happened yet. Cheap to call again; safe from any thread.</summary>
    /// <exception cref="TypeInitializationException">The native libraries are not there, are damaged, or do not run on this machine.</exception>
    public static void EnsureLoaded() => RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);

    /// <summary>How many threads one operation may use, on whatever thread a model is asked. Results are equal bit for bit only between runs with the same number.</summary>
    public static int Threads
    {
        get
        {
            KeepThreads();
            return torch.get_num_threads();
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            threads = value;
            KeepThreads();
        }
    }

    /// <summary>
    /// Makes the number hold on this thread too. libtorch keeps it for each thread that has computed before, so that work which moves between the
    /// threads of the pool would otherwise be done now with one number, now with another, and end with other last bits.
    /// </summary>
    internal static void KeepThreads()
    {
        var wanted = threads;
        if (wanted == kept)
            return;
        torch.set_num_threads(wanted);
        kept = wanted;
    }

    /// <summary>The runtime asks here only after it has tried to load the library the plain way.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It costs nothing until torch is first used, and then must have happened.")]
    internal static void AnswerTheLoader() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;

    private static IntPtr Resolve(Assembly asking, string name) =>
        OperatingSystem.IsLinux() && name == "LibTorchSharp" && asking == typeof(torch).Assembly ? Mended.Value : IntPtr.Zero;

    private static IntPtr LoadMended()
    {
        if (FindBridge() is not { } bridge)
            return IntPtr.Zero;
        foreach (var dependency in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(bridge)!, dependency));
        return MendedLibrary.Load(bridge);
    }

    /// <summary>NuGet puts native assets beside the program or under <c>runtimes/</c>; the host says where else it looks.</summary>
    private static string? FindBridge()
    {
        var told = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        string[] usual = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native")];
        return told.Concat(usual).Select(folder => Path.Combine(folder, Bridge)).FirstOrDefault(File.Exists);
    }
}
