using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Methods of maps. Those that would change the map are refused, as the sandbox of transformers refuses them.</summary>
internal static class MapMethods
{
    public static IEnumerable<JinjaValue> Items(MapValue map) => map.Entries.Select(entry => (JinjaValue)new SequenceValue(SequenceKind.Tuple, [entry.Key, entry.Value]));

    /// <summary>A method bound to its map, or null.</summary>
    public static JinjaValue? Find(MapValue map, string name) => name switch
    {
        "get" => new FunctionValue(name, (_, arguments) => arguments.BindAtLeast(1, "key", "default") is var bound && PythonEquality.Hashable(bound[0]!)
            ? map.Find(bound[0]!) ?? bound[1] ?? NoneValue.None
            : throw TemplateFault.Type($"unhashable type: '{bound[0]!.TypeName}'.")),
        "keys" => View(map, name, SequenceKind.Keys, () => map.Entries.Keys),
        "values" => View(map, name, SequenceKind.Values, () => map.Entries.Values),
        "items" => View(map, name, SequenceKind.Items, () => Items(map)),
        "copy" => new FunctionValue(name, (_, _) => map),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => new UndefinedValue($"the method '{name}' would change a map, which a template may not"),
        _ => null,
    };

    private static FunctionValue View(MapValue map, string name, SequenceKind kind, Func<IEnumerable<JinjaValue>> elements) => new(name, (evaluation, arguments) =>
    {
        arguments.Bind();
        evaluation.Charge(map);
        return new SequenceValue(kind, elements());
    });
}
