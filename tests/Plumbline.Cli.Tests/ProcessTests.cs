using System.Diagnostics;
using System.Text.Json;

namespace Plumbline.Cli.Tests;

/// <summary>The program as a shell starts it.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("methods --json", 0)]
    [InlineData("reproduce unified-view --fast --seeds 1 --json", 0)]
    [InlineData("align nowhere.spec.yaml", 2)]
    [InlineData("no-such-command", 2)]
    [InlineData("--version", 0)]
    public async Task It_exits_with_the_code_that_it_promises_and_prints_no_stack_trace(string line, int code)
    {
        using var process = RealProgram.Start(line.Split(' '));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop).WaitAsync(Patience, Stop);
        Assert.Equal(code, process.ExitCode);
        Assert.DoesNotContain("   at ", await error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', await output + await error);
        if (line.EndsWith("--json", StringComparison.Ordinal))
            JsonDocument.Parse(await output).Dispose();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_130_and_without_a_stack_trace()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using var process = RealProgram.Start("reproduce", "unified-view", "--seeds", "1-1000");
        Assert.Contains("begins", await process.StandardError.ReadLineAsync(Stop).AsTask().WaitAsync(Patience, Stop), StringComparison.Ordinal);
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync(Stop);
        var error = await process.StandardError.ReadToEndAsync(Stop).WaitAsync(Patience, Stop);
        await process.WaitForExitAsync(Stop).WaitAsync(Patience, Stop);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Cancelled.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
