using System.Globalization;
using System.Text;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary><c>strftime_now</c>: what time it is, in a format of C.</summary>
internal static class TimeText
{
    public static JinjaValue Write(TimeProvider clock, Arguments arguments)
    {
        var format = arguments.Text(arguments.BindAtLeast(1, "format")[0], "format").Text;
        var now = clock.GetLocalNow();
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            var padded = format[++i] != '-' || i + 1 == format.Length;
            var field = Field(format[padded ? i : ++i], now);
            text.Append(padded || field.TrimStart('0') is not { Length: > 0 } short_ ? field : short_);
        }
        return JinjaValue.Template(text.ToString());
    }

    private static string Field(char letter, DateTimeOffset now) => letter switch
    {
        'Y' => Text(now, "yyyy"),
        'y' => Text(now, "yy"),
        'm' => Text(now, "MM"),
        'd' => Text(now, "dd"),
        'B' => Text(now, "MMMM"),
        'b' => Text(now, "MMM"),
        'A' => Text(now, "dddd"),
        'a' => Text(now, "ddd"),
        'H' => Text(now, "HH"),
        'I' => Text(now, "hh"),
        'M' => Text(now, "mm"),
        'S' => Text(now, "ss"),
        'p' => Text(now, "tt"),
        'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'e' => now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'F' => Text(now, "yyyy-MM-dd"),
        'T' => Text(now, "HH:mm:ss"),
        'D' => Text(now, "MM'/'dd'/'yy"),
        'z' => Text(now, "zzz").Replace(":", "", StringComparison.Ordinal),
        'Z' => "UTC",
        '%' => "%",
        _ => throw TemplateFault.Type($"'strftime_now' does not know '%{letter}'."),
    };

    private static string Text(DateTimeOffset now, string format) => now.ToString(format, CultureInfo.InvariantCulture);
}
