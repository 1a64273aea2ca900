using System.Text.Json;

namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>Reads a JSON schema (draft 2020-12) as far as it can be promised to be kept; the rest is refused by name.</summary>
internal sealed class SchemaReader
{
    private const int MostNodes = 20_000;
    private const int MostDepth = 64;

    /// <summary>Keywords that say nothing about which values are valid.</summary>
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
        "contentEncoding", "contentMediaType",
    };

    private static readonly string[] Kinds = ["null", "boolean", "integer", "number", "string", "array", "object"];

    private readonly JsonElement root;
    private readonly string document;
    private readonly SchemaNode any;
    private readonly SchemaMeet meet;
    private readonly Dictionary<string, SchemaNode> known = new(StringComparer.Ordinal);
    private readonly List<(string Place, IReadOnlyList<SchemaNode> Branches)> exclusive = [];

    private SchemaReader(JsonElement root, string document)
    {
        (this.root, this.document) = (root, document);
        any = new(document, () => [.. Kinds.Where(kind => kind != "integer").Select(kind => Free(kind))]);
        meet = new(any);
    }

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="document">What errors call it.</param>
    /// <exception cref="InputException">The schema is malformed, asks for what is not supported, or cannot be satisfied.</exception>
    public static SchemaNode Read(JsonElement schema, string document)
    {
        var reader = new SchemaReader(schema, document);
        var node = reader.Node(schema, "#");
        reader.Settle(node);
        foreach (var (place, branches) in reader.exclusive)
            reader.RefuseOverlap(place, branches);
        if (node.Height > JsonText.Frame.MaximumDepth)
            throw new InputException($"{document} #", "no value satisfies the schema.", "Look for bounds that cross, required properties that may not be there, and references without end.");
        return node;
    }

    private void Settle(SchemaNode node)
    {
        if (!node.Settle(MostNodes))
            throw new InputException(document, $"the schema stands for more than {MostNodes} schemas.", "Write a smaller one, or use allOf less.");
    }

    private void RefuseOverlap(string place, IReadOnlyList<SchemaNode> branches)
    {
        foreach (var branch in branches)
            Settle(branch);
        for (var one = 0; one < branches.Count; one++)
        {
            for (var other = one + 1; other < branches.Count; other++)
            {
                if (!new SchemaDisjointness().Apart(branches[one], branches[other]))
                    throw new InputException(place, $"a value may satisfy the schemas {one} and {other} of this oneOf at once, and then it would not be valid.",
                        "Use anyOf, or tell them apart by type, by a const in a required property, or by a property that one requires and the other forbids.");
            }
        }
    }

    private SchemaNode Node(JsonElement schema, string pointer)
    {
        if (pointer.Count(letter => letter == '/') > 4 * MostDepth)
            throw Wrong(pointer, "the schema is nested too deeply.", "Use $defs and $ref.");
        if (!known.TryGetValue(pointer, out var node))
            known[pointer] = node = new($"{document} {pointer}", () => Shapes(schema, pointer));
        return node;
    }

    private IReadOnlyList<Shape> Shapes(JsonElement schema, string pointer)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return schema.GetBoolean() ? any.Shapes : [];
        var keys = new SchemaKeys(schema, document, pointer);
        IReadOnlyList<Shape>? shapes = Own(keys);
        if (keys.Take("$ref") is { } reference)
            Narrow(Referred(keys, reference).Shapes);
        foreach (var (part, at) in keys.TakeList("allOf"))
            Narrow(Node(part, at).Shapes);
        if (keys.TakeList("anyOf") is { Count: > 0 } some)
            Narrow([.. some.SelectMany(each => Node(each.Value, each.Pointer).Shapes)]);
        if (keys.TakeList("oneOf") is { Count: > 0 } one)
        {
            var branches = one.Select(each => Node(each.Value, each.Pointer)).ToList();
            exclusive.Add((keys.Place("oneOf"), branches));
            Narrow([.. branches.SelectMany(branch => branch.Shapes)]);
        }
        if (keys.Take("const") is { } constant)
            Narrow(Literals([constant], keys.Place("const")));
        if (keys.Take("enum") is { } values)
            Narrow(Literals([.. values.ValueKind == JsonValueKind.Array ? values.EnumerateArray() : throw keys.Wrong("enum", "expected a list of values.", "Write [\"a\", \"b\"].")], keys.Place("enum")));
        keys.RefuseRest(Annotations);
        return shapes ?? any.Shapes;

        void Narrow(IReadOnlyList<Shape> others) => shapes = shapes is null ? others : meet.Of(shapes, others, keys.Place(""));
    }

    /// <summary>What the keywords say that are about values of a type; null if there are none.</summary>
    private List<Shape>? Own(SchemaKeys keys)
    {
        var kinds = keys.Kinds(Kinds);
        var (text, number, list, thing) = (TextShape(keys), NumberShapes(keys, kinds), ListShape(keys), ThingShape(keys));
        if (kinds is null && text is null && number is null && list is null && thing is null)
            return null;
        var shapes = new List<Shape>();
        foreach (var kind in kinds ?? [.. Kinds.Where(kind => kind != "integer")])
        {
            shapes.Add(kind switch
            {
                "string" => text ?? Free(kind),
                "array" => list ?? Free(kind),
                "object" => thing ?? Free(kind),
                "integer" or "number" when number is not null => number(kind == "integer"),
                _ => Free(kind),
            });
        }
        return shapes;
    }

    private Shape Free(string kind) => kind switch
    {
        "null" => new ScalarShape(ScalarKind.Null, CodePointAutomaton.Of(["null"])),
        "boolean" => new ScalarShape(ScalarKind.Boolean, CodePointAutomaton.Of(["true", "false"])),
        "integer" => new ScalarShape(ScalarKind.Number, NumberTexts.Integers),
        "number" => new ScalarShape(ScalarKind.Number, NumberTexts.Numbers),
        "string" => new StringShape(null, 0, null),
        "array" => new ArrayShape([], any, 0, null),
        _ => new ObjectShape([], any),
    };

    private static StringShape? TextShape(SchemaKeys keys)
    {
        var (least, most) = (keys.Count("minLength"), keys.Count("maxLength"));
        CodePointAutomaton? pattern = null;
        if (keys.TakeText("pattern") is { } expression)
            pattern = Pattern.Anywhere(expression, keys.Place("pattern"));
        if (keys.TakeText("format") is { } format)
        {
            var texts = StringFormats.Of(format) ?? throw keys.Wrong("format", $"the format '{format}' is not supported.", $"Known are {string.Join(", ", StringFormats.Names)}; or leave it out.");
            pattern = pattern is null ? texts : pattern.And(texts) ?? throw keys.Wrong("pattern", "it is too large together with the format.", "Leave one of them out.");
        }
        if (pattern is null)
            return least is null && most is null ? null : new(null, least ?? 0, most);
        return new(least is null && most is null ? pattern : pattern.OfLength(least ?? 0, most) ?? throw keys.Wrong("pattern", "it is too large together with the length.", "Say the length in the pattern, or leave it out."), 0, null);
    }

    private static Func<bool, ScalarShape>? NumberShapes(SchemaKeys keys, IReadOnlyList<string>? kinds)
    {
        var least = Tighter(keys.Bound("minimum", exclusive: false), keys.Bound("exclusiveMinimum", exclusive: true), 1);
        var most = Tighter(keys.Bound("maximum", exclusive: false), keys.Bound("exclusiveMaximum", exclusive: true), -1);
        if (keys.Take("multipleOf") is { } step && !(step.ValueKind == JsonValueKind.Number && step.GetRawText() == "1" && kinds is ["integer"]))
            throw keys.Wrong("multipleOf", "it is not supported.", "Leave it out; integers need none, and few allowed numbers can stand in an enum.");
        return least is null && most is null ? null : integer => new(ScalarKind.Number, NumberTexts.Between(integer, least, most));
    }

    private static NumberBound? Tighter(NumberBound? one, NumberBound? other, int sign) =>
        one is not { } a ? other
        : other is not { } b ? one
        : a.Value == b.Value ? (a.Exclusive ? a : b)
        : (a.Value > b.Value) == (sign > 0) ? a : b;

    private ArrayShape? ListShape(SchemaKeys keys)
    {
        var first = keys.TakeList("prefixItems").Select(each => Node(each.Value, each.Pointer)).ToList();
        var rest = keys.Take("items") is { } items ? Node(items, keys.Pointer("items")) : null;
        var (least, most) = (keys.Count("minItems"), keys.Count("maxItems"));
        if (keys.Take("uniqueItems") is { ValueKind: not JsonValueKind.False })
            throw keys.Wrong("uniqueItems", "it is not supported.", "Leave it out, and drop what comes twice afterwards.");
        return first.Count == 0 && rest is null && least is null && most is null ? null : new(first, rest ?? any, least ?? 0, most);
    }

    private ObjectShape? ThingShape(SchemaKeys keys)
    {
        var declared = keys.TakeMembers("properties").Select(each => (each.Name, Node: Node(each.Value, each.Pointer))).ToList();
        var required = keys.TakeNames("required");
        var additional = keys.Take("additionalProperties") is { } others ? Node(others, keys.Pointer("additionalProperties")) : null;
        if (declared.Count == 0 && required.Count == 0 && additional is null)
            return null;
        var names = declared.Select(each => each.Name).ToHashSet(StringComparer.Ordinal);
        return new(
            [
                .. declared.Select(each => new PropertyShape(each.Name, each.Node, required.Contains(each.Name))),
                .. required.Where(name => !names.Contains(name)).Select(name => new PropertyShape(name, additional ?? any, true)),
            ],
            additional ?? any);
    }

    private SchemaNode Referred(SchemaKeys keys, JsonElement reference)
    {
        var text = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : "";
        if (text != "#" && !text.StartsWith("#/", StringComparison.Ordinal))
            throw keys.Wrong("$ref", "only references into the same schema are supported.", "Write \"#/$defs/NAME\", or \"#\" for the whole.");
        var found = root;
        foreach (var part in Uri.UnescapeDataString(text).Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            found = found.ValueKind == JsonValueKind.Object && found.TryGetProperty(part, out var member) ? member
                : found.ValueKind == JsonValueKind.Array && int.TryParse(part, out var index) && index >= 0 && index < found.GetArrayLength() ? found[index]
                : throw keys.Wrong("$ref", $"'{text}' leads nowhere.", "Define it under $defs.");
        }
        return Node(found, Uri.UnescapeDataString(text));
    }

    /// <summary>Exactly these values.</summary>
    private static List<Shape> Literals(IReadOnlyList<JsonElement> values, string place)
    {
        var shapes = new List<Shape>();
        if (values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!).ToList() is { Count: > 0 } texts)
            shapes.Add(new StringShape(CodePointAutomaton.Of(texts), 0, null));
        foreach (var kind in values.Where(value => value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null).GroupBy(value => value.ValueKind switch
        {
            JsonValueKind.Number => ScalarKind.Number,
            JsonValueKind.Null => ScalarKind.Null,
            _ => ScalarKind.Boolean,
        }))
        {
            shapes.Add(new ScalarShape(kind.Key, CodePointAutomaton.Of(kind.Select(value => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? NumberTexts.Plain(number) : value.GetRawText()))));
        }
        foreach (var value in values)
        {
            if (value.ValueKind == JsonValueKind.Array)
                shapes.Add(new ArrayShape([.. value.EnumerateArray().Select(each => Literal(each, place))], SchemaNode.Nothing, value.GetArrayLength(), value.GetArrayLength()));
            else if (value.ValueKind == JsonValueKind.Object)
                shapes.Add(new ObjectShape([.. value.EnumerateObject().Select(each => new PropertyShape(each.Name, Literal(each.Value, place), true))], SchemaNode.Nothing));
        }
        return shapes;
    }

    private static SchemaNode Literal(JsonElement value, string place) => new(place, () => Literals([value], place));

    private InputException Wrong(string pointer, string problem, string remedy) => new($"{document} {pointer}", problem, remedy);
}
