using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Bench;

/// <summary>What it costs to choose a token of 151,936 (the vocabulary of Qwen2), freely and under a JSON schema, next to a pass through a decoder of the shape of SmolLM2-135M.</summary>
public static class SamplingBenchmark
{
    private const int Vocabulary = 151_936, Tokens = 120;

    private const string Schema = """
        { "type": "object", "properties": {
            "title": { "type": "string", "maxLength": 60 }, "kind": { "enum": ["lamp", "chair", "kettle"] }, "price": { "type": "number", "minimum": 0 },
            "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 4 }, "code": { "type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$" },
            "note": { "type": "string" } }, "required": ["title", "kind", "price", "tags", "code", "note"], "additionalProperties": false }
        """;

    /// <summary>A few likely tokens among many unlikely ones, as models have it.</summary>
    private static readonly float[][] Logits = [.. Enumerable.Range(5, 8).Select(seed => new Random(seed)).Select(random => Enumerable.Range(0, Vocabulary).Select(_ => (float)(-2 * Math.Log(-Math.Log(random.NextDouble())))).ToArray())];

    /// <summary>Measures and prints a table: microseconds a token, one thread.</summary>
    public static int Run()
    {
        LibTorch.Threads = 1;
        var folder = Directory.CreateTempSubdirectory("plumbline-sampling-benchmark");
        try
        {
            var tokenizer = MakeTokenizer(folder.FullName);
            using var model = LanguageModel.Create(
                new() { VocabularySize = Vocabulary, Width = 576, FeedForwardWidth = 1536, Layers = 30, Heads = 9, KeyValueHeads = 3, RopeTheta = 100_000 }, tokenizer, 1);
            var pass = Pass(model);
            Console.WriteLine($"| choosing | µs a token | share of a pass |\n| --- | --- | --- |\n| a pass through the decoder, one row, one thread | {pass:F0} | 100 % |");
            foreach (var (name, options) in Ways())
                Print(name, Write(tokenizer, options, 1).Mean, pass);
            var constraint = OutputConstraint.JsonSchema(Schema);
            var asked = new GenerationOptions { MaxNewTokens = Tokens, Temperature = 1, Constraint = constraint };
            var (first, worst) = Write(tokenizer, asked, 2);
            Print("JSON schema, first answer (its slowest token: " + $"{worst:F0} µs)", first, pass);
            Print("JSON schema, other answers", Enumerable.Range(3, 6).Average(stream => Write(tokenizer, asked, (ulong)stream).Mean), pass);
            Print("JSON schema, the first answer again", Write(tokenizer, asked, 2).Mean, pass);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return 0;
    }

    private static IEnumerable<(string Name, GenerationOptions Options)> Ways()
    {
        var sampled = new GenerationOptions { MaxNewTokens = Tokens, Temperature = 0.8 };
        yield return ("greedy", sampled with { Temperature = 0 });
        yield return ("temperature", sampled);
        yield return ("top-k 50", sampled with { TopK = 50 });
        yield return ("top-p 0.95", sampled with { TopP = 0.95 });
        yield return ("min-p 0.05", sampled with { MinP = 0.05 });
        yield return ("top-k, top-p, min-p and all penalties", sampled with { TopK = 50, TopP = 0.95, MinP = 0.05, RepetitionPenalty = 1.1, FrequencyPenalty = 0.2, PresencePenalty = 0.2 });
        yield return ("greedy, 20 log-probabilities", sampled with { Temperature = 0, TopLogProbabilities = 20 });
    }

    private static void Print(string name, double time, double pass) => Console.WriteLine($"| {name} | {time:F0} | {time / pass:P1} |");

    /// <returns>Microseconds a token: on average, and most.</returns>
    private static (double Mean, double Most) Write(Tokenizer tokenizer, GenerationOptions options, ulong stream)
    {
        for (var clock = Stopwatch.StartNew(); options.Constraint is null && clock.Elapsed.TotalSeconds < 1;)
            Measure(tokenizer, options, stream); // long enough for compilers to have done their best
        return Measure(tokenizer, options, stream);
    }

    private static (double Mean, double Most) Measure(Tokenizer tokenizer, GenerationOptions options, ulong stream)
    {
        var row = new GenerationRow([.. Enumerable.Range(0, 1000)], options.MaxNewTokens, options, stream, tokenizer, [tokenizer.Special.End]);
        var (most, count, clock) = (0.0, 0, new Stopwatch());
        for (; !row.Done; count++)
        {
            var before = clock.Elapsed;
            clock.Start();
            row.Write(Logits[count % Logits.Length]);
            clock.Stop();
            most = Math.Max(most, (clock.Elapsed - before).TotalMicroseconds);
        }
        return (clock.Elapsed.TotalMicroseconds / count, most);
    }

    /// <returns>Microseconds a token that is read after others, without the choice of the next: two lengths, so that what they share falls out.</returns>
    private static double Pass(LanguageModel model)
    {
        model.PrefixCacheBytes = 0;
        Time(4);
        return (Time(24) - Time(4)) / 20 - Write(model.Tokenizer, new() { MaxNewTokens = Tokens }, 1).Mean;

        double Time(int tokens)
        {
            var clock = Stopwatch.StartNew();
            new BatchGenerator(model).Generate([[300, 301, 302]], new() { MaxNewTokens = tokens, MinNewTokens = tokens });
            return clock.Elapsed.TotalMicroseconds;
        }
    }

    /// <summary>Byte-level BPE whose tokens look like those of real vocabularies: words with and without a space before them, numbers, and marks, some of which end strings.</summary>
    private static Tokenizer MakeTokenizer(string folder)
    {
        foreach (var file in Directory.GetFiles(Alignment.BundledModel.Find(), "tokenizer*"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var path = Path.Combine(folder, "tokenizer.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        var tokens = json["model"]!["vocab"]!.AsObject();
        var random = new Random(1);
        const string Letters = "etaoinsrhldcumfpgwybvkxjqz", Marks = "\"',.:;{}[]()<>=-+*/\\!?#_&|%$@~^`";
        while (tokens.Count < Vocabulary)
        {
            var word = new StringBuilder(random.Next(2) == 0 ? " " : "");
            var (alphabet, length) = random.Next(20) switch { 0 => (Marks, 1 + random.Next(3)), 1 => ("0123456789", 1 + random.Next(3)), 2 => ("éüñдеиош中文日本語한국", 1 + random.Next(3)), _ => (Letters, 2 + random.Next(9)) };
            for (; length > 0; length--)
                word.Append(alphabet[(int)(alphabet.Length * Math.Pow(random.NextDouble(), alphabet == Letters ? 2 : 1))]);
            var spelt = ByteAlphabet.Spell(word.ToString());
            if (!tokens.ContainsKey(spelt))
                tokens[spelt] = tokens.Count;
        }
        File.WriteAllText(path, json.ToJsonString());
        return Tokenizer.Load(folder);
    }
}
