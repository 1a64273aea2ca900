using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Models;
using Plumbline.Reproductions;
using Spectre.Console;
using static TorchSharp.torch;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline logits</c>: what a model makes of tokens, to hold against another implementation.</summary>
internal static class LogitsCommand
{
    private const int Shown = 5;

    public static Command Create(Terminal terminal)
    {
        var model = Inputs.Word("DIR", "A model folder in the layout of Hugging Face; it needs no tokenizer.");
        var adapter = Inputs.Adapter();
        var ids = new Option<int[]>("--ids")
        {
            Description = "Tokens to read, separated by commas.",
            HelpName = "1,5,9",
            Required = true,
            CustomParser = result =>
            {
                var words = result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)).ToArray();
                var numbers = words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
                if (numbers.Length == 0 || numbers.Contains(-1))
                    result.AddError($"--ids is '{string.Join(' ', words)}'; expected whole numbers from 0 up, separated by commas.");
                return numbers;
            },
        };
        var json = Inputs.Json();
        var command = new Command("logits", """
            Read tokens with a checkpoint and show the logits of the token after each of them, computed in float32.

            With --json the output is { "ids": [...], "logits": [[... one per token of the vocabulary] one row per token read] }, to be held
            against another implementation of the same model.
            """)
        {
            model, adapter, ids, json,
        };
        command.SetAction(parsed =>
        {
            var read = parsed.GetRequiredValue(ids);
            using var decoder = Decoder.Load(Inputs.ExistingFolder(parsed.GetRequiredValue(model)));
            using var change = Inputs.OptionalFolder(parsed.GetValue(adapter)) is { } folder ? Adapter.Load(folder) : null;
            change?.ApplyTo(decoder);
            var rows = Logits(decoder, read);
            if (parsed.GetValue(json))
                terminal.Line(JsonSerializer.Serialize(new { Ids = read, Logits = rows }, Ledger.Json));
            else
                Show(terminal, read, rows);
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("logits models/counter-base --ids 1,5,9", "the likeliest tokens after each"),
            ("logits models/counter-base --ids 1,5,9 --json", "all logits, for a program"));
    }

    private static float[][] Logits(Decoder decoder, int[] ids)
    {
        var config = decoder.Config;
        var tokens = config.VocabularySize + ((decoder.Adapter as ControlTokens)?.Names.Count ?? 0);
        if (ids.FirstOrDefault(id => id >= tokens, -1) is >= 0 and var unknown)
            throw new InputException("--ids", $"{unknown} is no token of this model.", $"Its tokens are 0 to {tokens - 1}.");
        var most = config.MaximumPositions - (decoder.Adapter?.VirtualTokens ?? 0);
        if (ids.Length > most)
            throw new InputException("--ids", $"these are {ids.Length} tokens.", $"The model reads at most {most}.");
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var positions = TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0);
        var logits = decoder.Logits(decoder.Hidden(tensor(ids, ScalarType.Int64).unsqueeze(0), positions))[0]; // [time, vocabulary]
        return [.. logits.data<float>().ToArray().Chunk(config.VocabularySize)];
    }

    private static void Show(Terminal terminal, int[] ids, float[][] rows)
    {
        var table = SummaryTable.Empty(["position", "token", $"likeliest {Shown} tokens after it, with their logits"]);
        foreach (var (position, row) in rows.Index())
        {
            var best = row.Index().OrderByDescending(each => each.Item).Take(Shown).Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Index} ({each.Item:0.000})"));
            table.AddRow(new Text(position.ToString(CultureInfo.InvariantCulture)), new Text(ids[position].ToString(CultureInfo.InvariantCulture)), new Text(string.Join("  ", best)));
        }

        terminal.Output.Write(table);
    }
}
