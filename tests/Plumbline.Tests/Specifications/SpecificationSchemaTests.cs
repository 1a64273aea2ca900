using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Plumbline.Tests.Specifications;

/// <summary>What editors are told and what the reader does are the same.</summary>
public sealed class SpecificationSchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src", "Plumbline", "Specifications", "specification.schema.json")))!.AsObject();

    /// <summary>Where each kind of mapping is described in the schema, and where it stands in <see cref="Whole"/>.</summary>
    private static readonly (string What, string[] Described, object[] Stands)[] Mappings =
    [
        ("specification", [], []),
        ("value", ["$defs", "value"], ["values", 0]),
        ("source", ["$defs", "source"], ["values", 0, "source"]),
        ("rule", ["$defs", "rule"], ["rules", 1]),
        ("check", ["$defs", "rule", "properties", "check"], ["rules", 1, "check"]),
        ("example", ["$defs", "example"], ["rules", 1, "examples", 0]),
    ];

    public static TheoryData<string> Kinds => [.. Mappings.Select(mapping => mapping.What)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_reader_knows_the_keys_of_the_schema_and_no_others(string what)
    {
        var (_, described, stands) = Mappings.Single(mapping => mapping.What == what);
        var keys = Described(described)["properties"]!.AsObject().Select(property => property.Key).ToArray();
        Assert.Equal(keys.Order(), At(Whole(), stands).Select(property => property.Key).Order()); // the whole has every key, and the reader takes it
        Read(Whole());
        var strange = Whole();
        At(strange, stands)["zzz"] = "x";
        var error = Assert.ThrowsAny<InputException>(() => Read(strange));
        Assert.Contains($"{string.Join(", ", keys)}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_reader_needs_what_the_schema_requires_and_nothing_more(string what)
    {
        var (_, described, stands) = Mappings.Single(mapping => mapping.What == what);
        var required = Described(described)["required"]!.AsArray().Select(key => (string)key!).ToArray();
        foreach (var key in At(Whole(), stands).Select(property => property.Key))
        {
            var without = Whole();
            At(without, stands).Remove(key);
            if (required.Contains(key))
                Assert.Contains($"'{key}'", Assert.ThrowsAny<InputException>(() => Read(without)).Message, StringComparison.Ordinal);
            else
                Read(without);
        }
    }

    private static JsonObject Described(string[] path) => path.Aggregate(Schema, (node, step) => node[step]!.AsObject());

    private static JsonObject At(JsonNode node, object[] path) => path.Aggregate(node, (at, step) => step is int index ? at[index]! : at[(string)step]!).AsObject();

    /// <summary>JSON is YAML.</summary>
    private static Specification Read(JsonObject document) => Specification.Parse(document.ToJsonString(), "test.spec.yaml");

    private static JsonObject Whole() => JsonNode.Parse("""
        {
          "specification": "Shop", "version": "1.0.0",
          "values": [ { "id": "care", "text": "Care for people.", "source": { "document": "conduct.md", "section": "1", "sentence": "Care." } } ],
          "rules":
          [
            { "id": "first", "must": "be kind", "serves": ["care"] },
            {
              "id": "second", "must": "be brief", "kind": "style", "serves": ["care"], "overrides": ["first"], "check": { "never-contains": "4821" },
              "examples": [ { "ask": "Who are you?", "good": "A clerk.", "bad": "I am the one who." } ], "source": { "document": "conduct.md" }
            }
          ]
        }
        """)!.AsObject();

    private static string Here([CallerFilePath] string file = "") => file;
}
