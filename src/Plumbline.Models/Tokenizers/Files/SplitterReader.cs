using System.Text;
using Plumbline.Models.Json;
using Plumbline.Models.Tokenizers.Patterns;
using Plumbline.Models.Tokenizers.Splitters;

namespace Plumbline.Models.Tokenizers.Files;

/// <summary>Reads <c>pre_tokenizer</c>.</summary>
internal static class SplitterReader
{
    private const int MaximumLength = 1 << 20;

    public static Splitter Read(JsonPlace place)
    {
        var json = new JsonKeys(place);
        var type = json["type"];
        Splitter splitter = type.Text() switch
        {
            "Sequence" => new SequenceSplitter([.. json["pretokenizers"].Elements().Select(Read)]),
            "Split" => new PatternSplitter(PatternReader.Read(json["pattern"]), Behavior(json["behavior"]), json["invert"].Flag()),
            "ByteLevel" => ByteLevel(json),
            "Metaspace" => Metaspace(json),
            "Whitespace" => new PatternSplitter(new RunPattern(rune => Characters.IsWord(rune) ? 1 : Rune.IsWhiteSpace(rune) ? 0 : 2), SplitBehavior.Removed, invert: true),
            "WhitespaceSplit" => new PatternSplitter(new CharacterPattern(Rune.IsWhiteSpace), SplitBehavior.Removed),
            "Digits" => new PatternSplitter(new CharacterPattern(Characters.IsNumeric), json["individual_digits"].Flag() ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
            "Punctuation" => new PatternSplitter(new CharacterPattern(Characters.IsPunctuation), json.Find("behavior") is { } behavior ? Behavior(behavior) : SplitBehavior.Isolated),
            "BertPreTokenizer" => new SequenceSplitter([
                new PatternSplitter(new CharacterPattern(Rune.IsWhiteSpace), SplitBehavior.Removed),
                new PatternSplitter(new CharacterPattern(Characters.IsPunctuation), SplitBehavior.Isolated)]),
            "CharDelimiterSplit" => new PatternSplitter(new LiteralPattern(Character(json["delimiter"])), SplitBehavior.Removed),
            "FixedLength" => new FixedLengthSplitter(json.Whole("length", 1, MaximumLength) ?? 5),
            var other => throw type.Wrong($"the pre-tokenizer '{other}' is not known.", TokenizerFile.Remedy),
        };
        json.RefuseRest(_ => false, TokenizerFile.Remedy);
        return splitter;
    }

    /// <summary>Where a piece that begins without a space gets one; older files say <c>add_prefix_space</c>.</summary>
    public static PrependScheme Scheme(JsonKeys json)
    {
        var scheme = json.Find("prepend_scheme") is not { } found ? PrependScheme.Always : found.Text() switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw found.Unexpected("\"always\", \"first\" or \"never\""),
        };
        if (json.Find("add_prefix_space") is not { } prefix || prefix.Flag())
            return scheme;
        return json.Find("prepend_scheme") is null || scheme == PrependScheme.Never ? PrependScheme.Never : throw prefix.Wrong("this does not fit 'prepend_scheme'.", "Take one of the two away.");
    }

    /// <summary>A string of one character.</summary>
    public static string Character(JsonPlace json) =>
        json.Text() is var text && Rune.TryGetRuneAt(text.Length > 0 ? text : "\uD800", 0, out var rune) && rune.Utf16SequenceLength == text.Length ? text : throw json.Unexpected("a single character");

    private static ByteLevelSplitter ByteLevel(JsonKeys json)
    {
        json.Find("trim_offsets"); // says where tokens stand in the text, not which they are
        return new(json["add_prefix_space"].Flag(), json.Flag("use_regex") ?? true);
    }

    private static MetaspaceSplitter Metaspace(JsonKeys json)
    {
        json.Find("str_rep");
        var replacement = Character(json["replacement"]);
        return replacement.Length == 1 ? new(replacement[0], Scheme(json), json.Flag("split") ?? true) : throw json["replacement"].Unexpected("a character up to U+FFFF");
    }

    private static SplitBehavior Behavior(JsonPlace json) => json.Text() switch
    {
        "Isolated" => SplitBehavior.Isolated,
        "Removed" => SplitBehavior.Removed,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw json.Unexpected("Isolated, Removed, MergedWithPrevious, MergedWithNext or Contiguous"),
    };
}
