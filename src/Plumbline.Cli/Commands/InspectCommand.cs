using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Models;
using Plumbline.Reproductions;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline inspect</c>: what a checkpoint is, and how much memory it takes.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = Inputs.Word("DIR", "A model folder in the layout of Hugging Face.");
        var tokens = Inputs.Number("--tokens", "Tokens of a text that is written, and of a training step.", 4096);
        var json = Inputs.Json();
        var command = new Command("inspect", """
            Show what a checkpoint is: architecture, size, files, what its configuration asks for, and how much memory it takes to write with it
            and to train it. Reads the configuration and the headers of the weights, not the weights.

            A checkpoint that Plumbline cannot use is refused with the name of the key or the tensor that it cannot; the exit code is then 2.
            """)
        {
            model, tokens, json,
        };
        command.SetAction(parsed =>
        {
            var folder = Inputs.ExistingFolder(parsed.GetRequiredValue(model));
            var summary = CheckpointSummary.Of(folder);
            var length = parsed.GetValue(tokens);
            if (parsed.GetValue(json))
                terminal.Line(JsonSerializer.Serialize(Document(folder, summary, length), Ledger.Json));
            else
                Show(terminal, folder, summary, length);
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("inspect models/counter-base", "the bundled model"),
            ("inspect my-model --tokens 32768 --json", "for a program, and for longer texts"));
    }

    private static object Document(string folder, CheckpointSummary summary, int tokens) => new
    {
        Folder = folder,
        Architecture = Word(summary.Config.Architecture),
        summary.Config.Parameters,
        Config = summary.Config,
        summary.Files,
        summary.StoredTypes,
        Chat = CannotChat(folder) is null,
        Memory = new { Tokens = tokens, Weights = summary.WeightBytes, summary.CacheBytesPerToken, Generation = summary.GenerationBytes(tokens), Training = summary.TrainingBytes(tokens) },
    };

    private static void Show(Terminal terminal, string folder, CheckpointSummary summary, int tokens)
    {
        var config = summary.Config;
        var written = Math.Min(tokens, config.MaximumPositions);
        var table = SummaryTable.Empty(["checkpoint", ModelText.OneLine(folder)]);
        foreach (var (name, text) in ((string, string?)[])
        [
            ("architecture", Word(config.Architecture)),
            ("parameters", config.Parameters.ToString("N0", CultureInfo.InvariantCulture)),
            ("weights", $"{string.Join(", ", summary.StoredTypes)}, {Size(summary.Files.Sum(file => file.Bytes))} in {string.Join(", ", summary.Files.Select(file => ModelText.OneLine(file.Name)))}"),
            ("layers", $"{config.Layers} of width {config.Width}, {config.FeedForwardWidth} inside"),
            ("heads", $"{config.Heads} for queries, {config.KeyValueHeads} for keys and values, each {config.HeadWidth} wide"),
            ("vocabulary", $"{config.VocabularySize} tokens{(config.TiedEmbeddings ? ", the output matrix is the embedding" : "")}"),
            ("reads", $"up to {config.MaximumPositions} tokens{(config.RopeScaling is { } scaling ? $", rotary positions stretched ({scaling.GetType().Name.Replace("Scaling", "", StringComparison.Ordinal).ToLowerInvariant()})" : "")}"),
            ("window", config.SlidingWindow is { } window ? $"{window} tokens in {Enumerable.Range(0, config.Layers).Count(config.Slides)} of {config.Layers} layers" : null),
            ("chat", CannotChat(folder) ?? "yes"),
            ("memory, writing", $"{Size(summary.GenerationBytes(written))} for a text of {written} tokens ({Size(summary.CacheBytesPerToken)} a token)"),
            ("memory, training", $"about {Size(summary.TrainingBytes(tokens))} for all weights with AdamW and {tokens} tokens a step"),
        ])
        {
            if (text is not null)
                table.AddRow(new Text(name), new Text(text));
        }

        terminal.Output.Write(table);
    }

    /// <summary>Why one cannot chat with it, or null.</summary>
    private static string? CannotChat(string folder)
    {
        try
        {
            Tokenizer.Load(folder);
            return null;
        }
        catch (InputException error)
        {
            return $"no, {ModelText.OneLine(Path.GetFileName(error.Place))}: {ModelText.OneLine(error.Problem, 200)}";
        }
    }

    private static string Word(DecoderArchitecture architecture) => architecture.ToString().ToLowerInvariant();

    private static string Size(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var power = Math.Clamp((int)Math.Floor(Math.Log(Math.Max(bytes, 1), 1000)), 0, units.Length - 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1000, power):0.##} {units[power]}");
    }
}
