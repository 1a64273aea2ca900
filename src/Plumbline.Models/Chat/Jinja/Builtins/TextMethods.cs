using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Methods of text, as Python has them.</summary>
internal static class TextMethods
{
    private delegate JinjaValue Method(MarkedText text, Arguments arguments);

    private static readonly Dictionary<string, Method> Known = new(StringComparer.Ordinal)
    {
        ["strip"] = (text, arguments) => Strip(text, arguments, left: true, right: true),
        ["lstrip"] = (text, arguments) => Strip(text, arguments, left: true, right: false),
        ["rstrip"] = (text, arguments) => Strip(text, arguments, left: false, right: true),
        ["split"] = (text, arguments) => Split(text, arguments, right: false),
        ["rsplit"] = (text, arguments) => Split(text, arguments, right: true),
        ["splitlines"] = (text, arguments) => List(PythonSpace.Lines(text, arguments.Bind("keepends")[0] is { Truth: true })),
        ["partition"] = (text, arguments) => Partition(text, arguments, right: false),
        ["rpartition"] = (text, arguments) => Partition(text, arguments, right: true),
        ["startswith"] = (text, arguments) => Affixed(text, arguments, (whole, affix) => whole.StartsWith(affix, StringComparison.Ordinal)),
        ["endswith"] = (text, arguments) => Affixed(text, arguments, (whole, affix) => whole.EndsWith(affix, StringComparison.Ordinal)),
        ["removeprefix"] = (text, arguments) => One(arguments, "prefix") is var affix && text.Text.StartsWith(affix.Text, StringComparison.Ordinal) ? text.From(affix.Length) : text,
        ["removesuffix"] = (text, arguments) => One(arguments, "suffix") is var affix && text.Text.EndsWith(affix.Text, StringComparison.Ordinal) ? text.Slice(0, text.Length - affix.Length) : text,
        ["replace"] = Replace,
        ["upper"] = (text, arguments) => None(arguments, Casing.Upper(text)),
        ["lower"] = (text, arguments) => None(arguments, Casing.Lower(text)),
        ["casefold"] = (text, arguments) => None(arguments, Casing.Lower(text)),
        ["title"] = (text, arguments) => None(arguments, Casing.Titled(text)),
        ["capitalize"] = (text, arguments) => None(arguments, Casing.Capitalised(text)),
        ["find"] = (text, arguments) => Find(text, arguments, right: false),
        ["rfind"] = (text, arguments) => Find(text, arguments, right: true),
        ["index"] = (text, arguments) => Find(text, arguments, right: false) is IntegerValue { Value.Sign: >= 0 } found ? found : throw TemplateFault.Type("the text that 'index' looks for is not there."),
        ["count"] = (text, arguments) => TextSearch.Count(text, One(arguments, "sub")),
        ["join"] = (text, arguments) => Join(text, arguments),
        ["isdigit"] = (text, arguments) => Every(text, arguments, char.IsDigit),
        ["isdecimal"] = (text, arguments) => Every(text, arguments, char.IsDigit),
        ["isnumeric"] = (text, arguments) => Every(text, arguments, char.IsNumber),
        ["isalpha"] = (text, arguments) => Every(text, arguments, char.IsLetter),
        ["isalnum"] = (text, arguments) => Every(text, arguments, c => char.IsLetter(c) || char.IsNumber(c)),
        ["isspace"] = (text, arguments) => Every(text, arguments, PythonSpace.Is),
        ["isupper"] = (text, arguments) => None(arguments, text.Text.Any(char.IsUpper) && !text.Text.Any(char.IsLower)),
        ["islower"] = (text, arguments) => None(arguments, text.Text.Any(char.IsLower) && !text.Text.Any(char.IsUpper)),
    };

    /// <summary>A method bound to its text, or null.</summary>
    public static FunctionValue? Find(TextValue text, string name) => Known.TryGetValue(name, out var method)
        ? new(name, (evaluation, arguments) =>
        {
            evaluation.Charge(text, arguments);
            evaluation.Step(text.Text.Length / 16 + (arguments.Positional is [TextValue given, ..] ? given.Text.Length : 0));
            return method(text.Marked, arguments);
        })
        : null;

    private static JinjaValue None(Arguments arguments, JinjaValue result)
    {
        arguments.Bind();
        return result;
    }

    private static MarkedText One(Arguments arguments, string name) => arguments.Text(arguments.BindAtLeast(1, name)[0], name);

    private static SequenceValue List(IEnumerable<MarkedText> parts) => new(SequenceKind.List, parts.Select(part => (JinjaValue)part));

    private static JinjaValue Strip(MarkedText text, Arguments arguments, bool left, bool right) =>
        PythonSpace.Strip(text, arguments.TextOrNull(arguments.Bind("chars")[0], "chars")?.Text, left, right);

    private static JinjaValue Split(MarkedText text, Arguments arguments, bool right)
    {
        var bound = arguments.Bind("sep", "maxsplit");
        return List(TextSearch.Split(text, arguments.TextOrNull(bound[0], "sep"), arguments.Whole(bound[1], "maxsplit", -1), right));
    }

    private static JinjaValue Partition(MarkedText text, Arguments arguments, bool right)
    {
        var separator = One(arguments, "sep");
        var parts = TextSearch.Split(text, separator, 1, right);
        return new SequenceValue(SequenceKind.Tuple, parts is [var before, var after] ? [before, text.Slice(before.Length, separator.Length), after]
            : right ? [MarkedText.Empty, MarkedText.Empty, text] : [text, MarkedText.Empty, MarkedText.Empty]);
    }

    private static JinjaValue Affixed(MarkedText text, Arguments arguments, Func<string, string, bool> holds)
    {
        var bound = arguments.BindAtLeast(1, "affix", "start", "end");
        var part = Window(text, bound[1], bound[2], arguments).Part.Text;
        return bound[0] is SequenceValue { Kind: SequenceKind.Tuple } several
            ? several.Elements.Any(affix => holds(part, arguments.Text(affix, "affix").Text))
            : holds(part, arguments.Text(bound[0], "affix").Text);
    }

    private static JinjaValue Replace(MarkedText text, Arguments arguments)
    {
        var bound = arguments.BindAtLeast(2, "old", "new", "count");
        return TextSearch.Replace(text, arguments.Text(bound[0], "old"), arguments.Text(bound[1], "new"), arguments.Whole(bound[2], "count", -1));
    }

    private static JinjaValue Find(MarkedText text, Arguments arguments, bool right)
    {
        var bound = arguments.BindAtLeast(1, "sub", "start", "end");
        var sought = arguments.Text(bound[0], "sub").Text;
        var (part, start) = Window(text, bound[1], bound[2], arguments);
        var at = right ? part.Text.LastIndexOf(sought, StringComparison.Ordinal) : part.Text.IndexOf(sought, StringComparison.Ordinal);
        return at < 0 ? -1 : start + new CodePoints(part).IndexOf(at);
    }

    /// <summary>The code points between two bounds, as a slice takes them.</summary>
    private static (MarkedText Part, int Start) Window(MarkedText text, JinjaValue? start, JinjaValue? end, Arguments arguments)
    {
        if (start is null or NoneValue && end is null or NoneValue)
            return (text, 0);
        var points = new CodePoints(text);
        var from = Bound(arguments.Whole(start is NoneValue ? null : start, "start", 0), points.Count);
        return (points.Slice(from, Bound(arguments.Whole(end is NoneValue ? null : end, "end", points.Count), points.Count)), from);
    }

    private static int Bound(int at, int count) => Math.Clamp(at < 0 ? at + count : at, 0, count);

    private static JinjaValue Join(MarkedText separator, Arguments arguments)
    {
        var joined = new MarkedTextBuilder(TemplateLimits.Text);
        foreach (var (index, part) in Operators.Walk(arguments.BindAtLeast(1, "iterable")[0]!).Index())
        {
            if (index > 0)
                joined.Append(separator);
            joined.Append(arguments.Text(part, "iterable"));
        }
        return joined.ToText();
    }

    private static JinjaValue Every(MarkedText text, Arguments arguments, Func<char, bool> holds) => None(arguments, text.Length > 0 && text.Text.All(holds));
}
