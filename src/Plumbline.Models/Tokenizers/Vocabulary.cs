namespace Plumbline.Models.Tokenizers;

/// <summary>What <see cref="BytePairTrainer"/> has learnt.</summary>
/// <param name="Tokens">Ids of ordinary tokens, spelt in <see cref="ByteAlphabet"/>; all 256 bytes are among them.</param>
/// <param name="Merges">Pairs of tokens to join, the most urgent first.</param>
/// <param name="Added">Ids of tokens that no text is split into, by name.</param>
/// <param name="Expression">The regular expression that text is cut with.</param>
internal sealed record Vocabulary(IReadOnlyDictionary<string, int> Tokens, IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyDictionary<string, int> Added, string Expression);
