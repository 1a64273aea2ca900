namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Order as Python has it: numbers with numbers, text with text, sequences with sequences of the same kind; anything else is an error.</summary>
internal static class PythonOrder
{
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <param name="sign">How the template writes the comparison, for the message.</param>
    /// <returns>Less than, equal to or greater than 0, as left is to right.</returns>
    public static int Compare(JinjaValue left, JinjaValue right, string sign = "<") => (left, right) switch
    {
        (UndefinedValue undefined, _) => throw TemplateFault.Undefined(undefined.Problem + "."),
        (_, UndefinedValue undefined) => throw TemplateFault.Undefined(undefined.Problem + "."),
        (TextValue a, TextValue b) => Compare(a.Text, b.Text),
        (SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple } a, SequenceValue b) when a.Kind == b.Kind =>
            a.Elements.Zip(b.Elements).FirstOrDefault(pair => !PythonEquality.Instance.Equals(pair.First, pair.Second)) is { First: not null } first
                ? Compare(first.First, first.Second, sign)
                : a.Elements.Count.CompareTo(b.Elements.Count),
        _ => PythonNumber.Of(left) is { } x && PythonNumber.Of(right) is { } y ? x.CompareTo(y)
            : throw TemplateFault.Type($"'{sign}' is not supported between '{left.TypeName}' and '{right.TypeName}'."),
    };

    /// <summary>By code point, where UTF-16 would put characters beyond U+FFFF before some below.</summary>
    private static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        var (a, b) = (left[same], right[same]);
        return char.IsSurrogate(a) != char.IsSurrogate(b) ? char.IsSurrogate(a) ? 1 : -1 : a.CompareTo(b);
    }
}
