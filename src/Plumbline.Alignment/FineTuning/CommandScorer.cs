using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Plumbline.Alignment;

/// <summary>A program says what answers are worth: it reads a line of JSON for each and writes a line with a number for each.</summary>
/// <remarks>A line is <c>{"prompt": [messages], "answer": "…", "reasoning": "…" or null, "row": {the row of the data}}</c>. The program is started anew for every step.</remarks>
internal sealed class CommandScorer(string command, TimeSpan patience) : IAnswerScorer
{
    private const string Place = "--reward-command";
    private const int MostSaid = 2000;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<double> Score(IReadOnlyList<AnswerToScore> answers, CancellationToken cancel) => ScoreAsync(answers, cancel).GetAwaiter().GetResult();

    public void Dispose()
    {
    }

    private async Task<IReadOnlyList<double>> ScoreAsync(IReadOnlyList<AnswerToScore> answers, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(patience);
        using var process = Process.Start(Start())!;
        try
        {
            var said = ReadSomeAsync(process.StandardError, deadline.Token);
            var asked = AskAsync(process.StandardInput, answers, deadline.Token);
            var numbers = await ReadAsync(process.StandardOutput, answers.Count, deadline.Token).ConfigureAwait(false);
            await asked.ConfigureAwait(false);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new InputException(Place, $"the program ended with code {process.ExitCode}{Last(await said.ConfigureAwait(false))}", "It ends with 0 once it has written a number for each answer.");
            if (numbers.Count != answers.Count)
                throw new InputException(Place, $"the program wrote {numbers.Count} numbers for {answers.Count} answers{Last(await said.ConfigureAwait(false))}", "It writes one line with one number for each line that it reads, in the same order.");
            return numbers;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new InputException(Place, $"the program was not done with {answers.Count} answers after {patience.TotalSeconds:0} seconds.", "Make it faster, or give it longer with --reward-timeout.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo Start() => new(OperatingSystem.IsWindows() ? "cmd" : "/bin/sh", [OperatingSystem.IsWindows() ? "/c" : "-c", command])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(false),
        StandardOutputEncoding = Encoding.UTF8,
    };

    private static async Task AskAsync(StreamWriter input, IReadOnlyList<AnswerToScore> answers, CancellationToken cancel)
    {
        try
        {
            foreach (var answer in answers)
                await input.WriteLineAsync(Line(answer).AsMemory(), cancel).ConfigureAwait(false);
            input.Close();
        }
        catch (IOException)
        {
            // The program does not listen any more; what it wrote, or its exit code, says why.
        }
    }

    private static async Task<List<double>> ReadAsync(StreamReader output, int most, CancellationToken cancel)
    {
        var numbers = new List<double>();
        while (await output.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
        {
            if (numbers.Count == most && string.IsNullOrWhiteSpace(line))
                continue;
            if (numbers.Count == most || !double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
                throw new InputException($"{Place}, line {numbers.Count + 1} of its output", $"'{(line.Length > 60 ? line[..60] + "…" : line)}' is {(numbers.Count == most ? "more than was asked for" : "not a finite number")}.", "The program writes one line with one number for each line that it reads, and nothing else; what is for people goes to standard error.");
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>Reads all, so that the program is not held up, and keeps the beginning.</summary>
    private static async Task<string> ReadSomeAsync(StreamReader error, CancellationToken cancel)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        while (await error.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false) is var read and > 0)
            kept.Append(buffer, 0, Math.Min(read, MostSaid - Math.Min(MostSaid, kept.Length)));
        return kept.ToString();
    }

    private static string Last(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last] ? $": {last}" : ".";

    private static string Line(AnswerToScore each)
    {
        var row = JsonNode.Parse(each.Prompt.Columns);
        var reasoning = string.Concat(each.Answer.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return new JsonObject
        {
            ["prompt"] = new JsonArray([.. Training.PromptRow.Parse(each.Prompt.Place, each.Prompt.Columns).Prompt.Select(message => new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text })]),
            ["answer"] = each.Answer.Text,
            ["reasoning"] = reasoning.Length == 0 ? null : reasoning,
            ["row"] = row,
        }.ToJsonString(Plain);
    }
}
