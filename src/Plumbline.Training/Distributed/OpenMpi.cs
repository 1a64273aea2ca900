using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Training.Distributed;

/// <summary>The calls of Open MPI that training needs. Nothing is loaded before the first of them.</summary>
/// <remarks>
/// MPI standardises C, not binary interfaces: what a communicator, a type or an operation is differs between libraries. In Open MPI each is the address of a
/// variable that the library exports, so a library without those is refused. (MPI.NET, the binding on NuGet, has stood still since .NET Framework and
/// speaks to Microsoft's MPI.)
/// </remarks>
internal static partial class OpenMpi
{
    /// <summary>What to do where another MPI library, or none, is found.</summary>
    public const string Remedy = "Install Open MPI (on Debian and Ubuntu: apt-get install openmpi-bin) and start with its mpirun: mpirun -np 2 plumbline train …";

    /// <summary><c>MPI_IN_PLACE</c>: the result goes where the contribution is.</summary>
    public static readonly IntPtr InPlace = 1;

    /// <summary><c>MPI_THREAD_SERIALIZED</c>: several threads call, one at a time.</summary>
    public const int Serialized = 2;

    private const string Library = "libmpi";
    private const int LongestText = 8192;
    private static readonly string[] Names = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];
    private static readonly Lazy<IntPtr> Loaded = new(LoadLibrary);

    static OpenMpi() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Library ? Loaded.Value : IntPtr.Zero);

    public static IntPtr World { get; } = Handle("ompi_mpi_comm_world");

    public static IntPtr Float { get; } = Handle("ompi_mpi_float");

    public static IntPtr Int { get; } = Handle("ompi_mpi_int");

    public static IntPtr Byte { get; } = Handle("ompi_mpi_byte");

    public static IntPtr Sum { get; } = Handle("ompi_mpi_op_sum");

    public static IntPtr ErrorsReturn { get; } = Handle("ompi_mpi_errors_return");

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    public static partial int Init(IntPtr argc, IntPtr argv, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    public static partial int FinalizeMpi();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    public static partial int Abort(IntPtr communicator, int code);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_rank")]
    public static partial int Rank(IntPtr communicator, out int rank);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_size")]
    public static partial int Size(IntPtr communicator, out int size);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_set_errhandler")]
    public static partial int SetErrorHandler(IntPtr communicator, IntPtr handler);

    [LibraryImport(Library, EntryPoint = "MPI_Iallreduce")]
    public static partial int BeginAllReduce(IntPtr send, IntPtr receive, int count, IntPtr type, IntPtr operation, IntPtr communicator, out IntPtr request);

    [LibraryImport(Library, EntryPoint = "MPI_Iallgather")]
    public static partial int BeginAllGather(IntPtr send, int sent, IntPtr sentType, IntPtr receive, int received, IntPtr receivedType, IntPtr communicator, out IntPtr request);

    [LibraryImport(Library, EntryPoint = "MPI_Iallgatherv")]
    public static partial int BeginAllGatherVarying(IntPtr send, int sent, IntPtr sentType, IntPtr receive, IntPtr received, IntPtr places, IntPtr receivedType, IntPtr communicator, out IntPtr request);

    [LibraryImport(Library, EntryPoint = "MPI_Test")]
    public static partial int Test(ref IntPtr request, out int done, IntPtr status);

    /// <summary>What a code that a call returned means.</summary>
    public static unsafe string Explain(int code)
    {
        var text = stackalloc byte[LongestText];
        return ErrorString(code, text, out var length) == 0 ? Encoding.UTF8.GetString(text, length) : $"error {code}";
    }

    [LibraryImport(Library, EntryPoint = "MPI_Error_string")]
    private static unsafe partial int ErrorString(int code, byte* text, out int length);

    private static IntPtr Handle(string name) => NativeLibrary.GetExport(Loaded.Value, name);

    private static IntPtr LoadLibrary()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
                return NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? library : throw new InputException(name, $"this is {Describe(library)}, not Open MPI.", Remedy);
        }
        throw new InputException(Names[0], "there is no MPI library on this machine.", Remedy);
    }

    /// <summary>What a library calls itself: one of the few calls that are the same in all of them, and that may come before any other.</summary>
    private static unsafe string Describe(IntPtr library)
    {
        if (!NativeLibrary.TryGetExport(library, "MPI_Get_library_version", out var export))
            return "no MPI library";
        var text = stackalloc byte[LongestText];
        int length;
        return ((delegate* unmanaged<byte*, int*, int>)export)(text, &length) != 0 ? "another MPI library" : Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Trim().TrimEnd('\0');
    }
}
