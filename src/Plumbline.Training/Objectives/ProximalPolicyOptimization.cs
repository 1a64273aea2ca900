using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Proximal policy optimisation with a critic (Schulman et al. 2017), and the stabilisers of PPO-max, each with a switch of its own (114; Zheng et al. 2023).</summary>
/// <remarks>
/// Reward of a token: −k·(l − l_ref), and the score of the answer besides at its last one. Advantages are those of <see cref="GeneralisedAdvantage"/>; the policy loses −min(r·A, clip(r)·A),
/// the critic ½·max((V − R)², (clip(V) − R)²); means over all tokens of the batch. As it stands it is PPO-max; <see cref="Plain"/> has none of the stabilisers.
/// </remarks>
public sealed record ProximalPolicyOptimization
{
    /// <summary>PPO without any stabiliser but the clipped ratio.</summary>
    public static ProximalPolicyOptimization Plain { get; } = new()
    {
        DivergencePrice = 0,
        CentreScores = false,
        ScaleScores = false,
        ClipScores = null,
        WhitenAdvantages = false,
        ClipValues = null,
        ClipGradients = null,
    };

    /// <summary>γ, from 0 to 1: how much what comes later counts.</summary>
    public double Discount { get; init => field = Share(value); } = 1;

    /// <summary>λ, from 0 to 1: how far rewards are believed rather than the critic.</summary>
    public double Trace { get; init => field = Share(value); } = 0.95;

    /// <summary>k ≥ 0, what a nat away from the reference costs at each token; 0: nothing.</summary>
    public double DivergencePrice { get; init => field = AtLeast0(value); } = 0.02;

    /// <summary>Whether the mean of all scores so far is taken from a score.</summary>
    public bool CentreScores { get; init; } = true;

    /// <summary>Whether a score is divided by the deviation of all scores so far.</summary>
    public bool ScaleScores { get; init; } = true;

    /// <summary>How far a score, centred and scaled, may be from 0; null: as far as it likes.</summary>
    public double? ClipScores { get; init => field = Positive(value); } = 5;

    /// <summary>Whether advantages are brought to mean 0 and deviation 1 over the batch.</summary>
    public bool WhitenAdvantages { get; init; } = true;

    /// <summary>How far an advantage may be from 0; null: as far as it likes.</summary>
    public double? ClipAdvantages { get; init => field = Positive(value); }

    /// <summary>ε of the policy's ratio; null: no clip.</summary>
    public double? ClipRatio { get; init => field = Positive(value); } = 0.2;

    /// <summary>How far the critic's values may move from what they were; null: as far as they like.</summary>
    public double? ClipValues { get; init => field = Positive(value); } = 0.2;

    /// <summary>Largest global norm of a gradient, of policy and critic each; null: none.</summary>
    public double? ClipGradients { get; init => field = Positive(value); } = 1;

    /// <summary>Steps at the start in which only the critic learns, ≥ 0.</summary>
    public int CriticWarmUp { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 0."); }

    /// <summary>What the likelihood of pretraining texts counts beside the loss of the policy, ≥ 0; 0: nothing.</summary>
    public double PretrainingWeight { get; init => field = AtLeast0(value); }

    /// <summary>How often a step goes through its answers, ≥ 1.</summary>
    public int Updates { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 1."); } = 1;

    /// <summary>In how many updates a step goes through its answers once, ≥ 1.</summary>
    public int Minibatches { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 1."); } = 1;

    /// <summary>A score as it counts.</summary>
    /// <param name="score">What the answer is worth.</param>
    /// <param name="all">Of all scores so far.</param>
    public double Normalise(double score, RunningScale all)
    {
        var scaled = (score - (CentreScores ? all.Mean : 0)) / (ScaleScores ? all.Deviation : 1);
        return ClipScores is { } most ? Math.Clamp(scaled, -most, most) : scaled;
    }

    /// <summary>The reward of each token of an answer: −k·(l − l_ref), and at the last one the score.</summary>
    /// <param name="policy">l, when it was sampled.</param>
    /// <param name="reference">l_ref.</param>
    /// <param name="score">As it counts.</param>
    public double[] TokenRewards(IReadOnlyList<double> policy, IReadOnlyList<double> reference, double score)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reference);
        return [.. policy.Zip(reference, (own, other) => -DivergencePrice * (own - other)).Select((price, index) => price + (index == policy.Count - 1 ? score : 0))];
    }

    /// <summary>The reward of each token of an answer that is rewarded step by step: −k·(l − l_ref), and at the last token of each step its reward.</summary>
    /// <param name="policy">l, when it was sampled.</param>
    /// <param name="reference">l_ref.</param>
    /// <param name="steps">They cover the answer.</param>
    /// <param name="all">Of the scores of all answers so far. Rewards are divided by their deviation if scores are; what centring and clipping do to the sum of them is done at the last step.</param>
    public double[] TokenRewards(IReadOnlyList<double> policy, IReadOnlyList<double> reference, IReadOnlyList<StepReward> steps, RunningScale all)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var scale = ScaleScores ? all.Deviation : 1;
        var rewards = TokenRewards(policy, reference, 0);
        var (last, paid) = (-1, 0.0);
        foreach (var step in steps.SkipLast(1))
        {
            rewards[last += step.Tokens] += step.Reward / scale;
            paid += step.Reward / scale;
        }
        if (steps.Count > 0)
            rewards[^1] += Normalise(steps.Sum(step => step.Reward), all) - paid;
        return rewards;
    }

    /// <summary>An advantage as it counts: whitened, then clipped, each if it is switched on.</summary>
    /// <param name="advantage">A.</param>
    /// <param name="all">Of all advantages of the step.</param>
    public double Whiten(double advantage, RunningScale all)
    {
        var white = WhitenAdvantages ? (advantage - all.Mean) / (all.Deviation + 1e-8) : advantage;
        return ClipAdvantages is { } most ? Math.Clamp(white, -most, most) : white;
    }

    /// <summary>The loss of the policy, the mean over tokens.</summary>
    /// <param name="tokens">Columns of the tokens.</param>
    /// <returns>With <c>clipped</c>: the share of tokens whose ratio left the band.</returns>
    public ObjectiveLoss Compute(SampledLogProbs tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var ratio = (tokens.Policy - tokens.Behaviour).exp();
        var value = -ClippedSurrogate.Of(ratio, tokens.Advantage, ClipRatio).mean();
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor> { ["clipped"] = ClippedSurrogate.Outside(ratio, ClipRatio).mean() });
    }

    /// <summary>The loss of the critic, the mean over tokens.</summary>
    /// <param name="tokens">Columns of the tokens.</param>
    /// <returns>With <c>valueLoss</c>, which is itself, and <c>valuesClipped</c>: the share of tokens whose value left the band.</returns>
    public ObjectiveLoss Compute(TokenValues tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var value = ClippedValueLoss.Of(tokens.Values, tokens.Before, tokens.Returns, ClipValues).mean();
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["valueLoss"] = value.detach(),
            ["valuesClipped"] = ClipValues is { } most ? (tokens.Values - tokens.Before).abs().GreaterThan(most).to(ScalarType.Float32).mean() : zeros([], device: tokens.Values.device),
        });
    }

    private static double Share(double value) => value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is from 0 to 1.");

    private static double AtLeast0(double value) => value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is at least 0.");

    private static double? Positive(double? value) => value is null or > 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is more than 0, or null.");
}

/// <summary>What a critic expects at each token, every tensor of shape [tokens].</summary>
/// <param name="Values">V: now.</param>
/// <param name="Before">V_old: when the answers were sampled.</param>
/// <param name="Returns">R: what came.</param>
public sealed record TokenValues(Tensor Values, Tensor Before, Tensor Returns);
