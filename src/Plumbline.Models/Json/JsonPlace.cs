using System.Text.Json;
using System.Text.Unicode;

namespace Plumbline.Models.Json;

/// <summary>A value in a JSON file that nobody vouches for, with the words for where it stands.</summary>
/// <param name="file">Path of the file, as errors name it.</param>
/// <param name="path">Keys and indices that lead to the value, for example <c>model.merges[3]</c>; empty for the whole document.</param>
/// <param name="value">The value.</param>
internal readonly struct JsonPlace(string file, string path, JsonElement value)
{
    private const int MaximumDepth = 64;

    public JsonElement Value { get; } = value;

    public JsonValueKind Kind => Value.ValueKind;

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InputException">It is missing, too large, or not JSON; a key stands twice.</exception>
    public static JsonPlace Open(string file, long maximumBytes) => Parse(file, Read(file, maximumBytes));

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="InputException">It is missing or too large.</exception>
    public static byte[] Read(string file, long maximumBytes)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new InputException(file, "the file does not exist.", "A model folder holds config.json, model.safetensors, tokenizer.json and tokenizer_config.json.");
        if (info.Length > maximumBytes)
            throw new InputException(file, $"the file has {info.Length} bytes.", $"At most {maximumBytes} are read.");
        return File.ReadAllBytes(file);
    }

    /// <summary>Reads JSON that is part of a file.</summary>
    public static JsonPlace Parse(string file, ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            throw new InputException(file, "this is not UTF-8.", "JSON is written in UTF-8.");
        try
        {
            RefuseHalfSurrogates(file, utf8.Span);
            using var document = JsonDocument.Parse(utf8, new() { MaxDepth = MaximumDepth, AllowDuplicateProperties = false });
            return new(file, "", document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}", "this is not valid JSON.", e.Message, e);
        }
    }

    /// <summary>An escape such as <c>\ud800</c> alone is valid JSON and no text.</summary>
    private static void RefuseHalfSurrogates(string file, ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaximumDepth });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped)
                continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new InputException($"{file}: byte {reader.TokenStartIndex}", "this string holds half a surrogate pair.", "Write the whole character.", e);
            }
        }
    }

    /// <summary>The members of an object, in the order of the file.</summary>
    public IEnumerable<(string Key, JsonPlace Value)> Members()
    {
        var (at, within) = (file, path);
        return Expect(JsonValueKind.Object, "an object").EnumerateObject()
            .Select(member => (member.Name, new JsonPlace(at, within.Length == 0 ? member.Name : $"{within}.{member.Name}", member.Value)));
    }

    /// <summary>The elements of an array, in order.</summary>
    public IEnumerable<JsonPlace> Elements()
    {
        var (at, within) = (file, path);
        return Expect(JsonValueKind.Array, "an array").EnumerateArray().Select((element, index) => new JsonPlace(at, $"{within}[{index}]", element));
    }

    /// <summary>The member of that name, or null if it is absent or null.</summary>
    public JsonPlace? Find(string key) =>
        Expect(JsonValueKind.Object, "an object").TryGetProperty(key, out var member) && member.ValueKind != JsonValueKind.Null
            ? new(file, path.Length == 0 ? key : $"{path}.{key}", member)
            : null;

    /// <summary>The member of that name.</summary>
    public JsonPlace this[string key] => Find(key) ?? throw Wrong($"'{key}' is missing.", $"Add '{key}', or take the file from the place where the model came from again.");

    public string Text() => Expect(JsonValueKind.String, "a string").GetString()!;

    public bool Flag() => Kind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Unexpected("true or false");

    /// <summary>A whole number between two others, both included.</summary>
    public int Whole(int minimum, int maximum) =>
        Kind == JsonValueKind.Number && Value.TryGetInt64(out var number) && number >= minimum && number <= maximum
            ? (int)number
            : throw Unexpected($"a whole number from {minimum} to {maximum}");

    /// <summary>A finite number greater than zero.</summary>
    public double Positive() =>
        Kind == JsonValueKind.Number && Value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0
            ? number
            : throw Unexpected("a number greater than 0");

    public InputException Wrong(string problem, string remedy) => new(path.Length == 0 ? file : $"{file}: {path}", problem, remedy);

    public InputException Unexpected(string expected)
    {
        var found = Value.GetRawText();
        return Wrong($"expected {expected}, found {(found.Length <= 60 ? found : found[..60] + "…")}.", "Correct the value, or take the file from where it came from again.");
    }

    private JsonElement Expect(JsonValueKind kind, string expected) => Kind == kind ? Value : throw Unexpected(expected);
}
