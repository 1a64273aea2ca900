using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>All that training needs to be taken up: weights, moments, and the number of steps, in one file that is replaced in one go.</summary>
/// <param name="folder">Where the file lies.</param>
/// <param name="optimiser">What it trains, and its moments; what stays as it is, is not written.</param>
/// <param name="fingerprint">Of what decides the weights; a checkpoint with another one is refused.</param>
/// <param name="start">Of the weights that training starts from; a checkpoint that started from others is refused, though none of them may stand in it.</param>
/// <param name="kept">What else is written and read back, by name.</param>
internal sealed class TrainingCheckpoint(string folder, AdamW optimiser, long fingerprint, WeightHashes start, IReadOnlyList<(string Name, Tensor Value)>? kept = null)
{
    /// <summary>Name of the file in its folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    private const string Progress = "progress"; // [steps, updates, fingerprint], int64
    private const string Start = "start"; // hash of each weight that training started from, [weights], int64
    private readonly string _file = Path.Combine(folder, FileName);

    /// <summary>Reads the checkpoint, if there is one, into weights and optimiser.</summary>
    /// <returns>Steps made until then; 0 if there is no checkpoint.</returns>
    /// <exception cref="InputException">The checkpoint was damaged, belongs to another model or to other settings, or started from other weights.</exception>
    public int Restore()
    {
        if (!File.Exists(_file))
            return 0;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var state = SafeTensors.Load(_file);
        try
        {
            var progress = Of(state, Progress, [3], ScalarType.Int64).data<long>().ToArray();
            if (progress[2] != fingerprint)
                throw new InputException(_file, "the checkpoint was made with other settings.", "Train with the settings that it was made with, or remove it to train from the start.");
            foreach (var (name, target) in State)
                Of(state, name, target.shape, target.dtype);
            var began = Of(state, Start, [start.Weights.Count], ScalarType.Int64).data<long>().ToArray();
            if (start.Difference([.. began.Select(hash => unchecked((ulong)hash))]) is { } other)
                throw new InputException(_file, $"training did not start from these weights: '{other}' was another one when the checkpoint was made.", "Start from the model that it was made from, or remove the checkpoint to train from the start.");
            foreach (var (name, target) in State) // nothing is changed unless all of it fits
                target.copy_(state[name]);
            optimiser.Step = (int)progress[1];
            return (int)progress[0];
        }
        finally
        {
            foreach (var tensor in state.Values)
                tensor.Dispose();
        }
    }

    /// <summary>Writes the checkpoint.</summary>
    /// <param name="steps">Steps made.</param>
    /// <exception cref="InputException">There is no room, or no permission.</exception>
    public void Write(int steps)
    {
        using var scope = NewDisposeScope();
        try
        {
            SafeTensors.Save(_file, [(Progress, tensor([steps, optimiser.Step, fingerprint])), (Start, tensor(start.Weights.Select(each => unchecked((long)each.Hash)).ToArray())), .. State]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(_file, $"the checkpoint cannot be written: {problem.Message}", "Make room on the disk, or choose a folder that can be written; what was trained until the last checkpoint is kept.", problem);
        }
    }

    private IEnumerable<(string Name, Tensor Value)> State =>
        optimiser.Trained.Select(each => ("weight." + each.Name, each.Weight)).Concat(optimiser.State).Concat(kept ?? []);

    private Tensor Of(IReadOnlyDictionary<string, Tensor> state, string name, long[] shape, ScalarType type)
    {
        if (!state.TryGetValue(name, out var value) || value.dtype != type || !value.shape.SequenceEqual(shape))
            throw new InputException($"{_file}: {name}", "the checkpoint belongs to another model.", "Resume with the model that it was made from, or remove it to train from the start.");
        if (value.is_floating_point() && !value.isfinite().all().item<bool>())
            throw new InputException($"{_file}: {name}", "the checkpoint holds what is not a number.", "The file is damaged; remove it to train from the start.");
        return value;
    }
}
