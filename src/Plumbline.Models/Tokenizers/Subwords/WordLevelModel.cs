namespace Plumbline.Models.Tokenizers.Subwords;

/// <summary>Every piece is a token, or unknown.</summary>
internal sealed class WordLevelModel : SubwordModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly int unknown;

    public WordLevelModel(Dictionary<string, int> tokens, int unknown)
        : base(tokens)
    {
        lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        Unknown = this.unknown = unknown;
    }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids, bool isPlain) =>
        ids.Add(lookup.TryGetValue(piece, out var id) && MayUse(id, isPlain) ? id : unknown);
}
