using System.Text.Json;
using System.Text.Unicode;

namespace Plumbline.Training.Files;

/// <summary>A value in a row that nobody vouches for, with the words for where it stands.</summary>
/// <param name="place">File and line, or row group and row.</param>
/// <param name="path">Keys and indices that lead to it, for example <c>messages[3].content</c>; empty for the whole row.</param>
/// <param name="value">The value.</param>
internal readonly struct RowValue(string place, string path, JsonElement value)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public JsonValueKind Kind => value.ValueKind;

    public string Raw => value.GetRawText();

    public string Place => place;

    public bool IsText => Kind == JsonValueKind.String;

    public bool IsList => Kind == JsonValueKind.Array;

    /// <summary>Parses a row and hands it on; what it was is gone afterwards.</summary>
    /// <exception cref="InputException">It is not one JSON object, or what reads it refuses it.</exception>
    public static T Read<T>(RawRow row, Func<RowValue, T> read)
    {
        if (row.Problem is not null)
            throw row.Problem;
        if (!Utf8.IsValid(row.Json.Span))
            throw new InputException(row.Place, "the line is not UTF-8.", "Save the file as UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(row.Json, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(new RowValue(row.Place, "", document.RootElement))
                : throw new InputException(row.Place, $"the line is {Name(document.RootElement.ValueKind)}, not an object.", "A line is one JSON object, for example {\"prompt\": \"…\", \"completion\": \"…\"}.");
        }
        catch (JsonException problem)
        {
            throw new InputException($"{row.Place}:{problem.BytePositionInLine + 1}", $"the line is not JSON: {Short(problem.Message)}", "A line is one JSON object; numbers are finite, and no key stands twice.", problem);
        }
        catch (InvalidOperationException problem) // an escape such as \ud800 alone is JSON and no text
        {
            throw new InputException(row.Place, "the line holds half a character (a surrogate without its other half).", "Write the whole character.", problem);
        }
    }

    /// <summary>The member of that name, or null if it is absent or null.</summary>
    public RowValue? Find(string key) => value.TryGetProperty(key, out var member) && member.ValueKind != JsonValueKind.Null ? new(place, path.Length == 0 ? key : $"{path}.{key}", member) : null;

    /// <summary>The first of several names that is there.</summary>
    public RowValue? Find(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Find(key) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>The names of the members that are not null.</summary>
    public IEnumerable<string> Keys => value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => member.Name);

    public IReadOnlyList<RowValue> Elements(string expected)
    {
        if (!IsList)
            throw Unexpected(expected);
        var (at, within) = (place, path);
        return [.. value.EnumerateArray().Select((element, index) => new RowValue(at, $"{within}[{index}]", element))];
    }

    public RowValue Object(string expected) => Kind == JsonValueKind.Object ? this : throw Unexpected(expected);

    public string Text(string expected = "text") => IsText ? value.GetString()! : throw Unexpected(expected);

    /// <summary>Text that says something.</summary>
    public string FilledText() => Text() is var text && !string.IsNullOrWhiteSpace(text) ? text : throw Wrong("it is empty.", "Write what belongs there, or leave the row out.");

    /// <summary>A finite number, also where it was written in quotes.</summary>
    public double Number()
    {
        var number = Kind == JsonValueKind.Number ? value.GetDouble()
            : IsText && double.TryParse(value.GetString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var parsed) ? parsed
            : throw Unexpected("a number");
        return double.IsFinite(number) ? number : throw Wrong($"{(double.IsNaN(number) ? "NaN" : "infinity")} says nothing.", "Write a finite number, or leave the row out.");
    }

    /// <summary>True or false; 1 or 0 do too.</summary>
    public bool Flag() => Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.GetDouble() is 0 or 1 => value.GetDouble() == 1,
        _ => throw Unexpected("true or false"),
    };

    public InputException Wrong(string problem, string remedy) => new(path.Length == 0 ? place : $"{place}: {path}", problem, remedy);

    public InputException Unexpected(string expected) => Wrong($"expected {expected}, found {Shown()}.", "Correct the row, or leave it out.");

    private string Shown()
    {
        if (Kind is JsonValueKind.Object or JsonValueKind.Array)
            return Name(Kind);
        var raw = value.GetRawText();
        return raw.Length <= 40 ? raw : raw[..40] + "…";
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

    private static string Short(string message) => message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
}
