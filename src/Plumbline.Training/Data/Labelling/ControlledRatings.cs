namespace Plumbline.Training;

/// <summary>Levels that are asked of some ratings of an answer, and what an answer is worth to those who ask for them (043, CPO).</summary>
/// <remarks>R(y) = Σ over ratings that are asked for of −λ_i·|p_i − c_i| + Σ over the others of ω_i·p_i: as near as can be to what was asked for, and as good as can be in the rest. With nothing asked for, it is the weighted sum of ratings.</remarks>
/// <param name="Asked">The level c_i of each rating, or null where none is asked for.</param>
public sealed record ControlledRatings(IReadOnlyList<double?> Asked)
{
    /// <summary>λ_i, what a level of distance costs, &gt; 0; null: 1 for all, as in the release.</summary>
    public IReadOnlyList<double>? Distances { get; init; }

    /// <summary>ω_i, what a level of a rating that is not asked for is worth, ≥ 0; null: 1 for all, as in the release.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Draws what is asked for: each rating with the same chance, and then any whole level as likely as another.</summary>
    /// <param name="draws">Chooses.</param>
    /// <param name="ratings">Ratings of an answer, at least 1.</param>
    /// <param name="least">The lowest level.</param>
    /// <param name="most">The highest level.</param>
    /// <param name="asked">How likely it is that a rating is asked for.</param>
    public static ControlledRatings Draw(Draws draws, int ratings, int least = 1, int most = 5, double asked = 0.5)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfLessThan(ratings, 1);
        return new([.. Enumerable.Range(0, ratings).Select(_ => draws.Chance(asked) ? (double?)draws.Between(least, most) : null)]);
    }

    /// <summary>R(y).</summary>
    /// <param name="ratings">p_i, as many as there are levels.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public double Reward(IReadOnlyList<double> ratings)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        if (ratings.Count != Asked.Count || (Distances?.Count ?? ratings.Count) != ratings.Count || (Weights?.Count ?? ratings.Count) != ratings.Count)
            throw new ArgumentException($"An answer has {ratings.Count} ratings; levels are of {Asked.Count}, weights of as many or none.", nameof(ratings));
        return ratings.Index().Sum(each => Asked[each.Index] is { } level ? -(Distances?[each.Index] ?? 1) * Math.Abs(each.Item - level) : (Weights?[each.Index] ?? 1) * each.Item);
    }
}
