using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Alignment;

/// <summary>The weights of a model alone, between two stages.</summary>
internal static class Weights
{
    public static void Save(LanguageModel model, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        SafeTensors.Save(file, model.Decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).Select(each => (each.name, (Tensor)each.parameter)));
    }

    public static void Load(LanguageModel model, string file)
    {
        using var off = no_grad();
        var weights = SafeTensors.Load(file);
        foreach (var (name, parameter) in model.Decoder.named_parameters())
        {
            if (!weights.TryGetValue(name, out var weight) || !weight.shape.SequenceEqual(parameter.shape))
                throw new InputException(file, $"the weights have no '{name}' of the shape that the model needs.", "The run belongs to another model; begin a new run.");
            parameter.copy_(weight);
        }

        foreach (var weight in weights.Values)
            weight.Dispose();
    }
}
