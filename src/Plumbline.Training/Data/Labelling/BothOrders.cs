namespace Plumbline.Training;

/// <summary>What answers are worth to a judge who compares two at a time and may like the one that stands first: each two are shown in both orders, and the average decides (096).</summary>
public static class BothOrders
{
    /// <summary>How surely the first of two answers is better.</summary>
    /// <param name="shownFirst">What the judge said of it when it stood first: from 0 (worse) to 1 (better).</param>
    /// <param name="shownSecond">What the judge said of the other answer when that one stood first.</param>
    /// <returns>From 0 to 1; exactly ½ is a tie.</returns>
    public static double Average(double shownFirst, double shownSecond) => (shownFirst + (1 - shownSecond)) / 2;

    /// <summary>The share of the others that each answer beats: a score that labellers understand. Two answers that a judge cannot tell apart get the same, and make no pair.</summary>
    /// <param name="answers">How many, at least 2.</param>
    /// <param name="judge">How surely the answer that is shown first is better than the one shown second, by their indices; from 0 to 1.</param>
    public static double[] WinRates(int answers, Func<int, int, double> judge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 2);
        ArgumentNullException.ThrowIfNull(judge);
        var wins = new double[answers];
        for (var one = 0; one < answers; one++)
        {
            for (var other = one + 1; other < answers; other++)
            {
                var better = Average(judge(one, other), judge(other, one));
                wins[one] += better / (answers - 1);
                wins[other] += (1 - better) / (answers - 1);
            }
        }
        return wins;
    }
}
