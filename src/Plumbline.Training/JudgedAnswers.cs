using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Answers that go through policy and critic at once, with what was known of each token before any of them moved; tensors have the shape [tokens].</summary>
/// <param name="Texts">Prompt and answer.</param>
/// <param name="Examples">Which answer each token belongs to.</param>
/// <param name="Behaviour">l_old: under the policy that sampled.</param>
/// <param name="Reference">l_ref.</param>
/// <param name="Values">V_old: what the critic expected.</param>
/// <param name="Returns">R: what came.</param>
/// <param name="Advantages">A, of each answer, token by token; not yet whitened.</param>
internal sealed record JudgedAnswers(IReadOnlyList<TokenExample> Texts, Tensor Examples, Tensor Behaviour, Tensor Reference, Tensor Values, Tensor Returns, IReadOnlyList<double[]> Advantages)
{
    /// <summary>Tokens that were sampled.</summary>
    public int Tokens { get; } = Texts.Sum(text => text.Trained);

    /// <summary>Σ l_old − l_ref over all tokens, nats.</summary>
    public double Divergence { get; init; }

    /// <summary>Σ l_old over all tokens.</summary>
    public double LogProb { get; init; }
}
