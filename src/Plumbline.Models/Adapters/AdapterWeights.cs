using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>The weights of an adapter that is one tensor.</summary>
internal static class AdapterWeights
{
    /// <summary>Reads the tensor, in float32; in the dispose scope of the caller.</summary>
    /// <param name="file">Path of <c>adapter_model.safetensors</c>.</param>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">The shape that the configuration speaks of; rows alone if it does not say how wide they are.</param>
    /// <exception cref="InputException">The file is missing or malformed, or holds something else.</exception>
    public static Tensor ReadOne(string file, string name, params long[] shape)
    {
        const string Again = "Take the adapter from where it came from again.";
        var weights = SafeTensors.Load(file);
        try
        {
            if (!weights.TryGetValue(name, out var tensor))
                throw new InputException(file, $"the tensor '{name}' is missing.", Again);
            if (weights.Keys.FirstOrDefault(other => other != name) is { } strange)
                throw new InputException($"{file}: {strange}", "this is no part of such an adapter.", $"It has the tensor {name} and no other.");
            if (tensor.shape.Length != 2 || !tensor.shape.AsSpan()[..shape.Length].SequenceEqual(shape))
                throw new InputException($"{file}: {name}", $"the shape is [{string.Join(", ", tensor.shape)}], expected [{string.Join(", ", shape)}{(shape.Length == 1 ? ", width" : "")}].", Again);
            return Finite(tensor, $"{file}: {name}").clone();
        }
        finally
        {
            foreach (var tensor in weights.Values)
                tensor.Dispose();
        }
    }

    /// <summary>The tensor in float32.</summary>
    /// <exception cref="InputException">It holds what is not a number.</exception>
    public static Tensor Finite(Tensor tensor, string place)
    {
        if (!tensor.is_floating_point() || !tensor.isfinite().all().item<bool>())
            throw new InputException(place, "a weight is not a finite number.", "The file is damaged, or training diverged before it was written.");
        return tensor.to(ScalarType.Float32);
    }
}
