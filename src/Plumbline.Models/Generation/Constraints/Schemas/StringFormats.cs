using System.Collections.Concurrent;

namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>The formats of strings that are known, as patterns. Where a format allows more than anyone writes (addresses, links), only the usual is allowed.</summary>
internal static class StringFormats
{
    private const string Date = @"(\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))"
        + @"|(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

    private const string Time = @"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)";
    private const string Byte = @"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)";
    private const string Label = "[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?";

    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date}T{Time}",
        ["duration"] = @"P(\d{1,6}W|\d{1,6}D(T(\d{1,6}H(\d{1,6}M(\d{1,6}S)?)?|\d{1,6}M(\d{1,6}S)?|\d{1,6}S))?|T(\d{1,6}H(\d{1,6}M(\d{1,6}S)?)?|\d{1,6}M(\d{1,6}S)?|\d{1,6}S))",
        ["uuid"] = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        ["ipv4"] = $@"{Byte}\.{Byte}\.{Byte}\.{Byte}",
        ["hostname"] = $@"{Label}(\.{Label}){{0,4}}",
        ["email"] = $@"[A-Za-z0-9_+-]{{1,30}}(\.[A-Za-z0-9_+-]{{1,30}}){{0,3}}@{Label}(\.{Label}){{1,3}}",
        ["uri"] = $@"https?://{Label}(\.{Label}){{0,4}}(:[1-9]\d{{0,3}})?(/[A-Za-z0-9._~-]*)*(\?[A-Za-z0-9._~=&-]*)?(#[A-Za-z0-9._~-]*)?",
    };

    private static readonly ConcurrentDictionary<string, CodePointAutomaton> Known = new(StringComparer.Ordinal);

    public static IEnumerable<string> Names => Patterns.Keys;

    /// <summary>The texts of a format, or null if it is not known.</summary>
    public static CodePointAutomaton? Of(string format) =>
        Patterns.TryGetValue(format, out var pattern) ? Known.GetOrAdd(format, _ => Pattern.Whole(pattern, format)) : null;
}
