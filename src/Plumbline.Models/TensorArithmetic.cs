using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Sums of tensors, and arithmetic of tensors with numbers, in which the numbers outlive the arithmetic.</summary>
/// <remarks>
/// TorchSharp hands a number to libtorch as a <see cref="Scalar"/> that it does not hold on to: if the garbage collector runs on another
/// thread in that moment, libtorch reads freed memory, and either fails or silently computes with another number. Here each number is held
/// until libtorch has returned. <c>BannedSymbols.txt</c> makes the compiler refuse the operators and methods that do not.
/// </remarks>
#pragma warning disable RS0030 // This is the one place where numbers become scalars.
public static class TensorArithmetic
{
    private static readonly Scalar One = 1, Two = 2;

    /// <summary>left + right</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => Present(left).add(right, One);

    /// <summary>left + right; the type of whole numbers stays.</summary>
    public static Tensor Plus(this Tensor left, long right)
    {
        using Scalar number = right;
        return Present(left).add(number, One);
    }

    /// <summary>left + right</summary>
    public static Tensor Plus(this Tensor left, double right)
    {
        using Scalar number = right;
        return Present(left).add(number, One);
    }

    /// <summary>left − right; the type of whole numbers stays.</summary>
    public static Tensor Minus(this Tensor left, long right) => left.Plus(-right);

    /// <summary>left − right</summary>
    public static Tensor Minus(this Tensor left, double right) => left.Plus(-right);

    /// <summary>left · right</summary>
    public static Tensor Times(this Tensor left, double right)
    {
        using Scalar number = right;
        return Present(left).mul(number);
    }

    /// <summary>left / right</summary>
    public static Tensor Over(this Tensor left, double right)
    {
        using Scalar number = right;
        return Present(left).div(number);
    }

    /// <summary>tensor²</summary>
    public static Tensor Squared(this Tensor tensor) => Present(tensor).pow(Two);

    /// <summary>What lies outside of least and most becomes the nearer of them; no bound where one is null.</summary>
    public static Tensor Within(this Tensor tensor, double? least = null, double? most = null)
    {
        using Scalar? lower = least is { } low ? low : null;
        using Scalar? upper = most is { } high ? high : null;
        return Present(tensor).clamp(lower, upper);
    }

    /// <summary>Whether each element is greater than the number, bool.</summary>
    public static Tensor GreaterThan(this Tensor left, double right)
    {
        using Scalar number = right;
        return Present(left).gt(number);
    }

    /// <summary>Adds times · right to the left tensor, in place.</summary>
    public static Tensor PlusInPlace(this Tensor left, Tensor right, double times = 1)
    {
        using Scalar number = times;
        return Present(left).add_(right, number);
    }

    /// <summary>Adds a number to the tensor, in place.</summary>
    public static Tensor PlusInPlace(this Tensor left, double right)
    {
        using Scalar number = right;
        return Present(left).add_(number, One);
    }

    /// <summary>Multiplies the tensor by a number, in place.</summary>
    public static Tensor TimesInPlace(this Tensor left, double right)
    {
        using Scalar number = right;
        return Present(left).mul_(number);
    }

    /// <summary>Adds times · first · second to the tensor, in place.</summary>
    public static Tensor PlusProductInPlace(this Tensor tensor, Tensor first, Tensor second, double times)
    {
        using Scalar number = times;
        return Present(tensor).addcmul_(first, second, number);
    }

    /// <summary>Adds times · numerator / denominator to the tensor, in place.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor tensor, Tensor numerator, Tensor denominator, double times)
    {
        using Scalar number = times;
        return Present(tensor).addcdiv_(numerator, denominator, number);
    }

    /// <summary>0, 1, …, count − 1: [count], int64.</summary>
    public static Tensor CountUpTo(long count, Device? device = null)
    {
        using Scalar end = count;
        return arange(end, ScalarType.Int64, device);
    }

    /// <summary>Adds each row of what comes to the row of the tensor that its place names.</summary>
    /// <param name="tensor">[rows, …]</param>
    /// <param name="places">[n], int64</param>
    /// <param name="added">[n, …]</param>
    public static Tensor PlusAt(this Tensor tensor, Tensor places, Tensor added) => Present(tensor).index_add(0, places, added, One);

    /// <summary>What is less than a whole number becomes it; the type of whole numbers stays.</summary>
    public static Tensor AtLeast(this Tensor tensor, long least)
    {
        using Scalar lower = least;
        return Present(tensor).clamp(lower, null);
    }

    /// <summary>Sets every element, in place.</summary>
    public static Tensor FillWith(this Tensor tensor, double number)
    {
        using Scalar value = number;
        return Present(tensor).fill_(value);
    }

    /// <summary>The tensor with a number wherever the mask is true.</summary>
    public static Tensor FillWhere(this Tensor tensor, Tensor mask, double number)
    {
        using Scalar value = number;
        return Present(tensor).masked_fill(mask, value);
    }

    private static Tensor Present(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor;
    }
}
