using System.Text.Json;

namespace Plumbline.Auditing;

/// <summary>A JSON object from a file that is not trusted: every member is asked for with its type, and what is wrong is named with its place.</summary>
internal readonly struct JsonRecord
{
    private const string Remedy = "The file was changed or is not a transcripts.jsonl; take it from a backup, or audit again.";
    private readonly JsonElement _element;
    private readonly string _place;

    private JsonRecord(JsonElement element, string place, string what)
    {
        (_element, _place) = (element, place);
        if (element.ValueKind != JsonValueKind.Object)
            throw new InputException(place, $"{what} is {Name(element.ValueKind)}, not an object.", Remedy);
    }

    public static JsonRecord Parse(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 });
            return new JsonRecord(document.RootElement.Clone(), place, "the line");
        }
        catch (JsonException broken)
        {
            throw new InputException($"{place}:{broken.BytePositionInLine + 1}", "the line is not JSON.", Remedy, broken);
        }
    }

    public string Text(string key) => Get(key, JsonValueKind.String).GetString()!;

    public string? OptionalText(string key) => Has(key) ? Text(key) : null;

    public bool Flag(string key) => Get(key, JsonValueKind.True, JsonValueKind.False).GetBoolean();

    public long Whole(string key, long smallest = long.MinValue)
    {
        var element = Get(key, JsonValueKind.Number);
        return element.TryGetInt64(out var number) && number >= smallest ? number
            : throw Wrong($"'{key}' is {element.GetRawText()}, not a whole number{(smallest == long.MinValue ? "" : $" of at least {smallest}")}.");
    }

    public JsonRecord Object(string key) => new(Get(key, JsonValueKind.Object), _place, $"'{key}'");

    public IEnumerable<JsonRecord> Objects(string key)
    {
        var (self, list) = (this, Get(key, JsonValueKind.Array));
        return list.EnumerateArray().Select(element => new JsonRecord(element, self._place, $"a member of '{key}'"));
    }

    public Dictionary<string, string> Texts(string key) => Members(key).ToDictionary(name => name.Key, name => name.Value.Text(name.Key), StringComparer.Ordinal);

    public Dictionary<string, double> Proportions(string key) => Members(key).ToDictionary(name => name.Key, name => name.Value.Proportion(name.Key), StringComparer.Ordinal);

    public T Choice<T>(string key)
        where T : struct, Enum
    {
        var text = Text(key);
        return Enum.GetValues<T>().Where(value => value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).Select(value => (T?)value).FirstOrDefault()
            ?? throw Wrong($"'{key}' is '{text}', which is none of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }

    public InputException Wrong(string problem) => new(_place, problem, Remedy);

    private double Proportion(string key)
    {
        var number = Get(key, JsonValueKind.Number).GetDouble();
        return number is >= 0 and <= 1 ? number : throw Wrong($"the score '{key}' is {number:R}, not from 0 to 1.");
    }

    private Dictionary<string, JsonRecord> Members(string key)
    {
        var members = Object(key);
        var found = new Dictionary<string, JsonRecord>(StringComparer.Ordinal);
        foreach (var member in members._element.EnumerateObject())
        {
            if (!found.TryAdd(member.Name, members))
                throw Wrong($"'{key}' has '{member.Name}' twice.");
        }

        return found;
    }

    private bool Has(string key) => _element.TryGetProperty(key, out var element) && element.ValueKind != JsonValueKind.Null;

    private JsonElement Get(string key, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (!_element.TryGetProperty(key, out var element))
            throw Wrong($"'{key}' is missing.");
        return kinds.Contains(element.ValueKind) ? element : throw Wrong($"'{key}' is {Name(element.ValueKind)}, not {Name(kinds[0])}.");
    }

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
