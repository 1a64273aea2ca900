using System.Text.Json;

namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>The keywords of a schema, ticked off as they are read, so that none is overlooked.</summary>
internal sealed class SchemaKeys
{
    private const int MostCount = 100_000;

    private readonly JsonElement schema;
    private readonly string document, pointer;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <param name="schema">The schema, an object.</param>
    /// <param name="document">What errors call the whole.</param>
    /// <param name="pointer">Where the schema stands in it.</param>
    public SchemaKeys(JsonElement schema, string document, string pointer)
    {
        (this.schema, this.document, this.pointer) = (schema, document, pointer);
        if (schema.ValueKind != JsonValueKind.Object)
            throw new InputException($"{document} {pointer}", "this is no schema.", "A schema is an object, true or false.");
    }

    /// <summary>Where a keyword stands, as errors name it; the schema itself for the empty one.</summary>
    public string Place(string key) => $"{document} {(key.Length == 0 ? pointer : Pointer(key))}";

    public string Pointer(params string[] keys) =>
        string.Join('/', keys.Select(key => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)).Prepend(pointer));

    public InputException Wrong(string key, string problem, string remedy) => new(Place(key), problem, remedy);

    public JsonElement? Take(string key)
    {
        read.Add(key);
        return schema.TryGetProperty(key, out var value) ? value : null;
    }

    public string? TakeText(string key) =>
        Take(key) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, "expected a string.", "Put it in quotes.");

    /// <summary>A list of schemas with where each stands; empty if there is none.</summary>
    public IReadOnlyList<(JsonElement Value, string Pointer)> TakeList(string key)
    {
        if (Take(key) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            ? [.. value.EnumerateArray().Select((each, index) => (each, Pointer(key, $"{index}")))]
            : throw Wrong(key, "expected a list of at least one schema.", "Write [{ … }, { … }], or leave it out.");
    }

    /// <summary>Schemas by name with where each stands; empty if there is none.</summary>
    public IReadOnlyList<(string Name, JsonElement Value, string Pointer)> TakeMembers(string key)
    {
        if (Take(key) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Object
            ? [.. value.EnumerateObject().Select(each => (each.Name, each.Value, Pointer(key, each.Name)))]
            : throw Wrong(key, "expected an object of schemas.", "Write { \"name\": { … } }.");
    }

    /// <summary>Names; empty if there is no such keyword.</summary>
    public IReadOnlyList<string> TakeNames(string key)
    {
        if (Take(key) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(each => each.GetString()!).Distinct(StringComparer.Ordinal)]
            : throw Wrong(key, "expected a list of names.", "Write [\"name\"].");
    }

    /// <summary>The types that <c>type</c> names; null if it does not stand here.</summary>
    public IReadOnlyList<string>? Kinds(IReadOnlyList<string> known)
    {
        if (Take("type") is not { } value)
            return null;
        string[] named = [.. value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select(each => each.ValueKind == JsonValueKind.String ? each.GetString()! : "")
            : [value.ValueKind == JsonValueKind.String ? value.GetString()! : ""]];
        return named.Length > 0 && named.All(known.Contains)
            ? [.. named.Where(kind => kind != "integer" || !named.Contains("number")).Distinct()]
            : throw Wrong("type", "expected the name of a type, or a list of them.", $"Types are {string.Join(", ", known)}.");
    }

    /// <summary>A whole number of at least 0.</summary>
    public int? Count(string key)
    {
        if (Take(key) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number) && number is >= 0 and <= MostCount
            ? (int)number
            : throw Wrong(key, $"expected a whole number from 0 to {MostCount}.", "Correct it, or leave it out.");
    }

    public NumberBound? Bound(string key, bool exclusive)
    {
        if (Take(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            throw Wrong(key, "expected a number.", exclusive ? "Since draft 6 it is the bound itself, not true or false." : "Leave the quotes out.");
        return value.TryGetDecimal(out var number)
            ? new(number, exclusive)
            : throw Wrong(key, "the bound has too many digits.", "Leave it out: no number here has more than 15 digits before the point.");
    }

    /// <summary>Refuses the keywords that nobody read.</summary>
    public void RefuseRest(IReadOnlySet<string> withoutEffect)
    {
        foreach (var member in schema.EnumerateObject().Where(member => !read.Contains(member.Name) && !withoutEffect.Contains(member.Name) && !member.Name.StartsWith("x-", StringComparison.Ordinal)))
            throw Wrong(member.Name, $"the keyword '{member.Name}' is not supported.", "Leave it out, and check it on what the model wrote.");
    }
}
