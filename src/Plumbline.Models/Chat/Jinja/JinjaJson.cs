using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>JSON as values; its text, keys included, is data.</summary>
internal static class JinjaJson
{
    /// <param name="json">The JSON.</param>
    /// <exception cref="TemplateFault">It is too large or too deep.</exception>
    public static JinjaValue Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => JinjaValue.Data(json.GetString()!),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(json.GetRawText()),
        JsonValueKind.Array => new SequenceValue(SequenceKind.List, json.EnumerateArray().Select(Read)),
        JsonValueKind.Object => Map(json),
        _ => NoneValue.None,
    };

    private static MapValue Map(JsonElement json)
    {
        var map = new MapValue();
        foreach (var member in json.EnumerateObject())
            map.Set(JinjaValue.Data(member.Name), Read(member.Value));
        return map;
    }

    private static JinjaValue Number(string text) =>
        text.Length > TemplateLimits.NumberBits / 4 ? throw new TemplateFault("a number in the JSON is too long.", $"At most {TemplateLimits.NumberBits / 4} digits.")
        : text.AsSpan().ContainsAny('.', 'e', 'E') ? double.Parse(text, CultureInfo.InvariantCulture)
        : BigInteger.Parse(text, CultureInfo.InvariantCulture);
}
