using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Fuzzing;
using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Bench;

/// <summary>
/// Damaged model folders, adapters, tokenizers and training checkpoints, for as long as one likes. They are read by a process of their own, so that a crash,
/// a hang or a memory that bursts is seen too. What is found is kept with the folder that it was found in.
/// </summary>
internal static partial class Fuzz
{
    private const string At = "at", Case = "case";
    private const long CasesOfAWorker = 20_000;
    private const string ManagedMemory = "0x30000000"; // 768 MiB
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary><c>fuzz [--minutes N] [--seed S] [--out DIR]</c></summary>
    /// <returns>1 if something was found.</returns>
    public static int Run(string[] args)
    {
        var (minutes, seed, folder) = (double.Parse(Option(args, "--minutes") ?? "1", CultureInfo.InvariantCulture), long.Parse(Option(args, "--seed") ?? "1", CultureInfo.InvariantCulture),
            Directory.CreateDirectory(Option(args, "--out") ?? Path.Combine(Path.GetTempPath(), "plumbline-fuzz")).FullName);
        var end = Stopwatch.StartNew();
        long next = 0;
        while (end.Elapsed.TotalMinutes < minutes)
            next = Watch(seed, next, folder, TimeSpan.FromMinutes(minutes) - end.Elapsed);
        var findings = Directory.GetFiles(folder, "finding-*.txt").Length;
        Console.WriteLine($"{next} damaged folders, {findings} findings{(findings > 0 ? $" in {folder}" : "")}");
        return findings > 0 ? 1 : 0;
    }

    /// <summary>The process that reads: from a case on, until it is stopped or has done its share.</summary>
    public static int Work(string[] args)
    {
        var (seed, from, folder) = (long.Parse(Option(args, "--seed")!, CultureInfo.InvariantCulture), long.Parse(Option(args, "--from")!, CultureInfo.InvariantCulture), Option(args, "--out")!);
        LibTorch.Threads = 1;
        var targets = Targets(Path.Combine(AppContext.BaseDirectory, "Fixtures"));
        for (var number = from; number < from + CasesOfAWorker; number++)
        {
            File.WriteAllText(Path.Combine(folder, At), $"{number}");
            if (new FuzzCase(targets, seed, number).Run(Path.Combine(folder, Case)) is { } what)
                Keep(folder, number, what);
        }
        File.WriteAllText(Path.Combine(folder, At), $"{from + CasesOfAWorker}");
        return 0;
    }

    /// <returns>The case to go on with.</returns>
    private static long Watch(long seed, long from, string folder, TimeSpan left)
    {
        File.WriteAllText(Path.Combine(folder, At), $"{from}");
        string[] itself = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Fuzz).Assembly.Location] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. itself, "fuzz-worker", "--seed", $"{seed}", "--from", $"{from}", "--out", folder]) { RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = ManagedMemory;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var worker = Process.Start(start)!;
        var error = worker.StandardError.ReadToEndAsync();
        var (all, quiet, last) = (Stopwatch.StartNew(), Stopwatch.StartNew(), from);
        while (!worker.WaitForExit(500))
        {
            var at = ReadAt(folder, last);
            if (at != last)
                quiet.Restart();
            last = at;
            if (quiet.Elapsed > Longest)
                Keep(folder, last, "it hangs");
            if (quiet.Elapsed <= Longest && all.Elapsed < left)
                continue;
            worker.Kill();
            worker.WaitForExit();
            return ReadAt(folder, last) + 1;
        }
        last = ReadAt(folder, last);
        if (worker.ExitCode == 0)
            return last;
        Keep(folder, last, $"the process ended with {worker.ExitCode}: {error.Result}");
        return last + 1;
    }

    private static IReadOnlyList<FuzzTarget> Targets(string fixtures)
    {
        var made = Directory.CreateTempSubdirectory("plumbline-fuzz-");
        var (model, training) = (Path.Combine(made.FullName, "model"), Path.Combine(made.FullName, "training"));
        using (var small = Small())
        {
            small.Save(model);
            Train(small, training);
        }
        var whole = new FuzzTarget("model", FuzzTarget.FilesOf(model), folder => LanguageModel.Load(folder).Dispose());
        var checkpoint = new FuzzTarget("training", FuzzTarget.FilesOf(training), folder =>
        {
            using var small = Small();
            Train(small, folder);
        });
        made.Delete(recursive: true);
        return [.. FuzzTarget.OfModels(fixtures), whole, whole, whole, checkpoint, checkpoint, checkpoint];
    }

    private static LanguageModel Small() => LanguageModel.Create(new() { VocabularySize = 1, Width = 8, FeedForwardWidth = 8, Layers = 1, Heads = 2, KeyValueHeads = 1, MaximumPositions = 16 },
        Tokenizer.Train(["the cat sat on the mat because the mat was warm"], 280), 1);

    private static void Train(LanguageModel model, string folder) => SupervisedTraining.Run(model.Decoder, _ => [TokenExample.Whole([1, 2, 3])], 8,
        new() { Steps = 1, LearningRate = new Schedule(1e-3), CheckpointFolder = folder }, null, default);

    /// <summary>Keeps a finding with its folder, three of each kind.</summary>
    private static void Keep(string folder, long number, string what)
    {
        var kind = Kind().Match(what).Value.Length > 0 ? Kind().Match(what).Value : what[..Math.Min(what.Length, 80)];
        if (Directory.GetFiles(folder, "finding-*.txt").Count(file => File.ReadAllText(file).Contains(kind, StringComparison.Ordinal)) >= 3)
            return;
        File.WriteAllText(Path.Combine(folder, $"finding-{number}.txt"), what);
        var kept = Directory.CreateDirectory(Path.Combine(folder, $"finding-{number}")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(folder, Case)))
            File.Copy(file, Path.Combine(kept, Path.GetFileName(file)), overwrite: true);
        Console.WriteLine($"{number}: {what.Split('\n')[0]}");
    }

    private static long ReadAt(string folder, long otherwise) => long.TryParse(File.ReadAllText(Path.Combine(folder, At)), CultureInfo.InvariantCulture, out var at) ? at : otherwise;

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var index && index + 1 < args.Length ? args[index + 1] : null;

    [GeneratedRegex(@"at Plumbline\.(Models|Training)[^\n]*")]
    private static partial Regex Kind();
}
