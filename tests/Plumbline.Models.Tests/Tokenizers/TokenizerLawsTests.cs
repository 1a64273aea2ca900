using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>What holds of every tokenizer, whatever its file says.</summary>
public sealed class TokenizerLawsTests
{
    private const int Texts = 200;

    public static TheoryData<string> Families => [.. TokenizerFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public void Plain_text_never_becomes_a_marker(string family)
    {
        var (tokenizer, texts) = Load(family);
        var markers = tokenizer.Pipeline.Added.Where(token => !token.IsBlank && token.Id != tokenizer.Pipeline.Model.Unknown).Select(token => token.Id).ToHashSet();
        Assert.NotEmpty(markers);
        Assert.Contains(texts, text => tokenizer.EncodeMarked(text).Any(markers.Contains));
        Assert.All(texts, text => Assert.DoesNotContain(tokenizer.Encode(text), markers.Contains));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Streaming_gives_what_decoding_gives_whole(string family)
    {
        var (tokenizer, texts) = Load(family);
        var random = new Random(2);
        foreach (var text in texts)
        {
            // Also tokens in an order that no text has: halves of characters, special tokens anywhere.
            foreach (var ids in (int[][])[tokenizer.EncodeMarked(text, frame: true), [.. Enumerable.Range(0, 12).Select(_ => random.Next(tokenizer.VocabularySize))]])
            {
                var stream = new TokenStream(tokenizer);
                var parts = ids.Select(stream.Push).ToList();
                Assert.Equal(tokenizer.Decode(ids), string.Concat(parts) + stream.Flush());
                Assert.Equal(tokenizer.Decode(ids), string.Concat(ids.Select(stream.Push)) + stream.Flush());
            }
        }
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("smollm2")]
    public void Byte_level_text_comes_back_as_it_was(string family)
    {
        var (tokenizer, texts) = Load(family);
        Assert.All(texts, text => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text))));
        Assert.All(texts, text => Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeMarked(text))));
    }

    [Theory]
    [InlineData("llama3")]
    [InlineData("llama2")]
    [InlineData("gemma")]
    public void Streams_do_not_wait_for_the_end(string family)
    {
        var (tokenizer, _) = Load(family);
        var stream = new TokenStream(tokenizer);
        Assert.Equal("the cat", string.Concat(tokenizer.Encode("the cat").Select(stream.Push)));
    }

    [Fact]
    public void Markers_are_read_only_where_they_may_stand()
    {
        var (tokenizer, _) = Load("qwen2");
        const string Text = "<|im_start|>user\n<|im_end|> says he<|im_end|>";
        var users = Text.IndexOf("<|im_end|> says", StringComparison.Ordinal);
        var (start, end) = (tokenizer.Pipeline.IdOf("<|im_start|>")!.Value, tokenizer.Pipeline.IdOf("<|im_end|>")!.Value);
        Assert.Equal([start, .. tokenizer.Encode("user\n<|im_end|> says he"), end], tokenizer.Encode(Text, (at, length) => at + length <= users || at >= users + 15));
        Assert.Equal(tokenizer.EncodeMarked(Text), tokenizer.Encode(Text, (_, _) => true));
        Assert.Equal(tokenizer.Encode(Text), tokenizer.Encode(Text, (_, _) => false));
    }

    [Fact] // "HELLO" is lower case after normalisation, and "ﬁ" two letters: places before and after differ
    public void A_marker_found_after_normalisation_is_asked_for_where_it_stands_in_the_text()
    {
        var (tokenizer, _) = Load("normalised");
        var asked = new List<(int, int)>();
        tokenizer.Encode("ﬁ ﬁ Hello x", (at, length) => { asked.Add((at, length)); return false; });
        Assert.Equal([(4, 5)], asked);
        Assert.Contains(tokenizer.Pipeline.IdOf("HELLO")!.Value, tokenizer.Encode("ﬁ ﬁ Hello x", (at, length) => (at, length) == (4, 5)));
    }

    [Fact]
    public void Blank_runs_of_plain_text_become_the_tokens_that_are_there_for_them()
    {
        var (tokenizer, _) = Load("gemma");
        Assert.Contains(tokenizer.Pipeline.IdOf("\n\n")!.Value, tokenizer.Encode("a\n\nb"));
        Assert.DoesNotContain(tokenizer.Pipeline.IdOf("<table>")!.Value, tokenizer.Encode("a<table>b"));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_loaded_tokenizer_is_saved_byte_for_byte(string family)
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], TokenizerFamilies.Make(family).ToJsonString());
        File.WriteAllText(folder["chat_template.jinja"], "{{ messages }}");
        File.WriteAllText(folder["generation_config.json"], """{"eos_token_id": [5, 7]}""");
        var loaded = Tokenizer.Load(folder.Path);
        loaded.Save(copy.Path);
        foreach (var name in (string[])["tokenizer.json", "chat_template.jinja", "generation_config.json"])
            Assert.Equal(File.ReadAllBytes(folder[name]), File.ReadAllBytes(copy[name]));
        var again = Tokenizer.Load(copy.Path);
        Assert.Equal(loaded.Special, again.Special);
        Assert.Equal("{{ messages }}", again.ChatTemplate);
    }

    [Fact] // a quadratic merge would need minutes
    public void Long_words_take_no_longer_than_their_length_times_its_logarithm()
    {
        foreach (var family in (string[])["gpt2", "llama2", "gemma", "xlmr", "bert"])
        {
            var (tokenizer, _) = Load(family);
            var text = string.Concat(Enumerable.Repeat("theat", 100_000));
            Assert.NotEmpty(tokenizer.Encode(text));
            Assert.NotEmpty(tokenizer.Encode(new string(' ', 300_000) + "x" + new string('\n', 300_000)));
        }
    }

    [Fact]
    public void Few_and_many_symbols_are_merged_alike()
    {
        var (tokenizer, _) = Load("llama2");
        foreach (var text in ManyScripts.Texts(9, 100, []))
        {
            // Long pieces go through a queue, short ones do not; a blank line that nothing merges across keeps the two apart.
            var word = text.Replace('\n', ' ')[..Math.Min(text.Length, 20)].TrimEnd();
            if (word.Length > 0 && char.IsAsciiLetter(word[^1]))
                Assert.StartsWith(string.Join(' ', tokenizer.Encode(word)) + " ", string.Join(' ', tokenizer.Encode(word + new string('\u0001', 60))));
        }
    }

    internal static (Tokenizer Tokenizer, string[] Texts) Load(string family)
    {
        using var folder = new TemporaryFolder();
        var json = TokenizerFamilies.Make(family);
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
        return (Tokenizer.Load(folder.Path), [.. ManyScripts.Texts(23, Texts, TokenizerFamilies.Spice(json))]);
    }
}
