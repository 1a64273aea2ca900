using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Filters that look at each element: <c>map</c>, <c>select</c>, <c>reject</c>, <c>selectattr</c>, <c>rejectattr</c>.</summary>
internal static class SelectionFilters
{
    public static void AddTo(Dictionary<string, Filters.Filter> filters)
    {
        filters["map"] = Map;
        filters["select"] = (evaluation, value, arguments) => Select(evaluation, value, arguments, wanted: true);
        filters["reject"] = (evaluation, value, arguments) => Select(evaluation, value, arguments, wanted: false);
        filters["selectattr"] = (evaluation, value, arguments) => SelectAttribute(evaluation, value, arguments, wanted: true);
        filters["rejectattr"] = (evaluation, value, arguments) => SelectAttribute(evaluation, value, arguments, wanted: false);
    }

    private static JinjaValue Map(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var bound = new Arguments(arguments.Function, [], arguments.Named).Bind("attribute", "default");
            var path = AttributePath.Of(bound[0] ?? throw TemplateFault.Type("'map' needs the name of a filter, or an attribute."));
            return new SequenceValue(SequenceKind.Stream, Operators.Walk(value).Select(element => path.Find(element) is var found && found is UndefinedValue && bound[1] is { } absent ? absent : found));
        }
        var name = arguments.Text(arguments.Positional[0], "filter").Text;
        var rest = arguments.Rest(name);
        return new SequenceValue(SequenceKind.Stream, Operators.Walk(value).Select(element => Filters.Apply(evaluation, name, element, rest)));
    }

    private static SequenceValue Select(Evaluation evaluation, JinjaValue value, Arguments arguments, bool wanted) =>
        new(SequenceKind.Stream, Operators.Walk(value).Where(Predicate(evaluation, arguments, wanted)));

    private static SequenceValue SelectAttribute(Evaluation evaluation, JinjaValue value, Arguments arguments, bool wanted)
    {
        if (arguments.Positional.Count == 0)
            throw TemplateFault.Type($"'{arguments.Function}' needs the name of an attribute.");
        var path = AttributePath.Of(arguments.Positional[0]);
        var holds = Predicate(evaluation, arguments.Rest(arguments.Function), wanted);
        return new(SequenceKind.Stream, Operators.Walk(value).Where(element => holds(path.Find(element))));
    }

    private static Func<JinjaValue, bool> Predicate(Evaluation evaluation, Arguments arguments, bool wanted)
    {
        if (arguments.Positional.Count == 0)
            return element => element.Truth == wanted;
        var name = arguments.Text(arguments.Positional[0], "test").Text;
        var rest = arguments.Rest(name);
        return element => Tests.Apply(evaluation, name, element, rest) == wanted;
    }
}
