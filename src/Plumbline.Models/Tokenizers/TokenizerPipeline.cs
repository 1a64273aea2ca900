using System.Text;
using Plumbline.Models.Tokenizers.Decoders;
using Plumbline.Models.Tokenizers.Normalizers;
using Plumbline.Models.Tokenizers.Splitters;
using Plumbline.Models.Tokenizers.Subwords;

namespace Plumbline.Models.Tokenizers;

/// <summary>All that tokenizer.json describes: text is searched for added tokens, normalised, cut, and spelt in tokens; tokens are read back as text.</summary>
internal sealed class TokenizerPipeline
{
    private readonly Dictionary<string, int> ids;
    private readonly string?[] tokens; // by id
    private readonly HashSet<string> special;
    private readonly AddedTokenFinder? raw, normalised;
    private readonly HashSet<int> blank;

    /// <exception cref="ArgumentException">Two added tokens look alike once they are normalised, or one is empty then.</exception>
    public TokenizerPipeline(IReadOnlyList<AddedToken> added, Normalizer? normalizer, Splitter? splitter, SubwordModel model, IReadOnlyList<Frame> frames, TokenDecoder? decoder)
    {
        (Added, Normalizer, Splitter, Model, Frames, Decoder) = (added, normalizer, splitter, model, frames, decoder);
        ids = new(model.Tokens, StringComparer.Ordinal);
        tokens = new string?[Math.Max(model.Tokens.Values.Max(), added.Select(token => token.Id).DefaultIfEmpty().Max()) + 1];
        foreach (var (token, id) in model.Tokens)
            tokens[id] = token;
        foreach (var token in added)
        {
            ids[token.Content] = token.Id;
            tokens[token.Id] = token.Content;
        }
        special = added.Where(token => token.Special).Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        blank = added.Where(token => token.IsBlank).Select(token => token.Id).ToHashSet();
        model.Guard(added.Where(token => !token.IsBlank).Select(token => token.Id));
        raw = Finder([.. added.Where(token => !token.Normalized).Select(token => (token.Content, token))]);
        var forms = added.Where(token => token.Normalized).Select(token => (Form: Normalise(new(token.Content)).Text, Token: token)).ToArray();
        if (forms.GroupBy(each => each.Form, StringComparer.Ordinal).FirstOrDefault(group => group.Key.Length == 0 || group.Count() > 1) is { } wrong)
            throw new ArgumentException($"the added token '{wrong.First().Token.Content}' is empty or like another one once it is normalised.");
        foreach (var (form, token) in forms)
            tokens[token.Id] = form; // so does the original, that its decoder can undo what the normaliser did
        normalised = Finder(forms);
    }

    public IReadOnlyList<AddedToken> Added { get; }

    public Normalizer? Normalizer { get; }

    public Splitter? Splitter { get; }

    public SubwordModel Model { get; }

    public IReadOnlyList<Frame> Frames { get; }

    public TokenDecoder? Decoder { get; }

    /// <summary>One more than the greatest id.</summary>
    public int Size => tokens.Length;

    /// <summary>The id of a token by its name, or null if it is none.</summary>
    public int? IdOf(string name) => ids.TryGetValue(name, out var id) ? id : null;

    /// <summary>What a token looks like; null for an id between others that is none.</summary>
    public string? TokenOf(int id) => tokens[id];

    /// <summary>Whether a token is no text.</summary>
    public bool IsSpecial(int id) => tokens[id] is { } token && special.Contains(token);

    /// <param name="text">Well-formed text.</param>
    /// <param name="mayBeMarker">Whether an added token may be read at this start and length; null if every one may.</param>
    /// <param name="frame">Whether the tokens around a text are added.</param>
    public int[] Encode(string text, Func<int, int, bool>? mayBeMarker, bool frame)
    {
        var found = new List<int>(text.Length / 3 + 4);
        foreach (var (start, length, token) in Cut(raw, text, mayBeMarker is null ? null : (token, at, width) => blank.Contains(token.Id) || mayBeMarker(at, width)))
        {
            if (token is not null)
                found.Add(token.Id);
            else
                EncodeSection(text.Substring(start, length), start, mayBeMarker, found);
        }
        return Frames.Aggregate(found.ToArray(), (done, step) => step.Around(done, frame));
    }

    /// <summary>A stretch of text without added tokens that are looked for before normalisation.</summary>
    private void EncodeSection(string text, int offset, Func<int, int, bool>? mayBeMarker, List<int> found)
    {
        var aligned = Normalise(AlignedText.Of(text, aligned: normalised is not null && mayBeMarker is not null));
        foreach (var (start, length, token) in Cut(normalised, aligned.Text, mayBeMarker is null ? null : May))
        {
            if (token is not null)
                found.Add(token.Id);
            else if (length > 0)
                EncodePiece(new(aligned.Text, start, length, IsFirst: offset == 0 && start == 0), mayBeMarker is not null, found);
        }

        bool May(AddedToken token, int start, int length)
        {
            var (from, width) = aligned.Origin(start, length);
            return blank.Contains(token.Id) || mayBeMarker(offset + from, width);
        }
    }

    private void EncodePiece(TextPiece piece, bool isPlain, List<int> found)
    {
        if (Splitter is null)
        {
            Model.Encode(piece.Span, found, isPlain);
            return;
        }
        // The piece must be a text of its own: patterns look around.
        var pieces = new List<TextPiece>();
        Splitter.Split(piece.With(piece.ToString()), pieces);
        foreach (var each in pieces)
        {
            if (each.Length > 0)
                Model.Encode(each.Span, found, isPlain);
        }
    }

    private AlignedText Normalise(AlignedText text) => Normalizer?.Normalize(text) ?? text;

    private static List<(int Start, int Length, AddedToken? Token)> Cut(AddedTokenFinder? finder, string text, Func<AddedToken, int, int, bool>? may) =>
        finder?.Cut(text, may) ?? [(0, text.Length, null)];

    private static AddedTokenFinder? Finder((string, AddedToken)[] forms) => forms.Length == 0 ? null : new(forms);
}
