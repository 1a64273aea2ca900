using Plumbline.Models.Json;
using Plumbline.Models.Tokenizers.Decoders;
using Plumbline.Models.Tokenizers.Splitters;
using Plumbline.Models.Tokenizers.Subwords;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary><c>tokenizer.json</c> in the layout of Hugging Face.</summary>
/// <remarks>
/// Anything in the file that would tokenise in another way than this program does is refused by name. Only <c>truncation</c> and <c>padding</c> are passed over: they
/// shape batches, and whoever loads a model sets them anew.
/// </remarks>
internal static class TokenizerFile
{
    public const string Name = "tokenizer.json", Remedy = "Use a tokenizer without it, or take the file from the place where the model came from again.";
    public const int MaximumId = 1 << 24;

    private const long MaximumBytes = 128 << 20;

    /// <summary>The bytes of the file.</summary>
    /// <exception cref="InputException">It is missing or too large.</exception>
    public static byte[] Read(string file) => JsonPlace.Read(file, MaximumBytes);

    /// <param name="file">Path of the file, as errors name it.</param>
    /// <param name="utf8">What is in it.</param>
    /// <exception cref="InputException">It is malformed, or asks for something that is not known here.</exception>
    public static TokenizerPipeline Parse(string file, byte[] utf8)
    {
        var root = JsonPlace.Parse(file, utf8);
        var json = new JsonKeys(root);
        if (json.Find("version") is { } version && version.Text() != "1.0")
            throw version.Unexpected("\"1.0\"");
        json.Find("truncation");
        json.Find("padding");
        var normalizer = json.Find("normalizer") is { } normalization ? NormalizerReader.Read(normalization) : null;
        var splitter = json.Find("pre_tokenizer") is { } cutting ? SplitterReader.Read(cutting) : null;
        var (rest, spellsBytes) = Unspelt(splitter);
        var model = ModelReader.Read(json["model"], spellsBytes, out var names);
        var added = AddedTokenReader.Read(json.Find("added_tokens"), model.Tokens, names);
        var frames = json.Find("post_processor") is { } processor ? FrameReader.Read(processor) : [];
        var decoder = json.Find("decoder") is { } decoding ? DecoderReader.Read(decoding) : null;
        json.RefuseRest(_ => false, Remedy);
        try
        {
            var pipeline = new TokenizerPipeline(added, normalizer, model is BytePairModel ? rest : splitter, model, frames, decoder);
            return frames.SelectMany(frame => frame.Parts).SelectMany(part => part ?? []).FirstOrDefault(id => id >= pipeline.Size || pipeline.TokenOf(id) is null, -1) is var none and >= 0
                ? throw root.Wrong($"post_processor adds the token {none}, which is none.", "Use files of one and the same model.")
                : pipeline;
        }
        catch (ArgumentException e)
        {
            throw root["added_tokens"].Wrong(e.Message, "Every added token has a form of its own.");
        }
    }

    /// <summary>Where the last step spells text in bytes, a byte-pair model does it itself: its cache then knows words as they are written.</summary>
    private static (Splitter? Before, bool SpellsBytes) Unspelt(Splitter? splitter) => splitter switch
    {
        ByteLevelSplitter { PrefixSpace: false, UsesRegex: false } => (null, true),
        ByteLevelSplitter last => (last.Unspelt, true),
        SequenceSplitter { Steps: { Count: > 0 } steps } when Unspelt(steps[^1]) is (var rest, true) =>
            (new SequenceSplitter(rest is null ? [.. steps.SkipLast(1)] : [.. steps.SkipLast(1), rest]), true),
        _ => (splitter, false),
    };
}
