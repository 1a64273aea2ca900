using System.CommandLine;
using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline export</c>: hand a model on to other tools.</summary>
internal static class ExportCommand
{
    private static readonly Dictionary<string, ScalarType> FolderTypes = new() { ["f32"] = ScalarType.Float32, ["f16"] = ScalarType.Float16, ["bf16"] = ScalarType.BFloat16 };
    private static readonly Dictionary<string, GgufType> FileTypes = new() { ["f32"] = GgufType.F32, ["f16"] = GgufType.F16, ["q8_0"] = GgufType.Q8 };

    public static Command Create(Terminal terminal)
    {
        var model = Inputs.Word("DIR", "A model folder in the layout of Hugging Face.");
        var adapter = new Option<string?>("--adapter") { Description = "Merge this LoRA adapter (layout of PEFT) into the weights first.", HelpName = "DIR" };
        var output = new Option<string>("--out") { Description = "Where to: FILE.gguf for llama.cpp, or a new folder in the layout of Hugging Face.", HelpName = "PATH", Required = true };
        var type = new Option<string>("--type") { Description = "Type of the weights: f32, f16, bf16 (folders only), q8_0 (GGUF only).", HelpName = "TYPE", DefaultValueFactory = _ => "f16" }
            .AcceptOnlyFromAmong("f32", "f16", "bf16", "q8_0");
        var command = new Command("export", """
            Write a model for other tools: as GGUF for llama.cpp and all that stands on it, or as a folder in the layout of Hugging Face.

            GGUF carries the tokenizer and the chat template along, and holds what llama.cpp can compute: what it cannot is refused by name.
            """)
        {
            model, adapter, output, type,
        };
        command.SetAction(parsed =>
        {
            var folder = Inputs.ExistingFolder(parsed.GetRequiredValue(model));
            var path = parsed.GetRequiredValue(output);
            if (Path.Exists(path))
                throw new InputException(path, "there is something of that name already.", "Name another place, or take it away first.");
            using var change = parsed.GetValue(adapter) is { } from ? LowRankAdapter.Load(Inputs.ExistingFolder(from)) : null;
            if (path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
                WriteFile(folder, change, path, Type(FileTypes, parsed.GetRequiredValue(type), "GGUF"));
            else
                WriteFolder(folder, change, path, Type(FolderTypes, parsed.GetRequiredValue(type), "A folder in the layout of Hugging Face"));
            terminal.Line($"Written to {path}.");
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("export models/counter-base --out counter.gguf", "for llama.cpp, in float16"),
            ("export runs/my-run/model --out small.gguf --type q8_0", "a quarter of the size"),
            ("export my-model --adapter my-adapter --out merged --type f32", "with a LoRA adapter merged in"),
            ("export runs/my-run/model --out half --type bf16", "a folder of half the size"));
    }

    private static T Type<T>(Dictionary<string, T> known, string word, string where) => known.TryGetValue(word, out var type)
        ? type
        : throw new InputException("--type", $"{where} has no '{word}' here.", $"It has {string.Join(", ", known.Keys)}.");

    private static void WriteFile(string folder, LowRankAdapter? change, string path, GgufType type)
    {
        using var model = LanguageModel.Load(folder);
        change?.MergeInto(model.Decoder);
        GgufFile.Save(model, path, type);
    }

    private static void WriteFolder(string folder, LowRankAdapter? change, string path, ScalarType type)
    {
        using var decoder = Decoder.Load(folder);
        change?.MergeInto(decoder);
        decoder.Save(path, type);
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) is "tokenizer.json" or "tokenizer_config.json" or "special_tokens_map.json" or "generation_config.json" or "chat_template.jinja"))
            File.Copy(file, Path.Combine(path, Path.GetFileName(file)));
    }
}
