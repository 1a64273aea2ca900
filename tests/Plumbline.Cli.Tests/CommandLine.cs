using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;
using Plumbline.Reproductions;
using Plumbline.Statistics;

namespace Plumbline.Cli.Tests;

/// <summary>Runs the real command tree in this process, with rooms of the test's choice and everything written kept.</summary>
internal static class CommandLine
{
    public sealed record Ran(int Code, string Output, string Error);

    public static Task<Ran> RunAsync(params string[] arguments) => RunAsync(Rooms(), "", arguments, CancellationToken.None);

    public static Task<Ran> RunAsync(Rooms rooms, params string[] arguments) => RunAsync(rooms, "", arguments, CancellationToken.None);

    public static async Task<Ran> RunAsync(Rooms rooms, string input, string[] arguments, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Shell.RunAsync(arguments, Terminal.Piped(new StringReader(input), output, error), rooms, cancellationToken);
        return new Ran(code, output.ToString(), error.ToString());
    }

    /// <summary>Rooms in which nothing may be asked for.</summary>
    public static Rooms Rooms() => new()
    {
        Align = (_, _, _) => throw new InvalidOperationException("align was not expected"),
        Audit = (_, _, _) => throw new InvalidOperationException("audit was not expected"),
        Pretrain = (_, _, _) => throw new InvalidOperationException("pretrain was not expected"),
        Converse = (_, _, _, _, _) => throw new InvalidOperationException("chat was not expected"),
        Train = (_, _, _) => throw new InvalidOperationException("train was not expected"),
        Compare = (_, _, _) => throw new InvalidOperationException("compare was not expected"),
        OpenModel = _ => throw new InvalidOperationException("serve was not expected"),
        ReadSpecification = _ => throw new InvalidOperationException("spec was not expected"),
        Methods = MethodRegistry.All,
    };

    public static MeasureEstimate Measured(double value) => new(Compliance, new Estimate(value, value - 0.05, value + 0.05, 330, "Wilson"), 330, 0, 0);

    private static Measure Compliance { get; } = new("compliance", "Rules kept", HigherIsBetter: true);

    public static AlignmentOutcome Aligned { get; } = new("runs/x", "runs/x/model", "runs/x/report.html",
        [new SummaryRow(Compliance, Measured(0.6), Measured(0.9), Measured(0.95), new PairedTest(0.6, 0.95, 0.35, 0.3, 0.4, 0.00001, null, 0.9, 330, 118, 2, "McNemar"))], TimeSpan.FromSeconds(321));

    /// <summary>A conversation that gives the same pieces to whatever is said.</summary>
    public sealed class Scripted(params AIContent[] pieces) : IConversation
    {
        public List<string> Heard { get; } = [];

        public string Greeting => "Good morning.";

        public async IAsyncEnumerable<ChatResponseUpdate> SayAsync(string text, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Heard.Add(text);
            await Task.Yield();
            foreach (var piece in pieces)
                yield return new ChatResponseUpdate(ChatRole.Assistant, [piece]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
