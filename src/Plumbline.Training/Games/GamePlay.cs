namespace Plumbline.Training.Games;

/// <summary>Policies that a learner plays in rounds of a preference game, from a first one on: what training reaches if every round is trained to its optimum.</summary>
public static class GamePlay
{
    /// <summary>Online mirror descent: π_{t+1} ∝ π_t·exp(η·r_t), r_t(y) = P(y ≻ π_t). Its average approaches the equilibrium; the policy itself may circle for ever.</summary>
    /// <param name="game">What is played.</param>
    /// <param name="start">The first policy; every answer has a share.</param>
    /// <param name="stepSize">η &gt; 0.</param>
    public static IEnumerable<double[]> MirrorDescent(PreferenceGame game, IReadOnlyList<double> start, double stepSize) =>
        Rounds(game, start, stepSize, (policy, gains, _) => Moved(policy, gains, stepSize));

    /// <summary>Optimistic mirror descent (098, ONPO): the last gain stands for the next one, π_{t+1} ∝ π_t·exp(η·(2·r_t − r_{t−1})).</summary>
    /// <remarks>The same as two half steps from an anchor: q_{t+1} ∝ q_t·exp(η·r_t), then π_{t+1} ∝ q_{t+1}·exp(η·r_t). The average's gap falls like 1/T instead of 1/√T.</remarks>
    /// <param name="game">What is played.</param>
    /// <param name="start">The first policy; every answer has a share.</param>
    /// <param name="stepSize">η &gt; 0.</param>
    public static IEnumerable<double[]> OptimisticMirrorDescent(PreferenceGame game, IReadOnlyList<double> start, double stepSize) =>
        Rounds(game, start, stepSize, (policy, gains, before) => Moved(policy, [.. gains.Zip(before ?? new double[gains.Length], (now, last) => 2 * now - last)], stepSize));

    /// <summary>Mirror descent with a pull to a reference (INPO; Zhang et al. 2024): π_{t+1} ∝ π_ref^(τ/η)·π_t^(1 − τ/η)·exp(r_t / η).</summary>
    /// <param name="game">What is played.</param>
    /// <param name="start">The first policy; every answer has a share.</param>
    /// <param name="reference">π_ref; every answer has a share.</param>
    /// <param name="inverseStepSize">η &gt; 0: here the larger, the smaller the step.</param>
    /// <param name="pull">τ, from 0 to η.</param>
    public static IEnumerable<double[]> RegularisedMirrorDescent(PreferenceGame game, IReadOnlyList<double> start, IReadOnlyList<double> reference, double inverseStepSize, double pull)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pull);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pull, inverseStepSize);
        return Rounds(game, start, inverseStepSize, (policy, gains, _) =>
            Moved(Mixture([policy, [.. reference]], [1 - pull / inverseStepSize, pull / inverseStepSize]), gains, 1 / inverseStepSize));
    }

    /// <summary>Play against a population (107, MNPO): every player moves from the geometric mean of the others by what beats them, π_i ∝ (Π_{j≠i} π_j)^(1/(n−1))·exp(η/(n−1)·Σ_{j≠i} P(y ≻ π_j)).</summary>
    /// <param name="game">What is played.</param>
    /// <param name="start">The first policy of each player, at least two; every answer has a share.</param>
    /// <param name="stepSize">η &gt; 0.</param>
    public static IEnumerable<double[][]> Multiplayer(PreferenceGame game, IReadOnlyList<IReadOnlyList<double>> start, double stepSize)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(start.Count, 2);
        return Run();

        IEnumerable<double[][]> Run()
        {
            double[][] players = [.. start.Select(policy => policy.ToArray())];
            while (true)
            {
                yield return players;
                var gains = players.Select(game.Gains).ToArray();
                players = [.. players.Select((_, player) =>
                {
                    var others = Enumerable.Range(0, players.Length).Where(other => other != player).ToArray();
                    var beaten = Enumerable.Range(0, game.Answers).Select(answer => others.Average(other => gains[other][answer])).ToArray();
                    return Moved(Mixture([.. others.Select(other => players[other])], [.. others.Select(_ => 1.0 / others.Length)]), beaten, stepSize);
                })];
            }
        }
    }

    private static IEnumerable<double[]> Rounds(PreferenceGame game, IReadOnlyList<double> start, double stepSize, Func<double[], double[], double[]?, double[]> move)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepSize);
        return Run();

        IEnumerable<double[]> Run()
        {
            double[] policy = [.. start];
            double[]? before = null;
            while (true)
            {
                yield return policy;
                var gains = game.Gains(policy);
                (policy, before) = (move(policy, gains, before), gains);
            }
        }
    }

    private static double[] Moved(double[] anchor, double[] gains, double stepSize) => RegularisedOptimum.Policy(anchor, gains, 1 / stepSize);

    /// <summary>Weighted geometric mean, not normalised.</summary>
    private static double[] Mixture(double[][] policies, double[] weights) =>
        [.. Enumerable.Range(0, policies[0].Length).Select(answer => Math.Exp(policies.Zip(weights, (policy, weight) => weight * Math.Log(policy[answer])).Sum()))];
}
