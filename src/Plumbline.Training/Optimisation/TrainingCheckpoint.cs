using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>All that training needs to be taken up: weights, moments, and the number of steps, in one file that is replaced in one go.</summary>
internal static class TrainingCheckpoint
{
    private const string FileName = "checkpoint.safetensors";
    private const string StepName = "step";

    /// <summary>Reads the checkpoint of a folder into a decoder and an optimiser.</summary>
    /// <returns>Steps made until then; 0 if there is no checkpoint.</returns>
    /// <exception cref="InputException">The checkpoint was damaged or belongs to another model.</exception>
    public static int Restore(string folder, Decoder decoder, AdamW optimiser)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            return 0;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var state = SafeTensors.Load(file);
        try
        {
            foreach (var (name, parameter) in decoder.named_parameters())
                parameter.copy_(state["weight." + name]);
            var step = (int)state[StepName].item<long>();
            optimiser.Restore(state, step);
            return step;
        }
        catch (KeyNotFoundException missing)
        {
            throw new InputException(file, "the checkpoint belongs to another model.", "Remove it to train from the start, or resume with the model that it was made from.", missing);
        }
        finally
        {
            foreach (var tensor in state.Values)
                tensor.Dispose();
        }
    }

    /// <summary>Writes the checkpoint.</summary>
    public static void Write(string folder, Decoder decoder, AdamW optimiser)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Save(Path.Combine(folder, FileName),
        [
            (StepName, tensor((long)optimiser.Step)),
            .. decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).Select(each => ("weight." + each.name, (Tensor)each.parameter)),
            .. optimiser.State.Select(each => (each.Key, each.Value)),
        ]);
    }
}
