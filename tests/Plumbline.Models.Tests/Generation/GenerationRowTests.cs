using Plumbline.Models.Generation;

namespace Plumbline.Models.Tests.Generation;

public sealed class GenerationRowTests
{
    private static readonly Tokenizer Words = TinyModel.Tokenizer;

    [Fact] // by hand: logits 2, 1, −1, 0; bias +0.5 on 3; θ = 2 on seen {0 prompt, 2 written}; α_f = 0.25 twice and α_p = 0.1 on 2
    public void Penalties_follow_their_formulas()
    {
        var adjustments = new LogitAdjustments(new() { LogitBias = new Dictionary<int, double> { [3] = 0.5, [99] = 1 }, RepetitionPenalty = 2, FrequencyPenalty = 0.25, PresencePenalty = 0.1 }, [0, 77]);
        adjustments.Add(2);
        adjustments.Add(2);
        float[] logits = [2, 1, -1, 0];
        adjustments.Apply(logits);
        Assert.Equal([1, 1, -2.6f, 0.5f], logits);
    }

    [Fact]
    public void A_stop_string_that_spans_tokens_ends_the_answer_and_is_not_shown()
    {
        using var model = TinyModel.Make();
        var text = Words.Encode("the mat was warm, because yes");
        var row = Write(new() { MaxNewTokens = 50, StopStrings = ["never", "m, be"] }, text);
        Assert.Equal(StopReason.StopString, row.Stop);
        Assert.True(row.Tokens.Length < text.Length);
        Assert.Equal("the mat was war", model.Read(row).Text);
    }

    [Fact]
    public void Text_that_may_be_the_beginning_of_a_stop_string_is_held_back()
    {
        var held = new HeldBackText(["END", "\n\n"]);
        Assert.Equal(["a", "b ", "", "ENx", "", "\nc", "", ""], ((string[])["a", "b E", "N", "x", "\n", "c", "E", "ND rest"]).Select(held.Add));
        Assert.Equal("", held.Finish());
        var open = new HeldBackText(["END"]);
        Assert.Equal("x", open.Add("xEN"));
        Assert.Equal("EN", open.Finish());
    }

    [Fact]
    public void Further_end_tokens_end_it_and_no_end_comes_too_early()
    {
        var comma = Words.Encode(",")[0];
        var row = Write(new() { MaxNewTokens = 50, EndTokens = [comma] }, Words.Encode("yes, the"));
        Assert.Equal((StopReason.End, comma), (row.Stop, row.Tokens[^1]));
        var early = Write(new() { MaxNewTokens = 8, MinNewTokens = 5 }, [.. Enumerable.Repeat(Words.Special.End, 8)]);
        Assert.Equal((StopReason.End, 6), (early.Stop, early.Tokens.Length));
    }

    [Fact]
    public void Reasoning_is_free_and_the_answer_after_it_is_held_to_the_constraint()
    {
        int[] wanted = [Words.Special.Think!.Value, .. Words.Encode("because"), Words.Special.End, Words.Special.EndThink!.Value, .. Words.Encode("maybe")];
        var row = Write(new() { MaxNewTokens = 40, Constraint = OutputConstraint.Choice("yes") }, wanted);
        Assert.Equal(StopReason.End, row.Stop);
        using var model = TinyModel.Make();
        var message = model.Read(row);
        Assert.Equal("yes", message.Text);
        Assert.StartsWith("because", message.Contents.OfType<Microsoft.Extensions.AI.TextReasoningContent>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Under_a_constraint_a_limit_of_tokens_ends_with_length() =>
        Assert.Equal(StopReason.Length, Write(new() { MaxNewTokens = 2, Constraint = OutputConstraint.JsonObject }, []).Stop);

    [Fact] // logits 0, 1, 2, 3 and far below: log-probabilities 3 − ln(1 + e + e² + e³) and so on
    public void Alternatives_are_the_likeliest_under_the_model()
    {
        var logits = new float[Words.VocabularySize];
        Array.Fill(logits, -1000);
        (logits[10], logits[20], logits[30], logits[40]) = (0, 1, 2, 3);
        var row = new GenerationRow([60], 1, new() { TopLogProbabilities = 2 }, 1, Words, [Words.Special.End]);
        row.Write(logits);
        var total = Math.Log(1 + Math.E + Math.Exp(2) + Math.Exp(3));
        var best = Assert.Single(row.Completion.Alternatives);
        Assert.Equal([40, 30], best.Select(each => each.Token));
        Assert.Equal(3 - total, best[0].LogProbability, 1e-5);
        Assert.Equal(2 - total, best[1].LogProbability, 1e-5);
        Assert.Equal(best[0].LogProbability, row.Completion.LogProbabilities[0]);
    }

    /// <summary>A model that would say these tokens and nothing else, but for what is least unlikely.</summary>
    private static Completion Write(GenerationOptions options, int[] wanted)
    {
        var row = new GenerationRow([60], options.MaxNewTokens, options, 1, Words, [Words.Special.End]);
        for (var at = 0; !row.Done; at++)
        {
            var logits = new float[Words.VocabularySize];
            logits[at < wanted.Length ? wanted[at] : Words.Special.EndThink!.Value] = 5;
            row.Write(logits);
        }
        return row.Completion;
    }
}
