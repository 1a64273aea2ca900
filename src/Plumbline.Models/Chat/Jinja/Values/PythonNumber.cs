using System.Numerics;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A number as Python computes with it: whole as long as it can be, else of double precision.</summary>
internal readonly struct PythonNumber : IEquatable<PythonNumber>, IComparable<PythonNumber>
{
    private readonly BigInteger whole;
    private readonly double real;

    private PythonNumber(BigInteger whole) => (this.whole, IsWhole) = (whole, true);

    private PythonNumber(double real) => this.real = real;

    public bool IsWhole { get; }

    public double Real => IsWhole ? (double)whole : real;

    public BigInteger Whole => whole;

    public JinjaValue Value => IsWhole ? whole : real;

    /// <summary>The number that a value is, or null.</summary>
    public static PythonNumber? Of(JinjaValue value) => value switch
    {
        IntegerValue number => new(number.Value),
        FloatValue number => new(number.Value),
        BooleanValue truth => new(truth.Value ? BigInteger.One : BigInteger.Zero),
        _ => null,
    };

    public static PythonNumber Of(BigInteger value) =>
        value.GetBitLength() <= TemplateLimits.NumberBits ? new(value) : throw new TemplateFault("a number grows too large.", $"At most {TemplateLimits.NumberBits} bits.");

    public static PythonNumber operator +(PythonNumber a, PythonNumber b) => a.IsWhole && b.IsWhole ? Of(a.whole + b.whole) : new(a.Real + b.Real);

    public static PythonNumber operator -(PythonNumber a, PythonNumber b) => a.IsWhole && b.IsWhole ? Of(a.whole - b.whole) : new(a.Real - b.Real);

    public static PythonNumber operator *(PythonNumber a, PythonNumber b) => a.IsWhole && b.IsWhole ? Of(a.whole * b.whole) : new(a.Real * b.Real);

    public static PythonNumber operator /(PythonNumber a, PythonNumber b) => new(a.Real / b.RefusingZero().Real);

    /// <summary>Division rounded down.</summary>
    public static PythonNumber FloorDivide(PythonNumber a, PythonNumber b)
    {
        b.RefusingZero();
        if (!a.IsWhole || !b.IsWhole)
            return new((a.Real - (a % b).Real) / b.Real is var quotient ? Math.Round(quotient) : 0);
        var whole = BigInteger.DivRem(a.whole, b.whole, out var rest);
        return new(!rest.IsZero && rest.Sign != b.whole.Sign ? whole - 1 : whole);
    }

    /// <summary>The rest, with the sign of the divisor.</summary>
    public static PythonNumber operator %(PythonNumber a, PythonNumber b)
    {
        b.RefusingZero();
        if (a.IsWhole && b.IsWhole)
        {
            var whole = BigInteger.Remainder(a.whole, b.whole);
            return new(!whole.IsZero && whole.Sign != b.whole.Sign ? whole + b.whole : whole);
        }
        var rest = a.Real % b.Real;
        return new(rest != 0 && rest < 0 != b.Real < 0 ? rest + b.Real : rest);
    }

    public PythonNumber Power(PythonNumber exponent)
    {
        if (!IsWhole || !exponent.IsWhole || exponent.whole.Sign < 0)
            return Real == 0 && exponent.Real < 0 ? throw new TemplateFault("0 cannot be raised to a negative power.", "Mend the template.") : new(Math.Pow(Real, exponent.Real));
        if (BigInteger.Abs(whole) > 1 && exponent.whole * Math.Max(1, whole.GetBitLength() - 1) > TemplateLimits.NumberBits)
            throw new TemplateFault("a number grows too large.", $"At most {TemplateLimits.NumberBits} bits.");
        return BigInteger.Abs(whole) <= 1 ? new(whole.IsOne || exponent.whole.IsZero ? BigInteger.One : whole.IsZero ? BigInteger.Zero : exponent.whole.IsEven ? BigInteger.One : whole)
            : Of(BigInteger.Pow(whole, (int)exponent.whole));
    }

    public PythonNumber Negated() => IsWhole ? new(-whole) : new(-real);

    public int CompareTo(PythonNumber other) => IsWhole && other.IsWhole ? whole.CompareTo(other.whole)
        : IsWhole && double.IsFinite(other.real) ? (int)CompareExactly(whole, other.real)
        : other.IsWhole && double.IsFinite(real) ? -(int)CompareExactly(other.whole, real)
        : Real.CompareTo(other.Real);

    public bool Equals(PythonNumber other) => IsWhole && other.IsWhole ? whole == other.whole : !double.IsNaN(Real) && !double.IsNaN(other.Real) && CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is PythonNumber other && Equals(other);

    public override int GetHashCode() => Real.GetHashCode();

    private static long CompareExactly(BigInteger left, double right)
    {
        var floor = Math.Floor(right);
        var order = left.CompareTo(new BigInteger(floor));
        return order != 0 ? order : floor < right ? -1 : 0;
    }

    private PythonNumber RefusingZero() => Real == 0 ? throw new TemplateFault("division by zero.", "Mend the template, or the numbers that it is given.") : this;
}
