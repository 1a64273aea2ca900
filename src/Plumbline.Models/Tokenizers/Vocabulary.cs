namespace Plumbline.Models.Tokenizers;

/// <summary>Everything that <c>tokenizer.json</c> says of a byte-level BPE tokenizer.</summary>
/// <param name="Tokens">Ids of ordinary tokens, spelt in <see cref="ByteAlphabet"/>; all 256 bytes are among them.</param>
/// <param name="Merges">Pairs of tokens to join, the most urgent first.</param>
/// <param name="Added">Ids of tokens that no text is split into, by name.</param>
/// <param name="Splitter">Cuts text into pieces.</param>
internal sealed record Vocabulary(IReadOnlyDictionary<string, int> Tokens, IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyDictionary<string, int> Added, TextSplitter Splitter);
