using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Filters of lists and maps as a whole.</summary>
internal static class SequenceFilters
{
    public static void AddTo(Dictionary<string, Filters.Filter> filters)
    {
        filters["length"] = filters["count"] = (_, value, arguments) => Only(arguments, Operators.Length(value));
        filters["list"] = (_, value, arguments) => Only(arguments, new SequenceValue(SequenceKind.List, Operators.Walk(value)));
        filters["first"] = (_, value, arguments) => Only(arguments, value is TextValue { Truth: true } text ? new CodePoints(text.Marked)[0] : Operators.Walk(value) is [var first, ..] ? first : new UndefinedValue("there is no first item, the sequence is empty"));
        filters["last"] = (_, value, arguments) => Only(arguments, Reversible(value) is [.., var last] ? last : new UndefinedValue("there is no last item, the sequence is empty"));
        filters["reverse"] = (_, value, arguments) => Only(arguments, Reversed(value));
        filters["items"] = (_, value, arguments) => Only(arguments, Items(value));
        filters["join"] = Join;
        filters["sort"] = Sort;
        filters["unique"] = Unique;
        filters["dictsort"] = SortMap;
        filters["batch"] = Batch;
    }

    private static JinjaValue Only(Arguments arguments, JinjaValue result)
    {
        arguments.Bind();
        return result;
    }

    private static IReadOnlyList<JinjaValue> Reversible(JinjaValue value) => value is SequenceValue { Kind: SequenceKind.Stream }
        ? throw TemplateFault.Type("a generator cannot be read from its end; make it a list first, with '|list'.")
        : Operators.Walk(value);

    private static JinjaValue Reversed(JinjaValue value)
    {
        if (value is not TextValue text)
            return new SequenceValue(SequenceKind.Stream, Operators.Walk(value).Reverse());
        var points = new CodePoints(text.Marked);
        return Operators.Join(Enumerable.Range(0, points.Count).Select(index => points[points.Count - 1 - index]));
    }

    private static JinjaValue Items(JinjaValue value) => value switch
    {
        UndefinedValue => new SequenceValue(SequenceKind.Stream, []),
        MapValue map => new SequenceValue(SequenceKind.Stream, MapMethods.Items(map)),
        _ => throw TemplateFault.Type("'items' can only get pairs from a map."),
    };

    private static JinjaValue Join(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("d", "attribute");
        var separator = bound[0] is null ? MarkedText.Empty : PythonText.Str(bound[0]!);
        var parts = Operators.Walk(value);
        var attribute = bound[1] is null or NoneValue ? null : AttributePath.Of(bound[1]!);
        var joined = new MarkedTextBuilder(TemplateLimits.Text);
        foreach (var (index, part) in parts.Index())
        {
            if (index > 0)
                joined.Append(separator);
            joined.Append(PythonText.Str(attribute?.Find(part) ?? part));
        }
        return joined.ToText();
    }

    private static JinjaValue Sort(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("reverse", "case_sensitive", "attribute");
        var paths = bound[2] is TextValue names ? [.. names.Text.Split(',').Select(name => AttributePath.Of(JinjaValue.Template(name)))]
            : bound[2] is null or NoneValue ? [] : (AttributePath[])[AttributePath.Of(bound[2]!)];
        Func<JinjaValue, JinjaValue> key = element => Folded(element, bound[1]);
        if (paths is [var only])
            key = element => Folded(only.Find(element), bound[1]);
        else if (paths.Length > 1)
            key = element => new SequenceValue(SequenceKind.List, paths.Select(path => Folded(path.Find(element), bound[1])));
        return new SequenceValue(SequenceKind.List, Ordered(evaluation, Operators.Walk(value), key, bound[0] is { Truth: true }));
    }

    private static JinjaValue SortMap(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("case_sensitive", "by", "reverse");
        var by = bound[1] is null ? "key" : PythonText.Str(bound[1]!).Text;
        if (by is not ("key" or "value"))
            throw TemplateFault.Type("'dictsort' sorts by 'key' or by 'value'.");
        var items = MapMethods.Items(Operators.Refuse(value) as MapValue ?? throw TemplateFault.Type($"'dictsort' sorts a map, not '{value.TypeName}'."));
        return new SequenceValue(SequenceKind.List, Ordered(evaluation, [.. items], item => Folded(((SequenceValue)item).Elements[by == "key" ? 0 : 1], bound[0]), bound[2] is { Truth: true }));
    }

    private static JinjaValue Unique(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("case_sensitive", "attribute");
        var path = bound[1] is null or NoneValue ? null : AttributePath.Of(bound[1]!);
        var seen = new HashSet<JinjaValue>(PythonEquality.Instance);
        return new SequenceValue(SequenceKind.Stream, Operators.Walk(value).Where(element =>
        {
            var key = Folded(path?.Find(element) ?? element, bound[0]);
            return PythonEquality.Hashable(key) ? seen.Add(key) : throw TemplateFault.Type($"unhashable type: '{key.TypeName}'.");
        }));
    }

    private static JinjaValue Batch(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.BindAtLeast(1, "linecount", "fill_with");
        var size = arguments.Whole(bound[0], "linecount", 1);
        if (size < 1 || size > TemplateLimits.Elements)
            throw TemplateFault.Type($"'batch' needs a size from 1 to {TemplateLimits.Elements}.");
        return new SequenceValue(SequenceKind.Stream, Operators.Walk(value).Chunk(size).Select(chunk => new SequenceValue(SequenceKind.List,
            bound[1] is null or NoneValue ? chunk : chunk.Concat(Enumerable.Repeat(bound[1]!, size - chunk.Length)))));
    }

    /// <summary>Text in small letters unless case counts.</summary>
    internal static JinjaValue Folded(JinjaValue value, JinjaValue? caseSensitive) =>
        value is TextValue text && caseSensitive is not { Truth: true } ? Casing.Lower(text.Marked) : value;

    /// <summary>In order; what is equal stays in the order that it has.</summary>
    private static IEnumerable<JinjaValue> Ordered(Evaluation evaluation, IReadOnlyList<JinjaValue> elements, Func<JinjaValue, JinjaValue> key, bool reverse)
    {
        var comparer = Comparer<JinjaValue>.Create((left, right) =>
        {
            evaluation.Step();
            return PythonOrder.Compare(left, right);
        });
        var keyed = elements.Select(element => (Key: key(element), Element: element)).ToArray();
        return (reverse ? keyed.OrderByDescending(each => each.Key, comparer) : keyed.OrderBy(each => each.Key, comparer)).Select(each => each.Element);
    }
}
