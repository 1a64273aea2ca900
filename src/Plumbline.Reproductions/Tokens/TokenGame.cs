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
    private const int PerUpdate = 32;
    private const double Rate = 1e-3;

    /// <summary>Three kinds of answers in a circle; no score explains it.</summary>
    public static PreferenceGame Circle { get; } = new([[.5, .9, .3], [.1, .5, .8], [.7, .2, .5]]);

    /// <summary>Which kind an answer is of.</summary>
    public static int KindOf(IReadOnlyList<int> answer) => TokenWorld.KindOf(answer[0]) == TokenKind.Neutral ? TokenWorld.WordOf(answer[0]) % Circle.Answers : Circle.Answers - 1;

    /// <summary>How often a decoder plays each kind, exactly.</summary>
    public static double[] Shares(TokenLearner learner)
    {
        TokenText[] openings = [.. TokenWorld.Prompts.SelectMany(prompt => Enumerable.Range(0, TokenWorld.Vocabulary).Select(token => new TokenText(prompt, [token])))];
        var shares = new double[Circle.Answers];
        foreach (var (opening, logProbs) in openings.Zip(learner.LogProbs(openings)))
            shares[KindOf(opening.Answer)] += Math.Exp(logProbs[0]) / TokenWorld.Prompts.Count;
        return shares;
    }

    /// <summary>Pairs of answers, the winner first.</summary>
    /// <param name="writers">Decoders each of which wrote an answer as likely as another.</param>
    /// <param name="judges">Games each of which decides a comparison as likely as another.</param>
    /// <param name="seed">Same seed and purpose, same pairs.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="pairs">How many.</param>
    public static IReadOnlyList<PairExample> Play(IReadOnlyList<TokenLearner> writers, IReadOnlyList<PreferenceGame> judges, int seed, string purpose, int pairs)
    {
        var answers = writers.Select((writer, index) => writer.Sample(seed, index == 0 ? purpose : $"{purpose}.{index}", $"{purpose}.prompts", pairs, 2)).ToArray();
        return [.. Enumerable.Range(0, pairs).Select(index =>
        {
            var draws = new Draws(seed, $"{purpose}.winner", index);
            var (one, other) = (Pick(answers)[index][0], Pick(answers)[index][1]);
            return draws.Chance(Pick(judges).Wins(KindOf(one.Answer), KindOf(other.Answer))) ? new PairExample(one.Example, other.Example) : new PairExample(other.Example, one.Example);

            T Pick<T>(IReadOnlyList<T> of) => of.Count == 1 ? of[0] : draws.Pick(of);
        })];
    }

    /// <summary>A step of mirror descent, η wide, from where a decoder is, or from the geometric mean of others: the square loss, held to that.</summary>
    public static void Descend(TokenLearner learner, IReadOnlyList<PairExample> pairs, double stepSize, int updates, int seed, CancellationToken cancel, ReferenceMixture? from = null) =>
        PreferenceTraining.Run(learner.Decoder, pairs, new EpochOrder(pairs.Count, PerUpdate, seed, "game").Batch, new IdentityPreferenceOptimization(1 / stepSize), TokenWorld.Longest, TokenLearner.Options(updates, Rate), null, cancel, mixture: from);
}
