using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Methods of lists. Those that would change the list are refused, as the sandbox of transformers refuses them: <c>list + [element]</c> makes a new one.</summary>
internal static class ListMethods
{
    /// <summary>A method bound to its list, or null.</summary>
    public static JinjaValue? Find(SequenceValue list, string name) => list.Kind is not (SequenceKind.List or SequenceKind.Tuple) ? null : name switch
    {
        "count" => new FunctionValue(name, (evaluation, arguments) =>
        {
            evaluation.Charge(list, arguments);
            var sought = arguments.BindAtLeast(1, "value")[0]!;
            return list.Elements.Count(element => PythonEquality.Instance.Equals(element, sought));
        }),
        "index" => new FunctionValue(name, (evaluation, arguments) =>
        {
            evaluation.Charge(list, arguments);
            var sought = arguments.BindAtLeast(1, "value")[0]!;
            var index = list.Elements.TakeWhile(element => !PythonEquality.Instance.Equals(element, sought)).Count();
            return index < list.Elements.Count ? index : throw TemplateFault.Type("the value that 'index' looks for is not in the list.");
        }),
        "copy" when list.Kind == SequenceKind.List => new FunctionValue(name, (_, _) => list),
        "append" or "clear" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" when list.Kind == SequenceKind.List =>
            new UndefinedValue($"the method '{name}' would change a list, which a template may not (list + [element] makes a new one)"),
        _ => null,
    };
}
