using System.ComponentModel;
using System.Diagnostics;

namespace Plumbline.Training.Tests.Distributed;

/// <summary>Runs a test method of this assembly under <c>mpirun</c>. Where there is none, the test is skipped and says so.</summary>
internal static class Mpirun
{
    private static readonly Lazy<string?> Missing = new(Probe);

    /// <param name="ranks">How many processes.</param>
    /// <param name="method">Full name of a test method that is run only when it is asked for.</param>
    /// <param name="environment">What it finds in its environment.</param>
    public static (int Code, string Said) Run(int ranks, string method, params (string Name, string Value)[] environment)
    {
        if (Missing.Value is { } problem)
            Assert.Skip(problem);
        return Start(["-np", $"{ranks}", "dotnet", typeof(Mpirun).Assembly.Location, "-explicit", "only", "-method", method], environment);
    }

    private static string? Probe()
    {
        try
        {
            var (code, said) = Start(["--version"], []);
            return code == 0 && said.Contains("Open MPI", StringComparison.Ordinal) ? null : $"the mpirun of this machine is not Open MPI's: {said}";
        }
        catch (Win32Exception)
        {
            return "there is no mpirun on this machine (Debian: apt-get install openmpi-bin)";
        }
    }

    private static (int Code, string Said) Start(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("mpirun", ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["OMPI_MCA_mpi_yield_when_idle"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"mpirun hangs. It said: {output.Result} {error.Result}");
        }
        return (process.ExitCode, output.Result + error.Result);
    }
}
