namespace Plumbline.Worlds.Tabular;

/// <summary>One prompt and finitely many answers with known rewards: what training estimates elsewhere (reward, divergence, win rate) is an exact sum here.</summary>
/// <remarks>
/// A policy gives answer y the logit features(y)·w. It has fewer features than there are answers, so what it learns of some answers moves others.
/// Rewards are linear in the features but for a part that no policy can express.
/// </remarks>
public sealed class TabularWorld
{
    private const double Inexpressible = 1;

    private TabularWorld(double[][] features, double[] rewards, double[] start, int[] lengths) => (Features, Rewards, Start, Lengths) = (features, rewards, start, lengths);

    /// <summary>Features of each answer, [answers][features].</summary>
    public IReadOnlyList<IReadOnlyList<double>> Features { get; }

    /// <summary>True reward of each answer, mean 0 and deviation 1 over all answers.</summary>
    public IReadOnlyList<double> Rewards { get; }

    /// <summary>Weights of the policy that training begins with, [features].</summary>
    public IReadOnlyList<double> Start { get; }

    /// <summary>Tokens of each answer; nothing to do with its reward.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="answers">How many answers.</param>
    /// <param name="features">How many features an answer has.</param>
    /// <param name="againstReward">How strongly the start prefers answers of low reward, ≥ 0.</param>
    public static TabularWorld Draw(long seed, int answers = 200, int features = 20, double againstReward = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(againstReward);
        var draws = new Draws(seed, "tabular-world");
        double[][] table = [.. Enumerable.Range(0, answers).Select(_ => Normals(features))];
        var direction = Normals(features);
        var norm = Math.Sqrt(direction.Sum(each => each * each));
        double[] plain = [.. table.Select(row => Dot(row, direction) / norm + Inexpressible * draws.NextNormal())];
        var mean = plain.Average();
        var deviation = Math.Sqrt(plain.Average(each => (each - mean) * (each - mean)));
        double[] start = [.. direction.Select(each => -againstReward * each / norm + 0.1 * draws.NextNormal())];
        return new(table, [.. plain.Select(each => (each - mean) / deviation)], start, [.. Enumerable.Range(0, answers).Select(_ => draws.Between(5, 50))]);

        double[] Normals(int count) => [.. Enumerable.Range(0, count).Select(_ => draws.NextNormal())];
    }

    /// <summary>Expected reward of a policy, a share for each answer.</summary>
    public double Reward(IReadOnlyList<double> policy) => Dot(policy, Rewards);

    /// <summary>P(y ≻ y') = σ(r(y) − r(y')), as Bradley and Terry have it.</summary>
    public double Preference(int answer, int other) => 1 / (1 + Math.Exp(Rewards[other] - Rewards[answer]));

    /// <summary>Pairs of answers that a policy gives, compared by a judge who follows <see cref="Preference"/>.</summary>
    /// <param name="policy">A share for each answer.</param>
    /// <param name="count">How many pairs.</param>
    /// <param name="draws">Chooses answers and judgments.</param>
    /// <param name="flipped">How often a judgment is then written down the wrong way round, from 0 to 1.</param>
    /// <param name="decided">Whether the better answer always wins, instead of most of the time.</param>
    public IReadOnlyList<TabularPair> Compare(IReadOnlyList<double> policy, int count, Draws draws, double flipped = 0, bool decided = false)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(draws);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (one, other) = (draws.NextOf(policy), draws.NextOf(policy));
            var wins = decided ? Rewards[one] > Rewards[other] : draws.Chance(Preference(one, other));
            return draws.Chance(flipped) == wins ? new TabularPair(other, one) : new TabularPair(one, other);
        })];
    }

    private static double Dot(IReadOnlyList<double> left, IReadOnlyList<double> right) => left.Zip(right, (a, b) => a * b).Sum();
}

/// <summary>Two answers, of which one was preferred.</summary>
/// <param name="Chosen">The preferred answer.</param>
/// <param name="Rejected">The other one; may be the same.</param>
public sealed record TabularPair(int Chosen, int Rejected);
