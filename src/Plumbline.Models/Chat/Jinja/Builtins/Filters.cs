using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>What can stand after a bar.</summary>
/// <remarks>A filter gets the value and the arguments after it.</remarks>
internal static class Filters
{
    public delegate JinjaValue Filter(Evaluation evaluation, JinjaValue value, Arguments arguments);

    private static readonly Dictionary<string, Filter> Known = new(StringComparer.Ordinal);

    /// <summary>Filters that take text apart into its characters.</summary>
    private static readonly HashSet<string> Walking =
        ["list", "first", "last", "reverse", "join", "sort", "unique", "batch", "map", "select", "reject", "selectattr", "rejectattr", "sum", "min", "max"];

    static Filters()
    {
        TextFilters.AddTo(Known);
        SequenceFilters.AddTo(Known);
        SelectionFilters.AddTo(Known);
        NumberFilters.AddTo(Known);
        Known["tojson"] = (_, value, arguments) => JsonText.Write(value, arguments);
        Known["default"] = Known["d"] = Default;
    }

    public static bool Has(string name) => Known.ContainsKey(name);

    public static JinjaValue Apply(Evaluation evaluation, string name, JinjaValue value, Arguments arguments)
    {
        if (!Known.TryGetValue(name, out var filter))
            throw new TemplateFault($"there is no filter '{name}'.", $"Known are {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}.");
        evaluation.Charge(value, arguments);
        if (value is TextValue text)
            evaluation.Step(Walking.Contains(name) ? text.Text.Length : text.Text.Length / 16);
        var result = filter(evaluation, value, arguments);
        evaluation.Charge(result);
        return result;
    }

    private static JinjaValue Default(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("default_value", "boolean");
        return value is UndefinedValue || bound[1] is { Truth: true } && !value.Truth ? bound[0] ?? MarkedText.Empty : value;
    }
}
