namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>What a number may not go beyond.</summary>
/// <param name="Value">The bound.</param>
/// <param name="Exclusive">Whether the number may not reach it either.</param>
internal readonly record struct NumberBound(decimal Value, bool Exclusive)
{
    public NumberBound Negated => new(-Value, Exclusive);
}

/// <summary>A bound of magnitudes as digits, to hold against digits as they are written.</summary>
/// <param name="Whole">Digits before the point; empty if there is no bound.</param>
/// <param name="Fraction">Digits after it.</param>
/// <param name="Exclusive">Whether the bound itself is out.</param>
/// <param name="Never">Whether no magnitude is within.</param>
internal sealed record DecimalBound(string Whole, string Fraction, bool Exclusive, bool Never = false)
{
    public static DecimalBound None { get; } = new("", "", false);

    public static DecimalBound Impossible { get; } = new("", "", false, Never: true);

    public static DecimalBound Of(NumberBound bound)
    {
        var parts = NumberTexts.Plain(Math.Abs(bound.Value)).Split('.');
        return new(parts[0], parts.Length > 1 ? parts[1] : "", bound.Exclusive);
    }

    /// <summary>-1, 0 or 1: how the digits compare with as many of the bound, after one more.</summary>
    public int Compare(Written written, int before, int digit)
    {
        var (digits, at) = written.Fraction < 0 ? (Whole, written.Whole) : (Fraction, written.Fraction);
        return before != 0 || (written.Fraction < 0 && at >= digits.Length) ? before : digit.CompareTo(at < digits.Length ? digits[at] - '0' : 0);
    }

    /// <summary>How the whole numbers compare when all digits before the point are known: more digits are more.</summary>
    public int Settle(Written written, int before) => written.Whole != Whole.Length ? written.Whole.CompareTo(Whole.Length) : before;

    /// <summary>Whether a number that ends here is within the bound.</summary>
    public bool Admits(Written written, int compared, bool below)
    {
        if (Never || Whole.Length == 0)
            return !Never;
        var result = written.Fraction < 0 ? Settle(written, compared) : compared;
        if (result == 0 && Fraction.Skip(Math.Max(written.Fraction, 0)).Any(digit => digit != '0'))
            result = -1;
        return result == 0 ? !Exclusive : result < 0 == below;
    }
}

/// <summary>What was written of a number.</summary>
/// <param name="Sign">-1 or 1; 0 if nothing was written.</param>
/// <param name="Whole">How many digits before the point.</param>
/// <param name="Zero">Whether those are a zero.</param>
/// <param name="Fraction">How many after it; -1 if there is no point.</param>
/// <param name="Near">How the digits compare with the bound that the magnitude may not be below.</param>
/// <param name="Far">How they compare with the bound that it may not be above.</param>
internal readonly record struct Written(int Sign, int Whole, bool Zero, int Fraction, int Near, int Far)
{
    public static Written Begin(int sign) => new(sign, 0, false, -1, 0, 0);

    public Written With(int digit, int near, int far) => Fraction < 0
        ? this with { Whole = Whole + 1, Zero = Whole == 0 && digit == 0, Near = near, Far = far }
        : this with { Fraction = Fraction + 1, Near = near, Far = far };
}
