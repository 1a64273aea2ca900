using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>What a critic expects before each trained token of examples, and the way back from that to the weights.</summary>
internal sealed class ValueScores : IScores
{
    private readonly LayerwisePass _pass;
    private readonly Tensor _places, _input, _scores;

    private ValueScores(RewardModel critic, PackedRow row, bool gradients, bool checkpointed)
    {
        _pass = new(critic.Decoder, row.Texts, gradients, checkpointed);
        _places = tensor(row.Places, device: critic.Decoder.Device);
        using var mode = set_grad_enabled(gradients);
        _input = _pass.Stream.flatten(0, 1).index_select(0, _places).requires_grad_(gradients);
        _scores = critic.Score(critic.Decoder.Normalise(_input));
        Values = _scores.detach().requires_grad_(gradients);
    }

    /// <summary>Before each trained token, in the order of <see cref="SequenceScores"/> for the same examples, [tokens].</summary>
    public Tensor Values { get; }

    /// <summary>Values examples, inside the dispose scope that the values live in.</summary>
    /// <param name="critic">By whom.</param>
    /// <param name="examples">At least one has a trained token.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="gradients">Whether <see cref="Backward"/> follows.</param>
    /// <param name="checkpointed">Whether layers are computed again on the way back instead of kept.</param>
    public static ValueScores Of(RewardModel critic, IReadOnlyList<TokenExample> examples, int longest, bool gradients = false, bool checkpointed = false) =>
        new(critic, Packing.Pack(examples, longest) ?? throw new ArgumentException("No token is trained.", nameof(examples)), gradients, checkpointed);

    /// <inheritdoc/>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        _scores.backward([Values.grad!]);
        Tensor stream;
        using (no_grad())
            stream = zeros_like(_pass.Stream).flatten(0, 1).PlusAt(_places, _input.grad!).view(_pass.Stream.shape); // a prompt gets what its answers ask of it
        _pass.Backward(stream);
    }
}
