using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Models.Gguf;

namespace Plumbline.Bench;

/// <summary>Writing with the same float32 weights, here and in llama.cpp (prebuilt, from npm): whole jobs in turns, in one run, two threads each.</summary>
public static class GenerationBenchmark
{
    private const int Threads = 2, PromptTokens = 24;

    /// <summary>Measures and prints a table of ratios: above 1, Plumbline is faster.</summary>
    /// <param name="arguments">How often each of the two writes each job, 3 if it is not said; the quickest counts.</param>
    public static int Run(string[] arguments)
    {
        var turns = arguments is [var count] ? int.Parse(count, null) : 3;
        LibTorch.Threads = Threads;
        var folder = Directory.CreateTempSubdirectory("plumbline-generation-benchmark");
        try
        {
            Console.WriteLine("| model | rows | Plumbline, tokens/s | llama.cpp, tokens/s | ratio |\n| --- | --- | --- | --- | --- |");
            using (var small = LanguageModel.Load(BundledModel.Find()))
                Compare("bundled small model", small, folder.FullName, tokens: 200, turns);
            using (var wide = WideModel(folder.FullName))
                Compare("135M-shaped, random", wide, folder.FullName, tokens: 48, turns);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return 0;
    }

    private static void Compare(string name, LanguageModel model, string folder, int tokens, int turns)
    {
        var file = Path.Combine(folder, "model.gguf");
        GgufFile.Save(model, file, GgufType.F32);
        foreach (var rows in (int[])[1, 32])
        {
            using var other = LlamaCpp.Start(file, rows, PromptTokens + tokens + 8, Threads);
            var random = new Random(1);
            int[][] prompts = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, PromptTokens).Select(_ => random.Next(300, 1000)).ToArray())];
            double ours = 0, theirs = 0;
            WarmUp(() => Ours(model, prompts, tokens));
            WarmUp(() => other.Write(prompts, tokens));
            for (var turn = 0; turn < turns; turn++)
                (ours, theirs) = (Math.Max(ours, Ours(model, prompts, tokens)), Math.Max(theirs, other.Write(prompts, tokens)));
            Console.WriteLine($"| {name} | {rows} | {ours:F0} | {theirs:F0} | {ours / theirs:F2} |");
        }
    }

    /// <summary>Long enough for compilers to have done their best.</summary>
    private static void WarmUp(Func<double> write)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < 1.5;)
            write();
    }

    /// <returns>Tokens per second, prompts included in the time.</returns>
    private static double Ours(LanguageModel model, int[][] prompts, int tokens)
    {
        model.PrefixCacheBytes = 0; // every turn asks the same
        var clock = Stopwatch.StartNew();
        var completions = new BatchGenerator(model).Generate(prompts, new() { MaxNewTokens = tokens });
        return completions.Sum(completion => completion.Tokens.Length) / clock.Elapsed.TotalSeconds;
    }

    /// <summary>A model of the shape of SmolLM2-135M; the bundled tokenizer with as many more tokens, which nothing spells, as that has.</summary>
    private static LanguageModel WideModel(string folder)
    {
        const int Vocabulary = 49152;
        foreach (var file in Directory.GetFiles(BundledModel.Find(), "tokenizer*"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var path = Path.Combine(folder, "tokenizer.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        var tokens = json["model"]!["vocab"]!.AsObject();
        var symbols = tokens.Where(token => token.Key.Length == 1).Select(token => token.Key).ToList();
        foreach (var token in symbols.SelectMany(one => symbols.Select(two => one + two)))
        {
            if (tokens.Count < Vocabulary && !tokens.ContainsKey(token))
                tokens[token] = tokens.Count;
        }
        File.WriteAllText(path, json.ToJsonString());
        return LanguageModel.Create(
            new() { VocabularySize = Vocabulary, Width = 576, FeedForwardWidth = 1536, Layers = 30, Heads = 9, KeyValueHeads = 3, RopeTheta = 100_000 }, Tokenizer.Load(folder), 1);
    }

    /// <summary>llama.cpp in a process of its own, which writes when it is asked.</summary>
    private sealed class LlamaCpp : IDisposable
    {
        private readonly Process process;

        private LlamaCpp(Process process) => this.process = process;

        public static LlamaCpp Start(string file, int rows, int room, int threads)
        {
            var home = Path.Combine(AppContext.BaseDirectory, "llama-cpp");
            using (var install = Process.Start(new ProcessStartInfo("npm", ["install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"])
            {
                WorkingDirectory = home,
                RedirectStandardOutput = true,
            })!)
            {
                install.WaitForExit();
            }
            var process = Process.Start(new ProcessStartInfo("node", ["generate.mjs"]) { WorkingDirectory = home, RedirectStandardInput = true, RedirectStandardOutput = true })!;
            var started = new LlamaCpp(process);
            started.Ask(new { path = file, rows, room, threads });
            return started;
        }

        /// <returns>Tokens per second.</returns>
        public double Write(int[][] prompts, int tokens)
        {
            var answer = Ask(new { prompts, tokens });
            return answer.GetProperty("tokens").GetInt32() / answer.GetProperty("seconds").GetDouble();
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }

        private JsonElement Ask(object job)
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(job));
            process.StandardInput.Flush();
            return JsonDocument.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("llama.cpp has ended.")).RootElement;
        }
    }
}
