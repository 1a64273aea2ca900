using System.Globalization;
using System.Numerics;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Filters that make or compare numbers.</summary>
internal static class NumberFilters
{
    public static void AddTo(Dictionary<string, Filters.Filter> filters)
    {
        filters["abs"] = (_, value, arguments) => Absolute(value, arguments);
        filters["int"] = Whole;
        filters["float"] = Real;
        filters["round"] = Round;
        filters["sum"] = Sum;
        filters["min"] = (_, value, arguments) => Extreme(value, arguments, -1);
        filters["max"] = (_, value, arguments) => Extreme(value, arguments, 1);
    }

    private static JinjaValue Absolute(JinjaValue value, Arguments arguments)
    {
        arguments.Bind();
        return PythonNumber.Of(Operators.Refuse(value)) is not { } number ? throw TemplateFault.Type($"'abs' takes a number, not '{value.TypeName}'.")
            : (number.Real < 0 ? number.Negated() : number).Value;
    }

    private static JinjaValue Whole(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("default", "base");
        if (arguments.Whole(bound[1], "base", 10) != 10)
            throw new TemplateFault("'int' with another base than 10 is not supported.", "Leave the base out.");
        return Operators.Refuse(value) switch
        {
            FloatValue number when double.IsFinite(number.Value) => new BigInteger(number.Value),
            TextValue text when ParseWhole(text.Text) is { } whole => whole,
            TextValue text when ParseReal(text.Text) is { } real && double.IsFinite(real) => new BigInteger(real),
            _ when value is not FloatValue && PythonNumber.Of(value) is { } number => number.Whole,
            _ => bound[0] ?? 0,
        };
    }

    private static JinjaValue Real(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("default");
        return PythonNumber.Of(Operators.Refuse(value)) is { } number ? number.Real
            : value is TextValue text && ParseReal(text.Text) is { } real ? real
            : bound[0] ?? 0.0;
    }

    private static BigInteger? ParseWhole(string text) =>
        text.Length < TemplateLimits.NumberBits / 4 && BigInteger.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    private static double? ParseReal(string text)
    {
        var trimmed = text.Trim();
        return trimmed.TrimStart('+', '-').ToUpperInvariant() is "INF" or "INFINITY" ? trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity
            : double.TryParse(trimmed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var real) ? real
            : null;
    }

    private static JinjaValue Round(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("precision", "method");
        var precision = arguments.Whole(bound[0], "precision", 0);
        var method = bound[1] is null ? "common" : arguments.Text(bound[1], "method").Text;
        if (PythonNumber.Of(Operators.Refuse(value)) is not { } number)
            throw TemplateFault.Type($"'round' takes a number, not '{value.TypeName}'.");
        if (precision is < -300 or > 300 || !double.IsFinite(number.Real))
            throw TemplateFault.Type("'round' takes a finite number and a precision from -300 to 300.");
        var scale = Math.Pow(10, precision);
        return method switch
        {
            "common" when number.IsWhole && precision >= 0 => number.Value,
            "common" when number.IsWhole => (BigInteger)Rounded(number.Real, precision),
            "common" => Rounded(number.Real, precision),
            "ceil" => Math.Ceiling(number.Real * scale) / scale,
            "floor" => Math.Floor(number.Real * scale) / scale,
            _ => throw TemplateFault.Type("'round' knows the methods 'common', 'ceil' and 'floor'."),
        };
    }

    /// <summary>To the nearest decimal of the exact value, halves to even.</summary>
    private static double Rounded(double value, int precision)
    {
        if (value == 0)
            return value;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7ff);
        var mantissa = new BigInteger(exponent == 0 ? (bits & 0xfffffffffffff) << 1 : bits & 0xfffffffffffff | 0x10000000000000);
        var numerator = mantissa * BigInteger.Pow(10, Math.Max(0, precision)) << Math.Max(0, exponent - 1075);
        var denominator = BigInteger.Pow(10, Math.Max(0, -precision)) << Math.Max(0, 1075 - exponent);
        var whole = BigInteger.DivRem(numerator, denominator, out var rest);
        var half = (rest * 2).CompareTo(denominator);
        whole += half > 0 || half == 0 && !whole.IsEven ? 1 : 0;
        return (value < 0 ? -1 : 1) * double.Parse($"{whole}e{-precision}", CultureInfo.InvariantCulture);
    }

    private static JinjaValue Sum(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("attribute", "start");
        var path = bound[0] is null or NoneValue ? null : AttributePath.Of(bound[0]!);
        JinjaValue sum = bound[1] ?? 0;
        foreach (var element in Operators.Walk(value))
        {
            sum = Operators.Apply("+", sum, path?.Find(element) ?? element);
            evaluation.Charge(sum);
        }
        return sum;
    }

    private static JinjaValue Extreme(JinjaValue value, Arguments arguments, int sign)
    {
        var bound = arguments.Bind("case_sensitive", "attribute");
        var path = bound[1] is null or NoneValue ? null : AttributePath.Of(bound[1]!);
        JinjaValue? best = null, bestKey = null;
        foreach (var element in Operators.Walk(value))
        {
            var key = SequenceFilters.Folded(path?.Find(element) ?? element, bound[0]);
            if (bestKey is null || Math.Sign(PythonOrder.Compare(key, bestKey)) == sign)
                (best, bestKey) = (element, key);
        }
        return best ?? new UndefinedValue("the sequence is empty: there is no least or greatest");
    }
}
