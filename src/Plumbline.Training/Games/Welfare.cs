namespace Plumbline.Training.Games;

/// <summary>What two are worth together.</summary>
public static class Welfare
{
    /// <summary>u^s·v^(1 − s): nobody's gain makes up for the other's ruin (Cobb and Douglas 1928; with s = ½ the reward of GTAlign, 024).</summary>
    /// <param name="user">u ≥ 0.</param>
    /// <param name="model">v ≥ 0.</param>
    /// <param name="share">s, the user's share, from 0 to 1.</param>
    public static double Product(double user, double model, double share = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(user);
        ArgumentOutOfRangeException.ThrowIfNegative(model);
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "It is from 0 to 1.");
        return Math.Pow(user, share) * Math.Pow(model, 1 - share);
    }

    /// <summary>(u + v)/2: one may pay for the other.</summary>
    public static double Mean(double user, double model) => (user + model) / 2;
}
