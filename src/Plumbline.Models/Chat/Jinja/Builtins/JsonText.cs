using System.Globalization;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary><c>tojson</c> as transformers has it: Python's <c>json.dumps</c>, other letters than ASCII left as they are.</summary>
internal static class JsonText
{
    public static JinjaValue Write(JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("ensure_ascii", "indent", "separators", "sort_keys");
        var indent = bound[1] switch
        {
            null or NoneValue => null,
            TextValue text => text.Text,
            var width => arguments.Whole(width, "indent", 0) is var count && count is >= 0 and <= 64 ? new string(' ', count) : throw TemplateFault.Type("'tojson' indents by 0 to 64."),
        };
        var (item, key) = bound[2] switch
        {
            null or NoneValue => (indent is null ? ", " : ",", ": "),
            SequenceValue { Elements: [TextValue first, TextValue second] } => (first.Text, second.Text),
            _ => throw TemplateFault.Type("'separators' of 'tojson' are two texts."),
        };
        var to = new MarkedTextBuilder(TemplateLimits.Text);
        new Writer(to, bound[0] is { Truth: true }, indent, item, key, bound[3] is { Truth: true }).Write(value, 0);
        return to.ToText();
    }

    private sealed class Writer(MarkedTextBuilder to, bool ascii, string? indent, string itemSeparator, string keySeparator, bool sorted)
    {
        public void Write(JinjaValue value, int depth)
        {
            switch (value)
            {
                case TextValue text:
                    Quoted(text.Marked);
                    break;
                case SequenceValue { Kind: SequenceKind.List or SequenceKind.Tuple } list:
                    Between("[", "]", list.Elements, element => Write(element, depth + 1), depth);
                    break;
                case MapValue map:
                    Between("{", "}", [.. sorted ? Sorted(map) : map.Entries], entry =>
                    {
                        Quoted(entry.Key is TextValue text ? text.Marked : MarkedText.Template(Plain(entry.Key)));
                        to.Append(keySeparator, true);
                        Write(entry.Value, depth + 1);
                    }, depth);
                    break;
                default:
                    to.Append(Plain(value), true);
                    break;
            }
        }

        private static IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> Sorted(MapValue map) =>
            map.Entries.OrderBy(entry => entry.Key, Comparer<JinjaValue>.Create((a, b) => PythonOrder.Compare(a, b)));

        private static string Plain(JinjaValue value) => value switch
        {
            NoneValue => "null",
            BooleanValue truth => truth.Value ? "true" : "false",
            IntegerValue number => number.Value.ToString(CultureInfo.InvariantCulture),
            FloatValue number => double.IsNaN(number.Value) ? "NaN" : double.IsInfinity(number.Value) ? number.Value > 0 ? "Infinity" : "-Infinity" : PythonText.Float(number.Value),
            UndefinedValue undefined => throw TemplateFault.Undefined($"{undefined.Problem}, and cannot be written as JSON."),
            _ => throw TemplateFault.Type($"a value of type '{value.TypeName}' cannot be written as JSON."),
        };

        private void Between<T>(string open, string close, IReadOnlyList<T> elements, Action<T> write, int depth)
        {
            to.Append(open, true);
            foreach (var (index, element) in elements.Index())
            {
                if (index > 0)
                    to.Append(itemSeparator, true);
                Line(depth + 1);
                write(element);
            }
            if (elements.Count > 0)
                Line(depth);
            to.Append(close, true);
        }

        private void Line(int depth)
        {
            if (indent is not null)
                to.Append("\n" + string.Concat(Enumerable.Repeat(indent, depth)), true);
        }

        private void Quoted(MarkedText text)
        {
            to.Append("\"", true);
            to.Append(text.Spell(c => c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)c:x4}",
                > '~' when ascii => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            }));
            to.Append("\"", true);
        }
    }
}
