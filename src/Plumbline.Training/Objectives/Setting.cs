using System.Runtime.CompilerServices;

namespace Plumbline.Training.Objectives;

/// <summary>The ranges that settings of objectives keep to; what lies outside is refused with the name of the setting.</summary>
internal static class Setting
{
    /// <summary>Finite and greater than 0.</summary>
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Within(value > 0 && double.IsFinite(value), value, name, "greater than 0");

    /// <summary>Finite and at least 0.</summary>
    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Within(value >= 0 && double.IsFinite(value), value, name, "at least 0");

    /// <summary>Any finite number.</summary>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Within(double.IsFinite(value), value, name, "a finite number");

    /// <summary>From 0 to 1.</summary>
    public static double Share(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Within(value is >= 0 and <= 1, value, name, "from 0 to 1");

    /// <summary>How often a label is believed to be wrong: from one half on the labels would say the opposite.</summary>
    public static double Noise(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Within(value is >= 0 and < 0.5, value, name, "at least 0 and below 0.5");

    /// <summary>Above 0 and below one half, where the loss has no value at 0.</summary>
    public static double SomeNoise(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Within(value is > 0 and < 0.5, value, name, "above 0 and below 0.5");

    private static double Within(bool holds, double value, string name, string range) => holds ? value : throw new ArgumentOutOfRangeException(name, value, $"It is {range}.");
}
