namespace Plumbline.Reproductions;

/// <summary>How an interval decides a claim: by lying wholly on one side of it.</summary>
public static class Decision
{
    /// <summary>The measured quantity is at least <paramref name="bound"/>.</summary>
    public static Holds AtLeast(double low, double high, double bound) => low >= bound ? Holds.Yes : high < bound ? Holds.No : Holds.Undecided;

    /// <summary>The measured quantity is more than <paramref name="bound"/>; what is equal to it to the last bit is not.</summary>
    public static Holds Above(double low, double high, double bound) => low > bound ? Holds.Yes : high <= bound ? Holds.No : Holds.Undecided;

    /// <summary>The measured quantity is at most <paramref name="bound"/>.</summary>
    public static Holds AtMost(double low, double high, double bound) => high <= bound ? Holds.Yes : low > bound ? Holds.No : Holds.Undecided;

    /// <summary>The measured quantity is within <paramref name="margin"/> of <paramref name="target"/>.</summary>
    public static Holds Near(double low, double high, double target, double margin)
    {
        if (low >= target - margin && high <= target + margin)
            return Holds.Yes;
        return high < target - margin || low > target + margin ? Holds.No : Holds.Undecided;
    }

    /// <summary>An exact count is what it should be.</summary>
    public static Holds Exactly(double measured, double expected) => measured == expected ? Holds.Yes : Holds.No;
}
