using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>A normalisation with its parameters.</summary>
/// <param name="weight">[width]</param>
/// <param name="bias">[width], or null.</param>
/// <param name="config">Which kind it is.</param>
internal sealed class Normalisation(Parameter weight, Parameter? bias, DecoderConfig config)
{
    /// <summary>The whole of it.</summary>
    /// <param name="input">[…, width]</param>
    public Tensor Apply(Tensor input) =>
        bias is null ? RootMeanSquare.Normalise(input, config.NormEpsilon) * Factor : functional.layer_norm(input, weight.shape, weight, bias, config.NormEpsilon);

    /// <summary>What is left of it where <see cref="Fold"/> has put the rest into the matrix that reads the result.</summary>
    public Tensor ApplyFolded(Tensor input) => bias is null ? RootMeanSquare.Normalise(input, config.NormEpsilon) : Apply(input);

    /// <summary>A matrix that reads the normalised stream, with the weight of the normalisation in it, if that can be: one pass over the stream less.</summary>
    /// <param name="matrix">[outputs, width]</param>
    public Tensor Fold(Tensor matrix) => bias is null ? matrix * Factor : matrix;

    /// <summary>What the normalised stream is multiplied by.</summary>
    public Tensor Factor => config.Norm == NormKind.RootMeanSquarePlusOne ? weight.Plus(1) : weight;
}
