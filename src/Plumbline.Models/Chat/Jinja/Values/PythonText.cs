using System.Globalization;
using System.Numerics;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Values as text, as Python's <c>str</c> and <c>repr</c> write them.</summary>
internal static class PythonText
{
    /// <summary><c>str</c>: text as it is, everything else as <c>repr</c>.</summary>
    public static MarkedText Str(JinjaValue value)
    {
        switch (value)
        {
            case TextValue text:
                return text.Marked;
            case UndefinedValue:
                return MarkedText.Empty;
            default:
                var joined = new MarkedTextBuilder(TemplateLimits.Text);
                Repr(value, joined, 0);
                return joined.ToText();
        }
    }

    /// <summary>A number of double precision with the fewest digits that read back the same.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        var written = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = value == 0 ? 0 : Exponent(shortest, written);
        var digits = Digits(shortest);
        var sign = shortest[0] == '-' ? "-" : "";
        if (exponent is < -4 or >= 16)
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        var whole = digits.Length <= exponent ? digits + new string('0', exponent + 1 - digits.Length) : digits[..(exponent + 1)];
        var rest = digits.Length <= exponent + 1 ? "0" : digits[(exponent + 1)..];
        return $"{sign}{whole}.{rest}";
    }

    private static string Digits(string shortest)
    {
        var mantissa = shortest.Split('E')[0].Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return mantissa.Length == 0 ? "0" : mantissa;
    }

    private static int Exponent(string shortest, string written)
    {
        if (shortest.Split('E') is [_, var exponent])
            return int.Parse(exponent, CultureInfo.InvariantCulture);
        var unsigned = shortest.TrimStart('-');
        var point = unsigned.IndexOf('.', StringComparison.Ordinal);
        return unsigned[0] != '0' ? (point < 0 ? unsigned.Length : point) - 1
            : int.Parse(written.Split('E')[1], CultureInfo.InvariantCulture);
    }

    private static void Repr(JinjaValue value, MarkedTextBuilder to, int depth)
    {
        if (depth > TemplateLimits.ValueDepth)
            throw new TemplateFault("values stand too deep in one another to be printed.", $"At most {TemplateLimits.ValueDepth} deep.");
        switch (value)
        {
            case TextValue text:
                Quoted(text.Marked, to);
                break;
            case SequenceValue sequence:
                Sequence(sequence, to, depth);
                break;
            case MapValue map:
                Entries("{", map.Entries.Select(entry => (entry.Key, entry.Value)), "}", to, depth);
                break;
            case NamespaceValue space:
                Entries("<Namespace {", space.Attributes.Select(entry => ((JinjaValue)JinjaValue.Template(entry.Key), entry.Value)), "}>", to, depth);
                break;
            default:
                to.Append(Plain(value), true);
                break;
        }
    }

    private static string Plain(JinjaValue value) => value switch
    {
        NoneValue => "None",
        BooleanValue truth => truth.Value ? "True" : "False",
        IntegerValue number => number.Value.ToString(CultureInfo.InvariantCulture),
        FloatValue number => Float(number.Value),
        FunctionValue function => $"<function {function.Name}>",
        LoopValue loop => $"<LoopContext {PythonText.Str(loop.Attribute("index"))}/{PythonText.Str(loop.Attribute("length"))}>",
        _ => "Undefined",
    };

    private static void Sequence(SequenceValue sequence, MarkedTextBuilder to, int depth)
    {
        if (sequence.Kind is SequenceKind.Stream)
        {
            to.Append("<generator object>", true);
            return;
        }
        var (open, close) = sequence.Kind switch
        {
            SequenceKind.Tuple => ("(", sequence.Elements.Count == 1 ? ",)" : ")"),
            SequenceKind.Keys or SequenceKind.Values or SequenceKind.Items => (sequence.TypeName + "([", "])"),
            _ => ("[", "]"),
        };
        if (sequence.Kind == SequenceKind.Range)
        {
            to.Append(RangeText(sequence.Elements), true);
            return;
        }
        to.Append(open, true);
        foreach (var (index, element) in sequence.Elements.Index())
        {
            if (index > 0)
                to.Append(", ", true);
            Repr(element, to, depth + 1);
        }
        to.Append(close, true);
    }

    private static string RangeText(IReadOnlyList<JinjaValue> elements)
    {
        if (elements.Count == 0)
            return "range(0, 0)";
        var first = ((IntegerValue)elements[0]).Value;
        var step = elements.Count > 1 ? ((IntegerValue)elements[1]).Value - first : BigInteger.One;
        var end = ((IntegerValue)elements[^1]).Value + step;
        return step.IsOne ? $"range({first}, {end})" : $"range({first}, {end}, {step})";
    }

    private static void Entries(string open, IEnumerable<(JinjaValue Key, JinjaValue Value)> entries, string close, MarkedTextBuilder to, int depth)
    {
        to.Append(open, true);
        foreach (var (index, (key, value)) in entries.Index())
        {
            if (index > 0)
                to.Append(", ", true);
            Repr(key, to, depth + 1);
            to.Append(": ", true);
            Repr(value, to, depth + 1);
        }
        to.Append(close, true);
    }

    private static void Quoted(MarkedText text, MarkedTextBuilder to)
    {
        var quote = text.Text.Contains('\'', StringComparison.Ordinal) && !text.Text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        to.Append(quote.ToString(), true);
        to.Append(text.Spell(c => c switch
        {
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ when c == quote => "\\" + quote,
            < ' ' or >= '\x7f' and <= '\xa0' or '\xad' => $"\\x{(int)c:x2}",
            _ when !char.IsSurrogate(c) && !Printable(c) => $"\\u{(int)c:x4}",
            _ => c.ToString(),
        }));
        to.Append(quote.ToString(), true);
    }

    private static bool Printable(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && (c == ' ' || char.GetUnicodeCategory(c) != UnicodeCategory.SpaceSeparator);
}
