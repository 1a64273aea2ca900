namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Keys with values, in the order in which they were put in. Nothing changes it once a template has seen it.</summary>
internal sealed class MapValue : JinjaValue
{
    private readonly OrderedDictionary<JinjaValue, JinjaValue> entries = new(PythonEquality.Instance);
    private long weight = 1;
    private int depth = 1;

    public IReadOnlyDictionary<JinjaValue, JinjaValue> Entries => entries;

    public int Count => entries.Count;

    public override string TypeName => "dict";

    public override bool Truth => entries.Count > 0;

    public override long Weight => weight;

    public override int Depth => depth;

    /// <summary>The value of a key, or null. A key that cannot be one is no key of it.</summary>
    public JinjaValue? Find(JinjaValue key) => PythonEquality.Hashable(key) && entries.TryGetValue(key, out var value) ? value : null;

    public JinjaValue? Find(string key) => Find(JinjaValue.Template(key));

    public void Set(JinjaValue key, JinjaValue value)
    {
        if (!PythonEquality.Hashable(key))
            throw TemplateFault.Type($"unhashable type: '{key.TypeName}'.");
        entries[key] = value;
        weight += key.Weight + value.Weight;
        depth = Math.Max(depth, Math.Max(key.Depth, value.Depth) + 1);
        SequenceValue.RefuseTooLarge(entries.Count, weight, depth);
    }

    /// <summary>Sets a key that this program names, not the data.</summary>
    public MapValue With(string key, JinjaValue value)
    {
        Set(JinjaValue.Template(key), value);
        return this;
    }
}

/// <summary>What <c>namespace()</c> makes: attributes that can be set from inside a loop.</summary>
internal sealed class NamespaceValue : JinjaValue
{
    public OrderedDictionary<string, JinjaValue> Attributes { get; } = new(StringComparer.Ordinal);

    public override string TypeName => "Namespace";

    public override bool Truth => true;
}
