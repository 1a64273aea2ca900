namespace Plumbline.Training.Games;

/// <summary>Two players each name one of finitely many answers; who is preferred wins. Preferences may go in circles, where no reward explains them (098, 107).</summary>
/// <remarks>J(p, q) = Σ p(i)·q(j)·P(i ≻ j). The game is symmetric: what one wins the other loses, and no policy beats the equilibrium more than half of the time.</remarks>
public sealed class PreferenceGame
{
    private const double Tolerance = 1e-9;
    private readonly double[][] _wins;

    /// <summary>Makes a game.</summary>
    /// <param name="wins">P(i ≻ j) in row i and column j, from 0 to 1, with P(i ≻ j) + P(j ≻ i) = 1.</param>
    /// <exception cref="ArgumentException">The table is not square or not such a preference.</exception>
    public PreferenceGame(IReadOnlyList<IReadOnlyList<double>> wins)
    {
        ArgumentNullException.ThrowIfNull(wins);
        _wins = [.. wins.Select(row => row.ToArray())];
        if (_wins.Length == 0 || _wins.Any(row => row.Length != _wins.Length))
            throw new ArgumentException("The table has as many columns as rows, and at least one.", nameof(wins));
        for (var i = 0; i < _wins.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                if (!(_wins[i][j] is >= 0 and <= 1) || !(Math.Abs(_wins[i][j] + _wins[j][i] - 1) <= Tolerance))
                    throw new ArgumentException($"Answers {i} and {j}: one is preferred or the other, so their two numbers are probabilities that add up to 1; they are {_wins[i][j]} and {_wins[j][i]}.", nameof(wins));
            }
        }
    }

    /// <summary>How many answers there are.</summary>
    public int Answers => _wins.Length;

    /// <summary>A game of scores: P(i ≻ j) = σ(s_i − s_j), as Bradley and Terry have it.</summary>
    public static PreferenceGame OfScores(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new([.. scores.Select(mine => scores.Select(other => 1 / (1 + Math.Exp(other - mine))).ToArray())]);
    }

    /// <summary>P(i ≻ j).</summary>
    public double Wins(int answer, int other) => _wins[answer][other];

    /// <summary>r(y) = P(y ≻ q): how often each answer is preferred to one drawn from a policy.</summary>
    public double[] Gains(IReadOnlyList<double> policy) => [.. _wins.Select(row => row.Zip(Checked(policy), (win, share) => win * share).Sum())];

    /// <summary>J(p, q): how often the first policy wins.</summary>
    public double Payoff(IReadOnlyList<double> policy, IReadOnlyList<double> other) => Gains(other).Zip(Checked(policy), (gain, share) => gain * share).Sum();

    /// <summary>max_q J(q, p) − min_q J(p, q): 0 at the equilibrium and nowhere else.</summary>
    public double DualityGap(IReadOnlyList<double> policy) => 2 * Gains(policy).Max() - 1;

    private IReadOnlyList<double> Checked(IReadOnlyList<double> policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Count == Answers ? policy : throw new ArgumentException($"The policy has {policy.Count} answers, the game {Answers}.", nameof(policy));
    }
}
