using System.Text.RegularExpressions;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Filters of text; other values come as their text.</summary>
internal static partial class TextFilters
{
    public static void AddTo(Dictionary<string, Filters.Filter> filters)
    {
        filters["string"] = filters["safe"] = (_, value, arguments) => Only(arguments, PythonText.Str(value));
        filters["upper"] = (_, value, arguments) => Only(arguments, Casing.Upper(PythonText.Str(value)));
        filters["lower"] = (_, value, arguments) => Only(arguments, Casing.Lower(PythonText.Str(value)));
        filters["capitalize"] = (_, value, arguments) => Only(arguments, Casing.Capitalised(PythonText.Str(value)));
        filters["title"] = (_, value, arguments) => Only(arguments, Casing.TitledWords(PythonText.Str(value)));
        filters["escape"] = filters["e"] = (_, value, arguments) => Only(arguments, PythonText.Str(value).Spell(Escaped));
        filters["trim"] = Trim;
        filters["replace"] = Replace;
        filters["indent"] = Indent;
        filters["wordcount"] = (_, value, arguments) => Only(arguments, Words().Count(PythonText.Str(value).Text));
    }

    private static JinjaValue Only(Arguments arguments, JinjaValue result)
    {
        arguments.Bind();
        return result;
    }

    private static string Escaped(char c) => c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '\'' => "&#39;", '"' => "&#34;", _ => c.ToString() };

    private static JinjaValue Trim(Evaluation evaluation, JinjaValue value, Arguments arguments) =>
        PythonSpace.Strip(PythonText.Str(value), arguments.TextOrNull(arguments.Bind("chars")[0], "chars")?.Text);

    private static JinjaValue Replace(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.BindAtLeast(2, "old", "new", "count");
        return TextSearch.Replace(PythonText.Str(value), PythonText.Str(bound[0]!), PythonText.Str(bound[1]!), arguments.Whole(bound[2] is NoneValue ? null : bound[2], "count", -1));
    }

    private static JinjaValue Indent(Evaluation evaluation, JinjaValue value, Arguments arguments)
    {
        var bound = arguments.Bind("width", "first", "blank");
        var width = bound[0] is TextValue text ? text.Marked : MarkedText.Template(Spaces(arguments.Whole(bound[0], "width", 4)));
        var lines = PythonSpace.Lines(Operators.Join([arguments.Text(Operators.Refuse(value), "s"), MarkedText.Template("\n")]));
        var joined = new MarkedTextBuilder(TemplateLimits.Text);
        foreach (var (index, line) in lines.Index())
        {
            if (index > 0)
                joined.Append("\n", true);
            if (index == 0 ? bound[1] is { Truth: true } : line.Length > 0 || bound[2] is { Truth: true })
                joined.Append(width);
            joined.Append(line);
        }
        return joined.ToText();
    }

    private static string Spaces(int count) =>
        count <= TemplateLimits.Text ? new(' ', Math.Max(0, count)) : throw new TemplateFault("the indentation is too wide.", "Indent less.");

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
