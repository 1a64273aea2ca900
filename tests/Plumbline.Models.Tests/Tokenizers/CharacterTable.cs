using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>Makes the table of SentencePiece that says which characters are written as what: a trie of bytes in a double array, and the replacements.</summary>
internal static class CharacterTable
{
    public static string Make(IReadOnlyDictionary<string, string> replacements)
    {
        var blob = new List<byte>();
        var root = new Node();
        foreach (var (from, to) in replacements.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var node = root;
            foreach (var label in Encoding.UTF8.GetBytes(from))
                node = node.Children.TryGetValue(label, out var child) ? child : node.Children[label] = new();
            node.Value = blob.Count;
            blob.AddRange([.. Encoding.UTF8.GetBytes(to), 0]);
        }
        var units = new SortedDictionary<int, uint> { [0] = 0 };
        Place(root, 0, units, []);
        var bytes = new byte[4 * (units.Keys.Max() / 256 + 1) * 256];
        foreach (var (at, unit) in units)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * at), unit);
        var size = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)bytes.Length);
        return Convert.ToBase64String([.. size, .. bytes, .. blob]);
    }

    private static void Place(Node node, int at, SortedDictionary<int, uint> units, HashSet<int> bases)
    {
        var origin = 1;
        while (bases.Contains(origin) || (node.Value is not null && units.ContainsKey(origin)) || node.Children.Keys.Any(label => units.ContainsKey(origin ^ label)))
            origin++;
        bases.Add(origin);
        units[at] |= (uint)(at ^ origin) << 10 | (node.Value is null ? 0u : 0x100u);
        if (node.Value is { } value)
            units[origin] = 0x8000_0000 | (uint)value;
        foreach (var label in node.Children.Keys)
            units[origin ^ label] = label;
        foreach (var (label, child) in node.Children)
            Place(child, origin ^ label, units, bases);
    }

    private sealed class Node
    {
        public SortedDictionary<byte, Node> Children { get; } = [];

        public int? Value { get; set; }
    }
}
