using Plumbline.Worlds.Counter;

namespace Plumbline.Worlds.Tests.Counter;

/// <summary>The page about the world says what the world does.</summary>
public sealed class WorldsPageTests
{
    [Fact]
    public void It_lists_every_sentence_that_is_read_and_no_other()
    {
        var page = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(Example.Path("counter.spec.yaml"))!, "..", "..", "docs", "worlds.md"));
        var listed = page.SkipWhile(line => !line.StartsWith("| A rule may", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1].Trim());
        Assert.Equal(CounterGrammar.Sentences.Values.SelectMany(sentences => sentences).Select(sentence => sentence.Wording).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
