using System.Diagnostics;

namespace Plumbline.Cli.Tests;

/// <summary>The program in a process of its own. Weights are compared bit for bit only between such: the number of libtorch's threads is one for all that trains in a process, and other tests ask for another.</summary>
internal static class RealProgram
{
    /// <summary>Starts it; what it says can be read.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Plumbline.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<CommandLine.Ran> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var stop = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        return new(process.ExitCode, await output, await error);
    }
}
