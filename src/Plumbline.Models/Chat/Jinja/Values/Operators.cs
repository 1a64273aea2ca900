namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What the signs between two values do, as in Python.</summary>
internal static class Operators
{
    public static JinjaValue Apply(string sign, JinjaValue left, JinjaValue right)
    {
        Refuse(left);
        Refuse(right);
        if (PythonNumber.Of(left) is { } a && PythonNumber.Of(right) is { } b)
        {
            return sign switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                "//" => PythonNumber.FloorDivide(a, b),
                "%" => a % b,
                _ => a.Power(b),
            } is var number ? number.Value : throw new InvalidOperationException();
        }
        return (sign, left, right) switch
        {
            ("+", TextValue x, TextValue y) => Join([x.Marked, y.Marked]),
            ("+", SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple } x, SequenceValue y) when x.Kind == y.Kind => new SequenceValue(x.Kind, x.Elements.Concat(y.Elements)),
            ("*", _, _) when Repeated(left, right) is { } repeated => repeated,
            ("*", _, _) when Repeated(right, left) is { } repeated => repeated,
            _ => throw TemplateFault.Type($"'{sign}' is not supported between '{left.TypeName}' and '{right.TypeName}'."),
        };
    }

    public static bool Compare(string sign, JinjaValue left, JinjaValue right) => sign switch
    {
        "==" => PythonEquality.Instance.Equals(left, right),
        "!=" => !PythonEquality.Instance.Equals(left, right),
        "<" => PythonOrder.Compare(left, right, sign) < 0,
        "<=" => PythonOrder.Compare(left, right, sign) <= 0,
        ">" => PythonOrder.Compare(left, right, sign) > 0,
        ">=" => PythonOrder.Compare(left, right, sign) >= 0,
        "in" => Contains(right, left),
        _ => !Contains(right, left),
    };

    /// <summary>Whether a value is in another: text in text, an element in a sequence, a key in a map.</summary>
    public static bool Contains(JinjaValue whole, JinjaValue part) => (whole, part) switch
    {
        (UndefinedValue, _) => false,
        (TextValue text, TextValue sought) => text.Text.Contains(sought.Text, StringComparison.Ordinal),
        (SequenceValue sequence, _) => sequence.Walk().Any(element => PythonEquality.Instance.Equals(element, part)),
        (MapValue map, _) => PythonEquality.Hashable(part) ? map.Find(part) is not null : throw TemplateFault.Type($"unhashable type: '{part.TypeName}'."),
        (TextValue, _) => throw TemplateFault.Type($"'in' a text needs a text on its left, not '{part.TypeName}'."),
        _ => throw TemplateFault.Type($"a value of type '{whole.TypeName}' cannot be searched with 'in'."),
    };

    /// <summary>Texts one after the other.</summary>
    public static MarkedText Join(IEnumerable<MarkedText> parts)
    {
        var joined = new MarkedTextBuilder(TemplateLimits.Text);
        foreach (var part in parts)
            joined.Append(part);
        return joined.ToText();
    }

    /// <summary>The elements of whatever can be walked: text by characters, a map by keys.</summary>
    public static IReadOnlyList<JinjaValue> Walk(JinjaValue value) => value switch
    {
        SequenceValue sequence => sequence.Walk(),
        TextValue text => new TextElements(new(text.Marked)),
        MapValue map => [.. map.Entries.Keys],
        UndefinedValue => [],
        _ => throw TemplateFault.Type($"a value of type '{value.TypeName}' cannot be walked."),
    };

    /// <summary>How many elements a value has.</summary>
    public static int Length(JinjaValue value) => value switch
    {
        TextValue text => new CodePoints(text.Marked).Count,
        MapValue map => map.Count,
        SequenceValue { Kind: not SequenceKind.Stream } sequence => sequence.Elements.Count,
        LoopValue loop => (int)((IntegerValue)loop.Attribute("length")).Value,
        UndefinedValue => 0,
        _ => throw TemplateFault.Type($"a value of type '{value.TypeName}' has no length."),
    };

    /// <summary>Throws if the value is not there.</summary>
    public static JinjaValue Refuse(JinjaValue value) => value is UndefinedValue undefined ? throw TemplateFault.Undefined(undefined.Problem + ".") : value;

    private static JinjaValue? Repeated(JinjaValue value, JinjaValue times)
    {
        if (times is not (IntegerValue or BooleanValue) || value is not (TextValue or SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple }))
            return null;
        var length = value is TextValue text ? text.Text.Length : ((SequenceValue)value).Elements.Count;
        var whole = PythonNumber.Of(times)!.Value.Whole;
        if (whole.Sign <= 0 || length == 0)
            return value is TextValue ? MarkedText.Empty : new SequenceValue(((SequenceValue)value).Kind, []);
        if (whole * length > (value is TextValue ? TemplateLimits.Text : TemplateLimits.Elements))
            throw new TemplateFault("a repetition grows too large.", "Repeat less often.");
        return value is TextValue once ? Join(Enumerable.Repeat(once.Marked, (int)whole))
            : new SequenceValue(((SequenceValue)value).Kind, Enumerable.Repeat(((SequenceValue)value).Elements, (int)whole).SelectMany(each => each));
    }
}
