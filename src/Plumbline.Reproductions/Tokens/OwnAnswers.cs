using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tokens;

namespace Plumbline.Reproductions.Tokens;

/// <summary>Preference training of a decoder on answers to prompts of a token world, which somebody scores.</summary>
/// <param name="Seed">Chooses prompts and answers.</param>
/// <param name="Prompts">Prompts of a step.</param>
/// <param name="Answers">Answers to each, at least 2.</param>
/// <param name="Score">What the answers to one prompt are worth; the draws are the scorer's own.</param>
internal sealed record OwnAnswers(int Seed, int Prompts, int Answers, Func<IReadOnlyList<TokenText>, Draws, double[]> Score)
{
    /// <summary>Learning rate.</summary>
    public const double Rate = 3e-4;

    /// <summary>Pairs of a decoder's answers, compared by a judge who likes long ones besides good ones: half a unit of log odds for a token, and three for a phrase that keeps to the grammar.</summary>
    /// <param name="writer">Whose answers.</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="flipped">How often a label is turned round.</param>
    /// <param name="seed">Same seed and purpose, same pairs.</param>
    /// <param name="purpose">What for.</param>
    public static IReadOnlyList<PairExample> Compared(TokenLearner writer, int count, double flipped, int seed, string purpose) => [.. writer.Sample(seed, purpose, count, 2).Index().Select(pair =>
    {
        var (draws, one, other) = (new Draws(seed, $"{purpose}.labels", pair.Index), pair.Item[0], pair.Item[1]);
        var better = 20 * (writer.World.Reward(one.Prompt, one.Answer) - writer.World.Reward(other.Prompt, other.Answer)) + (one.Answer.Length - other.Answer.Length) / 2.0;
        return draws.Chance(1 / (1 + Math.Exp(-better))) != draws.Chance(flipped) ? new PairExample(one.Example, other.Example) : new PairExample(other.Example, one.Example);
    })];

    /// <summary>Makes pairs of them.</summary>
    public PairLabeller Labeller { get; init; } = new BestWorst();

    /// <summary>What a step is held to, and what it does with its pairs.</summary>
    public OnlineRounds Rounds { get; init; } = new(new AnchorMixture(Start: 1));

    /// <summary>Trains.</summary>
    /// <param name="learner">The policy.</param>
    /// <param name="start">What it is held to where it is held to the start.</param>
    /// <param name="writer">Who writes the answers: the policy itself, or, for offline training, somebody who does not change.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="purpose">What for; another purpose asks and draws otherwise.</param>
    /// <param name="steps">Updates, or rounds of them.</param>
    /// <param name="cancel">Stops after a step.</param>
    public void Train(TokenLearner learner, TokenLearner start, TokenLearner writer, PairObjective objective, string purpose, int steps, CancellationToken cancel) =>
        OnlinePreferenceTraining.Run(learner.Decoder, start.Decoder, step => [.. writer.Sample(Seed, $"{purpose}.{step}", Prompts, Answers).Index().Select(group =>
            new ScoredGroup([.. group.Item.Select(text => text.Example)], Score(group.Item, new Draws(Seed, $"{purpose}.{step}.scores", group.Index))))],
            Labeller, objective, Rounds, TokenWorld.Longest, TokenLearner.Options(steps, Rate), null, cancel);

}
