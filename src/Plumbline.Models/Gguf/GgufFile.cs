using Plumbline.Models.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Checkpoints for llama.cpp and the programs that stand on it.</summary>
public static class GgufFile
{
    /// <summary>Writes a model.</summary>
    /// <param name="model">The model, with its tokenizer and chat template.</param>
    /// <param name="file">Path of the file; replaced in one step.</param>
    /// <param name="type">How matrices are stored.</param>
    /// <exception cref="InputException">llama.cpp cannot compute what the configuration asks for.</exception>
    public static void Save(LanguageModel model, string file, GgufType type = GgufType.F16)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var off = no_grad();
        var dialect = new GgufDialect(model.Decoder.Config, file);
        var container = new GgufContainer();
        dialect.Describe(container, type);
        GgufVocabulary.Write(container, model.Tokenizer, model.Decoder.Config, file);
        dialect.Add(container, type, model.Decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter, StringComparer.Ordinal));
        AtomicFile.Write(file, container.Write);
    }
}
