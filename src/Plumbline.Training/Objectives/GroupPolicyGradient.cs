using System.Text.Json.Serialization;
using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>What the loss of a batch of answers is a mean of: decides whether long answers weigh more.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LossMean>))]
public enum LossMean
{
    /// <summary>Tokens of the batch: a long answer weighs more than a short one (DAPO, Yu et al. 2025).</summary>
    Tokens,

    /// <summary>Tokens of each answer, and then answers: a token of a long answer weighs less (GRPO as it was published).</summary>
    Answers,

    /// <summary>Answers, each the sum of its tokens over one and the same length: no token weighs less for the length of its answer (Dr. GRPO, Liu et al. 2025).</summary>
    Length,
}

/// <summary>Group-relative policy gradient with a clipped ratio and a pull to the reference (kernel K5; GRPO, Shao et al. 2024), and its relatives as settings.</summary>
/// <remarks>
/// Per token: −min(r·A, clip(r, 1 − ε, 1 + ε′)·A) + β·D(l, l_ref), r = e^(l − l_old). As it stands: advantages in population deviations from the mean of the group, the mean over all
/// trained tokens of the batch, D the k3 estimate. Dr. GRPO: <see cref="Scale"/> none and <see cref="Mean"/> length. RLOO: <see cref="Baseline"/> leave-one-out,
/// <see cref="Scale"/> none and <see cref="DivergenceInReward"/>. DAPO: <see cref="ClipAbove"/> 0.28 and β = 0. GSPO: <see cref="SequenceRatio"/> and <see cref="Mean"/> answers.
/// </remarks>
/// <param name="Clip">ε, how far the ratio may go from 1, between 0 and 1.</param>
/// <param name="Beta">Strength of the pull to the reference, ≥ 0.</param>
public sealed record GroupPolicyGradient(double Clip = 0.2, double Beta = 0.02)
{
    /// <summary>ε, how far the ratio may go below 1, and above it unless <see cref="ClipAbove"/> is set.</summary>
    public double Clip { get; } = Clip is > 0 and < 1 ? Clip : throw new ArgumentOutOfRangeException(nameof(Clip), Clip, "ε is between 0 and 1.");

    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Beta >= 0 && double.IsFinite(Beta) ? Beta : throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "β is at least 0.");

    /// <summary>ε′ &gt; 0, how far the ratio may go above 1; null: as far as below (clip-higher of DAPO).</summary>
    public double? ClipAbove { get; init => field = value is null or > 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "ε′ is more than 0."); }

    /// <summary>What an answer is held against.</summary>
    public GroupBaseline Baseline { get; init; }

    /// <summary>What advantages are divided by.</summary>
    public DeviationScale Scale { get; init; }

    /// <summary>Added to the deviation, ≥ 0; 1e-4 in several releases.</summary>
    public double ScaleOffset { get; init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 0."); }

    /// <summary>What the loss is a mean of.</summary>
    public LossMean Mean { get; init; }

    /// <summary>What the sum of an answer is divided by under <see cref="LossMean.Length"/>, in tokens, ≥ 1: the most that an answer may have.</summary>
    public int Length { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 1."); } = 256;

    /// <summary>Whether an answer has one ratio, the geometric mean of those of its tokens (GSPO, Zheng et al. 2025).</summary>
    public bool SequenceRatio { get; init; }

    /// <summary>How the divergence from the reference is estimated.</summary>
    public DivergenceEstimate Estimate { get; init; } = DivergenceEstimate.K3;

    /// <summary>Whether β times the estimated divergence of an answer is taken from its reward, instead of added to the loss.</summary>
    public bool DivergenceInReward { get; init; }

    /// <summary>Advantages of one group of answers to one prompt; 0 where all rewards are equal.</summary>
    public double[] Advantages(IReadOnlyList<double> rewards) => GroupAdvantage.Of(rewards, Baseline, Scale, ScaleOffset);

    /// <summary>γ, from 0 to 1: how much what comes later counts for a step, where answers are rewarded step by step.</summary>
    public double Discount { get; init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is from 0 to 1."); } = 1;

    /// <summary>Advantages of the steps of one group of answers to one prompt.</summary>
    public double[][] StepAdvantages(IReadOnlyList<IReadOnlyList<double>> rewards) => GroupAdvantage.OfSteps(rewards, Discount, Baseline, Scale, ScaleOffset);

    /// <summary>How much an answer counts in the mean.</summary>
    /// <param name="tokens">Its trained tokens.</param>
    internal int Size(int tokens) => Mean == LossMean.Tokens || tokens == 0 ? tokens : 1;

    /// <summary>The loss of each token, [tokens].</summary>
    /// <param name="tokens">Columns of the tokens.</param>
    public Tensor PerToken(SampledLogProbs tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var surrogate = ClippedSurrogate.Of(Ratio(tokens), tokens.Advantage, Clip, ClipAbove);
        return DivergenceInReward ? -surrogate : TokenDivergence.Of(tokens.Policy, tokens.Reference, Estimate).Times(Beta) - surrogate;
    }

    /// <summary>The mean over what <see cref="Mean"/> says.</summary>
    /// <param name="tokens">Columns of the tokens.</param>
    /// <returns>With <c>divergence</c> from the reference per token, and <c>clipped</c>: the share of tokens whose ratio left the band.</returns>
    public ObjectiveLoss Compute(SampledLogProbs tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var each = PerToken(tokens);
        var value = Mean switch
        {
            LossMean.Length => each.sum().Over((double)Length * tokens.Answers),
            _ => Average(tokens, each),
        };
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["divergence"] = Average(tokens, TokenDivergence.Of(tokens.Policy, tokens.Reference, Estimate)),
            ["clipped"] = Average(tokens, ClippedSurrogate.Outside(Ratio(tokens), Clip, ClipAbove)),
        });
    }

    /// <summary>Of the same things as the loss, so that it does not depend on how a batch is split.</summary>
    private Tensor Average(SampledLogProbs tokens, Tensor column) => Mean == LossMean.Tokens ? column.mean() : tokens.MeanOfAnswers(column).mean();

    private Tensor Ratio(SampledLogProbs tokens)
    {
        var gap = tokens.Policy - tokens.Behaviour;
        return (SequenceRatio ? tokens.MeanOfAnswers(gap).index_select(0, tokens.Answer!) : gap).exp();
    }
}
