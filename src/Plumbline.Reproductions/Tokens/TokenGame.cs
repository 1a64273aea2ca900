using Plumbline.Training;
using Plumbline.Training.Games;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tokens;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Tokens;

/// <summary>A preference game that decoders play: answers are of three kinds by their first word, and each kind beats the next.</summary>
/// <remarks>Which kind a decoder plays how often can be read from it, so its duality gap is exact; all that it learns from are comparisons of answers that it wrote.</remarks>
internal static class TokenGame
{
    private const int PerUpdate = 64;
    private const double Rate = 1e-3;

    /// <summary>Three kinds of answers in a circle; no score explains it.</summary>
    public static PreferenceGame Circle { get; } = new([[.5, .9, .3], [.1, .5, .8], [.7, .2, .5]]);

    /// <summary>Which kind an answer is of.</summary>
    public static int KindOf(IReadOnlyList<int> answer) => TokenWorld.KindOf(answer[0]) == TokenKind.Neutral ? TokenWorld.WordOf(answer[0]) % Circle.Answers : Circle.Answers - 1;

    /// <summary>Scores of two answers to a prompt: who wins gets 1.</summary>
    public static double[] Compare(IReadOnlyList<TokenText> pair, Draws draws) => draws.Chance(Circle.Wins(KindOf(pair[0].Answer), KindOf(pair[1].Answer))) ? [1, 0] : [0, 1];

    /// <summary>How often a decoder plays each kind, exactly.</summary>
    public static double[] Shares(TokenLearner learner)
    {
        TokenText[] openings = [.. TokenWorld.Prompts.SelectMany(prompt => Enumerable.Range(0, TokenWorld.Vocabulary).Select(token => new TokenText(prompt, [token])))];
        var shares = new double[Circle.Answers];
        foreach (var (opening, logProbs) in openings.Zip(learner.LogProbs(openings)))
            shares[KindOf(opening.Answer)] += Math.Exp(logProbs[0]) / TokenWorld.Prompts.Count;
        return shares;
    }

    /// <summary>Pairs of a decoder's answers, the winner first.</summary>
    public static IReadOnlyList<PairExample> Play(TokenLearner learner, int seed, string purpose, int pairs) => [.. learner.Sample(seed, purpose, pairs, 2).Index().Select(each =>
        Compare(each.Item, new Draws(seed, $"{purpose}.winner", each.Index))[0] > 0 ? new PairExample(each.Item[0].Example, each.Item[1].Example) : new PairExample(each.Item[1].Example, each.Item[0].Example))];

    /// <summary>A step of mirror descent, η wide, from where a decoder is: the square loss, held to itself.</summary>
    public static void Descend(TokenLearner learner, IReadOnlyList<PairExample> pairs, double stepSize, int updates, int seed, CancellationToken cancel) =>
        PreferenceTraining.Run(learner.Decoder, pairs, new EpochOrder(pairs.Count, PerUpdate, seed, "game").Batch, new IdentityPreferenceOptimization(1 / stepSize), TokenWorld.Longest, TokenLearner.Options(updates, Rate), null, cancel);
}
