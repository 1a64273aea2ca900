using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Tells, while a backward pass is under way, how far it has come: that the gradients of a layer and of all after it are complete.</summary>
/// <remarks>
/// Each mark is an identity in front of a layer. Autograd goes from the latest operation to the earliest, so when it comes to a mark, all that was
/// computed after it has been dealt with, down to the gradients of the weights. A pass may read several times; a layer is complete at its last mark.
/// </remarks>
internal sealed class BackwardMarks
{
    private readonly Action<int> _reached;
    private readonly int[] _open;

    /// <param name="layers">Layers of the decoder.</param>
    /// <param name="reached">Told the index of the layer; the number of layers stands for what comes after the last of them. Must not throw.</param>
    public BackwardMarks(int layers, Action<int> reached)
    {
        _reached = reached;
        _open = new int[layers + 1];
    }

    /// <summary>Forgets marks whose backward pass never came.</summary>
    public void Clear() => Array.Clear(_open);

    /// <summary>The stream as it is, with a mark that is reached on the way back.</summary>
    public Tensor Before(int layer, Tensor stream)
    {
        if (!stream.requires_grad)
            return stream;
        _open[layer]++;
        return Mark.apply(stream, (Action)(() =>
        {
            if (--_open[layer] == 0)
                _reached(layer);
        }));
    }

    private sealed class Mark : autograd.SingleTensorFunction<Mark>
    {
        private const string Then = "then";

        public override string Name => "BackwardMark";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(Then, vars[1]);
            return ((Tensor)vars[0]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data(Then))();
            return [grad_output.alias(), null!];
        }
    }
}
