using System.Numerics;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>What can stand after <c>is</c>.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Func<JinjaValue, bool>> Plain = new(StringComparer.Ordinal)
    {
        ["defined"] = value => value is not UndefinedValue,
        ["undefined"] = value => value is UndefinedValue,
        ["none"] = value => value is NoneValue,
        ["string"] = value => value is TextValue,
        ["number"] = value => PythonNumber.Of(value) is not null,
        ["integer"] = value => value is IntegerValue,
        ["float"] = value => value is FloatValue,
        ["boolean"] = value => value is BooleanValue,
        ["true"] = value => value is BooleanValue { Value: true },
        ["false"] = value => value is BooleanValue { Value: false },
        ["mapping"] = value => value is MapValue,
        ["iterable"] = value => value is SequenceValue or TextValue or MapValue or UndefinedValue,
        ["sequence"] = value => value is TextValue or MapValue or UndefinedValue or SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range },
        ["callable"] = value => value is FunctionValue or UndefinedValue,
        ["odd"] = value => !(Rest(value, 2) is BigInteger rest && rest.IsZero),
        ["even"] = value => Rest(value, 2) is BigInteger rest && rest.IsZero,
        ["lower"] = value => PythonText.Str(value).Text is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["upper"] = value => PythonText.Str(value).Text is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["escaped"] = _ => false,
    };

    private static readonly Dictionary<string, string> Comparisons = new(StringComparer.Ordinal)
    {
        ["eq"] = "==",
        ["equalto"] = "==",
        ["=="] = "==",
        ["ne"] = "!=",
        ["!="] = "!=",
        ["gt"] = ">",
        ["greaterthan"] = ">",
        [">"] = ">",
        ["ge"] = ">=",
        [">="] = ">=",
        ["lt"] = "<",
        ["lessthan"] = "<",
        ["<"] = "<",
        ["le"] = "<=",
        ["<="] = "<=",
        ["in"] = "in",
    };

    public static bool Apply(Evaluation evaluation, string name, JinjaValue value, Arguments arguments)
    {
        evaluation.Step();
        if (Plain.TryGetValue(name, out var test))
        {
            arguments.Bind();
            return test(value);
        }
        if (Comparisons.TryGetValue(name, out var sign))
        {
            var other = arguments.BindAtLeast(1, "other")[0]!;
            evaluation.Charge(other, new(sign, [value], []));
            return Operators.Compare(sign, value, other);
        }
        return name switch
        {
            "divisibleby" => PythonNumber.Of(Operators.Refuse(value)) is { } number && PythonNumber.Of(arguments.BindAtLeast(1, "num")[0]!) is { } divisor
                ? (number % divisor).Real == 0
                : throw TemplateFault.Type("'divisibleby' compares numbers."),
            "sameas" => arguments.BindAtLeast(1, "other")[0]! is var other && (ReferenceEquals(value, other)
                || value is not (SequenceValue or MapValue or UndefinedValue) && value.TypeName == other.TypeName && PythonEquality.Instance.Equals(value, other)),
            "filter" => Filters.Has(PythonText.Str(value).Text),
            "test" => Has(PythonText.Str(value).Text),
            _ => throw new TemplateFault($"there is no test '{name}'.", $"Known are {string.Join(", ", Plain.Keys.Concat(Comparisons.Keys).Order(StringComparer.Ordinal))}, divisibleby and sameas."),
        };
    }

    private static bool Has(string name) => Plain.ContainsKey(name) || Comparisons.ContainsKey(name) || name is "divisibleby" or "sameas" or "filter" or "test";

    private static BigInteger? Rest(JinjaValue value, int divisor) => Operators.Refuse(value) switch
    {
        IntegerValue or BooleanValue => BigInteger.Remainder(PythonNumber.Of(value)!.Value.Whole, divisor),
        FloatValue number => number.Value % divisor == 0 ? BigInteger.Zero : BigInteger.One,
        _ => throw TemplateFault.Type($"a value of type '{value.TypeName}' is neither odd nor even."),
    };
}
