using System.Text;

namespace Plumbline.Models.Tokenizers.Subwords;

/// <summary>Spells a piece of text in tokens: <c>model</c> in tokenizer.json.</summary>
internal abstract class SubwordModel
{
    private readonly HashSet<int> guarded = [];

    private protected SubwordModel(IReadOnlyDictionary<string, int> tokens) => Tokens = tokens;

    /// <summary>Ids by token.</summary>
    public IReadOnlyDictionary<string, int> Tokens { get; }

    /// <summary>The token for what the vocabulary cannot spell, or null.</summary>
    public int? Unknown { get; protected init; }

    /// <summary>Says which tokens mark something, so that plain text must not become them. Called once, before the first text.</summary>
    public void Guard(IEnumerable<int> markers) => guarded.UnionWith(markers.Where(id => id != Unknown));

    /// <summary>Appends the tokens of a piece.</summary>
    /// <param name="piece">Text that is not empty.</param>
    /// <param name="ids">Takes the tokens.</param>
    /// <param name="isPlain">Whether the tokens that mark something are out of reach.</param>
    public abstract void Encode(ReadOnlySpan<char> piece, List<int> ids, bool isPlain);

    private protected bool MayUse(int id, bool isPlain) => !isPlain || !guarded.Contains(id);

    /// <summary>The tokens for single bytes, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>; null where the vocabulary lacks one.</summary>
    private protected static int?[] FindBytes(IReadOnlyDictionary<string, int> tokens) =>
        [.. Enumerable.Range(0, 256).Select(value => tokens.TryGetValue($"<0x{value:X2}>", out var id) ? id : (int?)null)];

    /// <summary>Spells text in bytes, if there is a token for every one of them.</summary>
    private protected static bool TryBytes(int?[] byteTokens, ReadOnlySpan<char> text, List<int> ids)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var spelling = bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes));
        foreach (var value in spelling)
        {
            if (byteTokens[value] is null)
                return false;
        }
        foreach (var value in spelling)
            ids.Add(byteTokens[value]!.Value);
        return true;
    }
}
