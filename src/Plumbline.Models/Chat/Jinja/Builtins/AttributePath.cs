using System.Globalization;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Names with dots between that lead from a value to another, as <c>selectattr</c> and its like take them.</summary>
internal sealed class AttributePath
{
    private readonly JinjaValue[] steps;

    private AttributePath(JinjaValue[] steps) => this.steps = steps;

    public static AttributePath Of(JinjaValue value) => value switch
    {
        TextValue text => new([.. text.Text.Split('.').Select(Step)]),
        IntegerValue => new([value]),
        _ => throw TemplateFault.Type($"an attribute is named by text, not by '{value.TypeName}'."),
    };

    public JinjaValue Find(JinjaValue value) => steps.Aggregate(value, Subscript.Item);

    private static JinjaValue Step(string name) =>
        name.Length is > 0 and < 9 && name.All(char.IsAsciiDigit) ? int.Parse(name, CultureInfo.InvariantCulture) : JinjaValue.Template(name);
}
