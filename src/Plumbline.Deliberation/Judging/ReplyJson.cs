using System.Text.Json;

namespace Plumbline.Deliberation;

/// <summary>JSON in what a model replied: alone, in a fence, or with words around it. Nothing of it is trusted.</summary>
internal static class ReplyJson
{
    private const int LongestReply = 1 << 20;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The first object that stands in a reply whole, or null. The caller disposes of it.</summary>
    public static JsonDocument? Read(string reply)
    {
        if (reply.Length > LongestReply)
            return null;
        var attempts = 0;
        for (var start = reply.IndexOf('{', StringComparison.Ordinal); start >= 0 && attempts < 16; start = reply.IndexOf('{', start + 1), attempts++)
        {
            for (var end = reply.LastIndexOf('}'); end > start && attempts < 16; end = reply.LastIndexOf('}', end - 1), attempts++)
            {
                try
                {
                    return JsonDocument.Parse(reply.AsMemory(start, end - start + 1), Options);
                }
                catch (JsonException)
                {
                    // words around it; a shorter or a later piece may be whole
                }
            }
        }
        return null;
    }

    /// <summary>A property that is a text, or null.</summary>
    public static string? Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A property that is a finite number, or null.</summary>
    public static double? Number(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
