using System.Text.Json;

namespace Plumbline.Models.Json;

/// <summary>An object of a JSON file whose keys are ticked off as they are read, so that none is overlooked.</summary>
/// <param name="json">The object.</param>
internal sealed class JsonKeys(JsonPlace json)
{
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <summary>The member of that name.</summary>
    public JsonPlace this[string key]
    {
        get
        {
            read.Add(key);
            return json[key];
        }
    }

    /// <summary>The member of that name, or null if it is absent or null.</summary>
    public JsonPlace? Find(string key)
    {
        read.Add(key);
        return json.Find(key);
    }

    /// <summary>The object of that name, or null.</summary>
    public JsonKeys? Object(string key) => Find(key) is { } found ? new(found) : null;

    public int? Whole(string key, int minimum, int maximum) => Find(key)?.Whole(minimum, maximum);

    public double? Positive(string key) => Find(key)?.Positive();

    public bool? Flag(string key) => Find(key)?.Flag();

    /// <summary>Refuses the keys that nobody read, unless they are null, without effect, or have a value that says that nothing unusual happens.</summary>
    public void RefuseRest(Func<string, bool> withoutEffect, string remedy, Func<JsonElement, bool>? plain = null)
    {
        foreach (var (key, value) in json.Members())
        {
            if (!read.Contains(key) && value.Kind != JsonValueKind.Null && !withoutEffect(key) && plain?.Invoke(value.Value) != true)
                throw value.Wrong($"'{key}' would change the computation in a way that is not supported.", remedy);
        }
    }
}
