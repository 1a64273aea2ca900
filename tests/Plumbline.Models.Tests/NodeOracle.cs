using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Plumbline.Models.Tests;

/// <summary>An independent implementation from npm, to hold ours against. Where there is no Node or no registry, the test is skipped and says why.</summary>
internal static class NodeOracle
{
    private static readonly ConcurrentDictionary<string, Lazy<string?>> Prepared = new();

    /// <summary>Runs a script of tests/oracles.</summary>
    /// <param name="folder">Folder of the oracle.</param>
    /// <param name="script">Its script: JSON from standard input, JSON to standard output.</param>
    /// <param name="input">What it reads.</param>
    public static T Ask<T>(string folder, string script, object input)
    {
        var home = Path.Combine(AppContext.BaseDirectory, "oracles", folder);
        if (Prepared.GetOrAdd(folder, _ => new(() => Prepare(home))).Value is { } problem)
            Assert.Skip(problem);
        var (code, output, error) = Run("node", [script], home, JsonSerializer.Serialize(input, JsonSerializerOptions.Web));
        Assert.True(code == 0, $"{script} ended with {code}: {error}");
        return JsonSerializer.Deserialize<T>(output, JsonSerializerOptions.Web)!;
    }

    /// <returns>Why it cannot be asked, or null.</returns>
    private static string? Prepare(string home)
    {
        if (!OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64)
            return "the oracle is prebuilt for Linux on x64 only";
        try
        {
            var (code, _, error) = Run("npm", ["install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], home, "");
            return code == 0 ? null : $"npm could not install the oracle: {error}";
        }
        catch (Win32Exception)
        {
            return "there is no npm on this machine";
        }
    }

    private static (int Code, string Output, string Error) Run(string program, string[] arguments, string folder, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took more than five minutes.");
        }
        return (process.ExitCode, output.Result, error.Result);
    }
}
