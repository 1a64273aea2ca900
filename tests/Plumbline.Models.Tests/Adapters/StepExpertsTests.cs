using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Low-rank adapters whose experts are chosen by the step of each token (032).</summary>
public sealed class StepExpertsTests
{
    private const int First = 270, Second = 271, Rank = 2;

    // Step 0 up to the prompt's end, then step 1, then step 2.
    private static readonly long[] Text = [20, 31, 12, First, 44, 9, Second, 13, 8, 45];

    [Fact] // W = [1], x = 3, s = 1. Shared: B·A = 2; experts 10 and 100: 3 + 6, 3 + 6 + 30, 3 + 6 + 300
    public void Each_token_gets_the_shared_change_and_that_of_its_step()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var change = new LowRankChange("m", new(1, 1) { StepTokens = [5, 6] }, new(tensor(new float[,] { { 2 }, { 1 }, { 1 } })), new(tensor(new float[,] { { 1, 10, 100 } })), null, 0, 1, () => null);
        var experts = new StepRoute([5, 6], 1).Of(tensor([9L, 5, 7, 6]).unsqueeze(0), null);
        Assert.Equal([9, 39, 39, 309], change.Project(ones([1, 4, 1]).Times(3), tensor(new float[,] { { 1 } }), null, experts).data<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => change.Project(ones([1, 1]), ones([1, 1]), null));
    }

    [Fact] // steps 0 0 1 1 in the prompt; both answers go on from step 1; another text begins without a step
    public void In_packed_texts_a_step_lasts_into_the_answers_that_go_on_from_it()
    {
        using var scope = NewDisposeScope();
        var packed = new PackedTexts([1, 2, 5, 3, 4, 6, 4, 4, 2, 5, 5], [0, 1, 2, 3, 4, 5, 4, 5, 0, 1, 2], [new(4, null), new(2, 0), new(2, 0), new(3, null)]);
        var used = new StepRoute([5, 6], 1).Of(packed, CPU);
        Assert.Equal([1, 11, 3], used.shape);
        string[] expected = ["100", "100", "110", "110", "110", "101", "110", "110", "100", "110", "110"];
        Assert.Equal(expected, Enumerable.Range(0, 11).Select(token => string.Concat(used[0, token].data<float>().ToArray())));
    }

    [Fact]
    public void Changing_the_expert_of_step_2_changes_no_logit_before_its_first_token_to_the_last_bit()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        using var adapter = Make(model.Decoder);
        model.Decoder.Attach(adapter);
        var before = Logits(model.Decoder, Text);
        foreach (var (name, value) in adapter.Parameters)
            value.narrow(name.EndsWith("lora_A.weight", StringComparison.Ordinal) ? 0 : 1, 2 * Rank, Rank).TimesInPlace(-3);
        var after = Logits(model.Decoder, Text);
        Assert.True(before.narrow(0, 0, 6).bytes.SequenceEqual(after.narrow(0, 0, 6).bytes));
        Assert.All(Enumerable.Range(6, 4), at => Assert.False(before[at].allclose(after[at], 0, 1e-4)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void With_a_cache_the_step_goes_on_where_it_was(int piece)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        using var adapter = Make(model.Decoder);
        model.Decoder.Attach(adapter);
        var whole = Logits(model.Decoder, Text);
        using var cache = new KeyValueCache(model.Decoder.Config, 1, Text.Length);
        var parts = Text.Index().Chunk(piece).Select(part => model.Decoder.Hidden(tensor([.. part.Select(each => each.Item)]).unsqueeze(0), tensor([.. part.Select(each => (long)each.Index)]).unsqueeze(0), null, cache)).ToArray();
        Assert.True(model.Decoder.Logits(cat(parts, 1))[0].allclose(whole, 0, 1e-5));
        using (model.Decoder.WithoutAdapter())
            Assert.False(Logits(model.Decoder, Text).allclose(whole, 0, 1e-3));
    }

    [Fact] // prompts of three lengths and in three steps in one batch, rows that end early: each token is the likeliest of a full pass over what stands before it
    public void Generation_in_batches_writes_what_full_passes_over_each_text_would_write()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        using var adapter = Make(model.Decoder);
        model.Decoder.Attach(adapter);
        int[][] prompts = [[20, 31, 12], [20, First, 44, 9, 7], [31, Second, 8, 12, 9, 9, 20]];
        var written = new BatchGenerator(model).Generate(prompts, new() { MaxNewTokens = 12, Temperature = 0 }, TestContext.Current.CancellationToken);
        foreach (var (prompt, completion) in prompts.Zip(written))
        {
            List<long> text = [.. prompt.Select(id => (long)id)];
            foreach (var token in completion.Tokens)
            {
                Assert.Equal(Logits(model.Decoder, [.. text])[text.Count - 1].narrow(0, 0, model.Tokenizer.VocabularySize).argmax().item<long>(), token);
                text.Add(token);
            }
            Assert.True(completion.Tokens.Length > 2);
        }
    }

    [Fact] // the ordinary adapter is the case of a shared expert alone
    public void Without_steps_it_is_an_ordinary_adapter()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        using var ordinary = LowRankAdapter.Create(new(Rank, 4), model.Decoder, 1);
        Assert.Equal(Rank, ordinary.Parameters[0].Value.shape[0]);
        Assert.Null(ordinary.Route);
        using var experts = LowRankAdapter.Create(new(Rank, 4) { StepTokens = [First, Second] }, model.Decoder, 1);
        using var wide = LowRankAdapter.Create(new(3 * Rank, 12), model.Decoder, 1);
        Assert.Equal(wide.Parameters.Select(each => (each.Name, Count: each.Value.numel())), experts.Parameters.Select(each => (each.Name, Count: each.Value.numel())));
        Assert.NotEqual(ordinary.Description, experts.Description);
    }

    [Fact]
    public void Saved_and_read_again_it_says_the_same_and_is_attached_rather_than_merged()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        using var adapter = Make(model.Decoder);
        adapter.Save(folder.Path);
        model.Decoder.Attach(adapter);
        var expected = Logits(model.Decoder, Text);
        using var again = Assert.IsType<LowRankAdapter>(Adapter.Load(folder.Path));
        Assert.Equal([First, Second], again.Config.StepTokens);
        again.ApplyTo(model.Decoder);
        Assert.Same(again, model.Decoder.Adapter);
        Assert.True(Logits(model.Decoder, Text).bytes.SequenceEqual(expected.bytes));
        Assert.Contains("cannot be written into the weights", Assert.Throws<InputException>(() => again.MergeInto(model.Decoder)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"LORA\"", File.ReadAllText(folder[Adapter.ConfigName]), StringComparison.Ordinal); // PEFT would use every expert for every token
    }

    [Theory]
    [InlineData("step_tokens", "[]", "by no token")]
    [InlineData("step_tokens", "[7, 7]", "the same one")]
    [InlineData("step_tokens", "[7, -1]", "a whole number")]
    [InlineData("step_tokens", "\"7\"", "an array")]
    [InlineData("step_tokens", "[7]", "the shape is")] // of two experts, but there are three
    [InlineData("step_tokens", null, "step_tokens")]
    [InlineData("r", "65000", "ranks together")]
    [InlineData("use_dora", "true", "cannot be decomposed")]
    [InlineData("peft_type", "\"LORA\"", "'step_tokens'")]
    public void A_file_that_is_not_right_is_refused(string key, string? value, string complaint)
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using (var adapter = Make(model.Decoder))
            adapter.Save(folder.Path);
        var json = JsonNode.Parse(File.ReadAllText(folder[Adapter.ConfigName]))!.AsObject();
        json.Remove(key);
        if (value is not null)
            json[key] = JsonNode.Parse(value);
        File.WriteAllText(folder[Adapter.ConfigName], json.ToJsonString());
        var error = Assert.Throws<InputException>(() => Adapter.Load(folder.Path));
        Assert.StartsWith(folder.Path, error.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_that_open_no_step_are_refused()
    {
        using var model = TinyModel.Make();
        Assert.Throws<ArgumentException>(() => LowRankAdapter.Create(new(1, 1) { StepTokens = [4, 4] }, model.Decoder, 1));
        Assert.Throws<ArgumentException>(() => LowRankAdapter.Create(new(1, 1) { StepTokens = [-4] }, model.Decoder, 1));
        Assert.Throws<ArgumentException>(() => LowRankAdapter.Create(new(1, 1, WeightDecomposed: true) { StepTokens = [4] }, model.Decoder, 1));
        using var beyond = LowRankAdapter.Create(new(1, 1) { StepTokens = [model.Decoder.Config.VocabularySize] }, model.Decoder, 1);
        Assert.Contains("cannot open a step", Assert.Throws<InputException>(() => model.Decoder.Attach(beyond)).Message, StringComparison.Ordinal);
        using var padding = LowRankAdapter.Create(new(1, 1) { StepTokens = [model.Tokenizer.Special.Pad] }, model.Decoder, 1);
        Assert.Contains("cannot open a step", Assert.Throws<InputException>(() => model.Decoder.Attach(padding)).Message, StringComparison.Ordinal);
        Assert.Null(model.Decoder.Adapter);
    }

    /// <summary>One whose experts all do something.</summary>
    private static LowRankAdapter Make(Decoder decoder)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var adapter = LowRankAdapter.Create(new(Rank, 4) { StepTokens = [First, Second] }, decoder, 3);
        using var generator = new Generator(5);
        foreach (var (name, value) in adapter.Parameters.Where(each => each.Name.EndsWith("lora_B.weight", StringComparison.Ordinal)))
            value.copy_(randn(value.shape, generator: generator));
        return adapter;
    }

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]
}
