using Plumbline.Models.Generation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>The change of one matrix: W + s·B·A, with DoRA each row then at the length that it has learnt.</summary>
/// <remarks>A module of the checkpoint may hold several matrices of the decoder, one above the other: each has its rows of B and of the lengths, and all of A.</remarks>
/// <param name="module">Name of the module in the checkpoint.</param>
/// <param name="config">Scale, dropout and kind.</param>
/// <param name="down">A, [rank, inputs]; of all experts, one above the other, where there are several.</param>
/// <param name="up">B, [outputs of the module, rank]; of all experts, side by side.</param>
/// <param name="lengths">Lengths of rows, [outputs of the module]; null without DoRA.</param>
/// <param name="from">The first row of the module that is this matrix's.</param>
/// <param name="rows">How many are.</param>
/// <param name="dropout">Where masks of dropout come from; asked at every call.</param>
internal sealed class LowRankChange(string module, LowRankAdapterConfig config, Parameter down, Parameter up, Parameter? lengths, long from, long rows, Func<ulong?> dropout)
{
    private float[]? squares; // of the rows of the frozen matrix

    private Tensor Up => rows == up.shape[0] ? up : up.narrow(0, from, rows);

    /// <summary>What the changed matrix makes of its input.</summary>
    /// <param name="input">[…, inputs]</param>
    /// <param name="weight">The frozen matrix, [outputs, inputs].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="experts">Which ranks each input uses, 1 or 0, […, rank]; null where there is one expert.</param>
    /// <returns>[…, outputs]</returns>
    /// <remarks>
    /// y = W·x + s·B·A·d(x) + b, d dropout; with experts s·B·(e ∘ A·d(x)), so that one which is not used adds exactly nothing. DoRA (as in PEFT): with g = m / ‖W + s·B·A‖ by rows, the length held still for gradients,
    /// y = W·x + (g − 1)·W·d(x) + g·s·B·A·d(x) + b.
    /// </remarks>
    public Tensor Project(Tensor input, Tensor weight, Tensor? bias, Tensor? experts = null)
    {
        if (experts is null && config.StepTokens.Count > 0)
            throw new InvalidOperationException("Experts are chosen by the steps of a text, and the steps are not known.");
        var dropped = Drop(input);
        var inner = functional.linear(dropped, down).Times(config.Scale); // […, rank]
        if (experts is not null)
            inner *= experts;
        if (lengths is null) // in place: nothing needs what the frozen matrix made by itself
            return functional.linear(input.flatten(0, -2), weight, bias).addmm_(inner.flatten(0, -2), Up.t(), 1, 1).view([.. input.shape[..^1], rows]);
        var change = functional.linear(inner, Up);
        var gain = lengths.narrow(0, from, rows) / Lengths(weight); // [outputs]
        var plain = functional.linear(input, weight);
        var output = ReferenceEquals(dropped, input) ? gain * plain.Plus(change) : plain.Plus(gain.Minus(1) * functional.linear(dropped, weight)).Plus(gain * change);
        return bias is null ? output : output.Plus(bias);
    }

    /// <summary>The changed matrix, [outputs, inputs].</summary>
    public Tensor Merge(Tensor weight)
    {
        var moved = weight.Plus(Up.matmul(down).Times(config.Scale));
        return lengths is null ? moved : moved * (lengths.narrow(0, from, rows).view(-1, 1) / moved.Squared().sum(1, keepdim: true).sqrt());
    }

    /// <summary>‖W + s·B·A‖ by rows, from the squares of W and small products: the matrix itself is never made. No gradient goes through it.</summary>
    private Tensor Lengths(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        if (squares is null || weight.requires_grad)
            squares = weight.Squared().sum(1).cpu().to(ScalarType.Float32).data<float>().ToArray();
        var (a, b) = (down.detach(), Up.detach());
        var crossed = (weight.matmul(a.t()) * b).sum(1).Times(2 * config.Scale); // 2 s · W_i · (B·A)_i
        var changed = (b.matmul(a.matmul(a.t())) * b).sum(1).Times(config.Scale * config.Scale); // s² · |(B·A)_i|²
        return tensor(squares, device: weight.device).to(weight.dtype).Plus(crossed).Plus(changed).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>Inputs with a share of them left out and the others scaled up, while training; the same pass, the same mask.</summary>
    private Tensor Drop(Tensor input)
    {
        if (config.Dropout == 0 || dropout() is not { } stream)
            return input;
        using var scope = NewDisposeScope();
        using var generator = new Generator(RandomStream.Of(stream, module), input.device);
        var kept = rand(input.shape, input.dtype, input.device, generator: generator).GreaterThan(config.Dropout).to(input.dtype).Times(1 / (1 - config.Dropout));
        return (input * kept).MoveToOuterDisposeScope();
    }
}
