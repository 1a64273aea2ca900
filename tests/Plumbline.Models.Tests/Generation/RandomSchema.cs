using System.Text.Json.Nodes;

namespace Plumbline.Models.Tests.Generation;

/// <summary>Schemas at random, each with a way to draw instances that are valid for it, without any automaton.</summary>
internal sealed class RandomSchema
{
    private static readonly string[] Names = ["a", "ab", "name", "naïve", "quote\"d", "x/y~z", ""];
    private static readonly string[] Texts = ["", "a", "yes", "nö", "\"", "\\", "a/b", "line\nbreak", "tab\t", "€", "日本", "😀😀", "<&>'+"];

    private readonly Random random;

    private RandomSchema(JsonNode schema, Func<int, JsonNode?> draw, Random random) => (Schema, this.draw, this.random) = (schema, draw, random);

    private readonly Func<int, JsonNode?> draw;

    public JsonNode Schema { get; }

    /// <summary>A valid instance.</summary>
    public JsonNode? Draw() => draw(0);

    /// <summary>One kind of schema, and how to draw from it.</summary>
    private readonly record struct Kind(JsonNode Schema, Func<int, JsonNode?> Draw);

    public static RandomSchema Make(int seed)
    {
        var random = new Random(seed);
        var maker = new RandomSchema(new JsonObject(), _ => null, random);
        if (seed % 7 == 0)
            return maker.Recursive();
        var kind = maker.Any(3);
        return new(kind.Schema, kind.Draw, random);
    }

    /// <summary>A list in a list: every node has a value and perhaps a next one.</summary>
    private RandomSchema Recursive()
    {
        var leaf = Any(1);
        var schema = new JsonObject
        {
            ["$ref"] = "#/$defs/node",
            ["$defs"] = new JsonObject
            {
                ["leaf"] = leaf.Schema,
                ["node"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["value"] = Reference("leaf"),
                        ["next"] = new JsonObject { ["anyOf"] = new JsonArray(Reference("node"), new JsonObject { ["type"] = "null" }) },
                        ["others"] = new JsonObject { ["type"] = "array", ["items"] = Reference("node"), ["maxItems"] = 2 },
                    },
                    ["required"] = new JsonArray("next", "value"),
                    ["additionalProperties"] = false,
                },
            },
        };
        return new(schema, Node, random);

        JsonNode? Node(int depth)
        {
            var node = new JsonObject { ["value"] = leaf.Draw(depth), ["next"] = depth > 3 || random.Next(2) == 0 ? null : Node(depth + 1) };
            if (depth < 3 && random.Next(2) == 0)
                node["others"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Node(depth + 1))]);
            return node;
        }

        static JsonObject Reference(string name) => new() { ["$ref"] = $"#/$defs/{name}" };
    }

    private Kind Any(int depth) => random.Next(depth > 0 ? 14 : 8) switch
    {
        0 => new(new JsonObject { ["type"] = "boolean" }, _ => random.Next(2) == 0),
        1 => new(new JsonObject { ["type"] = new JsonArray("null", "integer") }, _ => random.Next(2) == 0 ? null : random.Next(-1000, 1000)),
        2 => Number(),
        3 => Text(),
        4 => Matching(),
        5 => Enumeration(),
        6 => Between(),
        7 => new(new JsonObject { ["const"] = JsonNode.Parse("""{"k":[1,"x",null,{"y":false}]}""") }, _ => JsonNode.Parse("""{"k":[1,"x",null,{"y":false}]}""")),
        8 or 9 => List(depth),
        10 => Union(depth),
        11 => Both(depth),
        _ => Thing(depth),
    };

    private Kind Number() => new(new JsonObject { ["type"] = "number" }, _ => random.Next(4) switch
    {
        0 => random.Next(-5, 6),
        1 => Math.Round(random.NextDouble() * 2000 - 1000, random.Next(6)),
        2 => random.NextDouble() * Math.Pow(10, random.Next(-40, 40)),
        _ => -random.NextDouble(),
    });

    private Kind Between()
    {
        var (low, width, exclusive, whole) = (random.Next(-300, 300), random.Next(1, 400), random.Next(2) == 0, random.Next(2) == 0);
        decimal least = whole ? low : low / 8m, most = least + (whole ? width + 1 : width / 8m + 0.5m);
        var schema = new JsonObject { ["type"] = whole ? "integer" : "number", [exclusive ? "exclusiveMinimum" : "minimum"] = least, [exclusive ? "exclusiveMaximum" : "maximum"] = most };
        return new(schema, _ => whole ? random.Next((int)least + (exclusive ? 1 : 0), (int)most + (exclusive ? 0 : 1)) : Math.Clamp(Math.Round(least + (most - least) * (decimal)random.NextDouble(), 4), least + 0.01m, most - 0.01m));
    }

    private Kind Text()
    {
        var (least, most) = (random.Next(3), random.Next(3, 9));
        var schema = new JsonObject { ["type"] = "string" };
        if (random.Next(2) == 0)
            return new(schema, _ => Texts[random.Next(Texts.Length)]);
        schema["minLength"] = least;
        schema["maxLength"] = most;
        return new(schema, _ => string.Concat(Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => ((string[])["a", "é", "€", "😀", "\n", "\""])[random.Next(6)])));
    }

    private Kind Matching() => random.Next(5) switch
    {
        0 => new(new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Z]{2,4}-\\d+$" }, _ => $"AB{(random.Next(2) == 0 ? "C" : "")}-{random.Next(1000)}"),
        1 => new(new JsonObject { ["type"] = "string", ["pattern"] = "ab+c" }, _ => Texts[random.Next(Texts.Length)] + "abbc" + Texts[random.Next(Texts.Length)]),
        2 => new(new JsonObject { ["type"] = "string", ["pattern"] = "^(a|é|[€-₿])*$", ["maxLength"] = 5 }, _ => ((string[])["", "aé€", "₿₿aaa"])[random.Next(3)]),
        3 => new(new JsonObject { ["type"] = "string", ["format"] = "date" }, _ => new DateOnly(2000, 1, 1).AddDays(random.Next(40_000)).ToString("O", System.Globalization.CultureInfo.InvariantCulture)),
        _ => new(new JsonObject { ["type"] = "string", ["format"] = "uuid" }, _ => new Guid(random.Next(), 1, 2, [1, 2, 3, 4, 5, 6, 7, 8]).ToString()),
    };

    private Kind Enumeration()
    {
        string[] values = ["\"red\"", "\"red dish\"", "\"blå\"", "1", "-2.5", "true", "null", "[1,2]", "{}"];
        var chosen = values.Where(_ => random.Next(2) == 0).DefaultIfEmpty("7").ToArray();
        return new(new JsonObject { ["enum"] = new JsonArray([.. chosen.Select(value => JsonNode.Parse(value))]) }, _ => JsonNode.Parse(chosen[random.Next(chosen.Length)]));
    }

    private Kind List(int depth)
    {
        var (items, least, most) = (Any(depth - 1), random.Next(3), random.Next(2, 5));
        var first = random.Next(3) == 0 ? [Any(depth - 1), Any(depth - 1)] : Array.Empty<Kind>();
        var schema = new JsonObject { ["type"] = "array", ["items"] = items.Schema, ["minItems"] = least, ["maxItems"] = most };
        if (first.Length > 0)
            schema["prefixItems"] = new JsonArray([.. first.Select(each => each.Schema)]);
        return new(schema, level => new JsonArray([.. Enumerable.Range(0, random.Next(least, most + 1)).Select(index => (index < first.Length ? first[index] : items).Draw(level))]));
    }

    private Kind Union(int depth)
    {
        var branches = Enumerable.Range(0, random.Next(2, 4)).Select(_ => Any(depth - 1)).ToArray();
        return new(new JsonObject { ["anyOf"] = new JsonArray([.. branches.Select(branch => branch.Schema)]) }, level => branches[random.Next(branches.Length)].Draw(level));
    }

    /// <summary>Objects of two schemas at once, told apart from another by a constant.</summary>
    private Kind Both(int depth)
    {
        var (one, two) = (Any(depth - 1), Any(depth - 1));
        var schema = new JsonObject
        {
            ["oneOf"] = new JsonArray(
                new JsonObject
                {
                    ["allOf"] = new JsonArray(
                        new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = "both" }, ["one"] = one.Schema }, ["required"] = new JsonArray("kind", "one") },
                        new JsonObject { ["properties"] = new JsonObject { ["kind"] = true, ["one"] = true, ["two"] = two.Schema }, ["additionalProperties"] = false }),
                },
                new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["enum"] = new JsonArray("other", "none") } }, ["required"] = new JsonArray("kind") },
                new JsonObject { ["type"] = "integer" }),
        };
        return new(schema, level => random.Next(3) switch
        {
            0 => new JsonObject { ["kind"] = "both", ["one"] = one.Draw(level), ["two"] = two.Draw(level) },
            1 => new JsonObject { ["kind"] = "none", ["more"] = 1 },
            _ => 12,
        });
    }

    private Kind Thing(int depth)
    {
        var properties = Names.Where(_ => random.Next(2) == 0).Select(name => (Name: name, Kind: Any(depth - 1), Required: random.Next(2) == 0)).ToArray();
        var open = random.Next(3);
        var others = Any(0);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject([.. properties.Select(each => KeyValuePair.Create(each.Name, (JsonNode?)each.Kind.Schema))]) };
        if (properties.Any(each => each.Required))
            schema["required"] = new JsonArray([.. properties.Where(each => each.Required).Select(each => (JsonNode)each.Name)]);
        if (open > 0)
            schema["additionalProperties"] = open == 1 ? false : others.Schema;
        return new(schema, level =>
        {
            var drawn = new JsonObject();
            foreach (var (name, kind, required) in properties)
            {
                if (required || random.Next(2) == 0)
                    drawn[name] = kind.Draw(level);
            }
            for (var more = open == 2 ? random.Next(3) : 0; more > 0; more--)
                drawn[$"name{more}"] = others.Draw(level);
            return drawn;
        });
    }
}
