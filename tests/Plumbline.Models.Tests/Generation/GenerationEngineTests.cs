using Plumbline.Models.Generation;
using TorchSharp;

namespace Plumbline.Models.Tests.Generation;

public sealed class GenerationEngineTests : IDisposable
{
    private readonly LanguageModel model = TinyModel.Make();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Texts_that_join_and_leave_are_written_as_if_alone_to_the_last_bit(double temperature)
    {
        var random = new Random(3);
        var prompts = Enumerable.Range(0, 40).Select(_ => Prompt(random, random.Next(1, 120))).ToArray();
        var lengths = prompts.Select(_ => random.Next(1, 30)).ToArray();
        var alone = prompts.Index().Select(each => Row(each.Item, lengths[each.Index], temperature, each.Index)).ToArray();
        using (var other = TinyModel.Make())
        {
            other.PrefixCacheBytes = 0;
            foreach (var row in alone)
                new BatchGenerator(other).Write([row], 1, Cancel);
        }
        var rows = prompts.Index().Select(each => Row(each.Item, lengths[each.Index], temperature, each.Index)).ToArray();
        var lane = new GenerationLane(9);
        await Task.WhenAll(rows.Index().Select(async each =>
        {
            await Task.Delay(each.Index % 5 * 4, Cancel);
            await model.Engine.WriteAsync(each.Item, lane, null, Cancel);
        }));
        foreach (var (one, other) in alone.Zip(rows))
        {
            Assert.Equal(one.Completion.Tokens, other.Completion.Tokens);
            Assert.Equal(one.Completion.LogProbabilities, other.Completion.LogProbabilities);
        }
    }

    [Fact]
    public void A_beginning_that_texts_share_is_read_once()
    {
        var random = new Random(4);
        var specification = Prompt(random, 100);
        var prompts = Enumerable.Range(0, 12).Select(_ => (int[])[.. specification, .. Prompt(random, 10)]).ToArray();
        var (with, read) = Generate(model, prompts);
        using var other = TinyModel.Make();
        other.PrefixCacheBytes = 0;
        var (without, readWithout) = Generate(other, prompts);
        Assert.Equal(without.Select(each => each.Tokens), with.Select(each => each.Tokens));
        Assert.Equal(without.SelectMany(each => each.LogProbabilities), with.SelectMany(each => each.LogProbabilities));
        // By hand: 12 answers of 5 tokens, the last of which is not read. Without, 12 prompts of 110; with, the first wholly, and 10 more of each other.
        Assert.Equal((12 * 110 + 12 * 4, 110 + 11 * 10 + 12 * 4), (readWithout, read));
        Assert.Equal(12 * 5, Generate(model, prompts).Read); // all is known but the last token of each prompt
    }

    [Fact]
    public void A_prompt_asked_for_many_times_is_read_once()
    {
        var prompt = Prompt(new(5), 70);
        var (completions, read) = Generate(model, [.. Enumerable.Repeat(prompt, 8)], temperature: 1);
        Assert.Equal(70 + 7 + 8 * 4, read);
        Assert.True(completions.Select(each => string.Join(' ', each.Tokens)).Distinct().Count() > 4);
    }

    [Fact]
    public void New_weights_forget_what_the_old_ones_read()
    {
        var prompt = Prompt(new(6), 90);
        Generate(model, [prompt]);
        using (torch.no_grad())
            model.Decoder.named_parameters().Single(each => each.name == "model.layers.0.mlp.up_proj.weight").parameter[0, 0].PlusInPlace(1e-3);
        var (after, read) = Generate(model, [prompt]);
        Assert.Equal(94, read);
        using var other = model.Clone();
        Assert.Equal(Generate(other, [prompt]).Completions.Single().LogProbabilities, after.Single().LogProbabilities);
    }

    [Fact]
    public void The_cache_stays_within_its_bytes()
    {
        model.PrefixCacheBytes = 3 * Models.Inference.KeyValueBlock.BytesOf(model.Decoder.Config);
        var random = new Random(7);
        Generate(model, [.. Enumerable.Range(0, 6).Select(_ => Prompt(random, 60))]);
        Assert.Equal(3, model.Engine.BlocksKept);
        Assert.Equal(3, model.Engine.BlocksInUse);
    }

    [Fact]
    public async Task A_text_that_is_given_up_frees_its_place_at_once()
    {
        model.PrefixCacheBytes = 0;
        var lane = new GenerationLane(1);
        using var abandoned = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = model.Engine.WriteAsync(Row(Prompt(new(8), 20), 230, 0, 0), lane, _ =>
        {
            started.TrySetResult();
            abandoned.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)); // or a busy machine lets it end before it is given up
        }, abandoned.Token);
        var second = Row(Prompt(new(9), 20), 3, 0, 1);
        var next = model.Engine.WriteAsync(second, lane, null, Cancel);
        var third = model.Engine.WriteAsync(Row(Prompt(new(9), 20), 3, 0, 1), lane, null, abandoned.Token); // still waits when it is given up
        await started.Task;
        await abandoned.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        await next.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(3, second.Tokens.Count);
        Assert.Equal(0, model.Engine.BlocksInUse);
    }

    [Fact]
    public async Task Closing_the_model_ends_what_is_being_written()
    {
        var other = TinyModel.Make();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lane = new GenerationLane(1); // one after the other, more than can be written before it is closed
        var writing = Enumerable.Range(0, 400).Select(index => other.Engine.WriteAsync(Row(Prompt(new(8), 20), 230, 0, index), lane, _ => started.TrySetResult(), Cancel)).ToArray();
        await started.Task;
        other.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing[^1]);
        Assert.All(writing, task => Assert.True(task.IsCompleted));
    }

    [Fact]
    public async Task Many_tasks_that_come_go_and_give_up_leave_nothing_behind()
    {
        var random = new Random(10);
        var prompts = Enumerable.Range(0, 120).Select(index => (int[])[.. Prompt(new(index % 3), 40), .. Prompt(random, random.Next(1, 30))]).ToArray();
        var lane = new GenerationLane(7);
        var finished = 0;
        await Task.WhenAll(prompts.Index().Select(each => Task.Run(async () =>
        {
            using var patience = new CancellationTokenSource();
            var row = Row(each.Item, 12, 1, each.Index);
            try
            {
                await model.Engine.WriteAsync(row, lane, _ =>
                {
                    if (each.Index % 4 == 0 && row.Tokens.Count == 5)
                        patience.Cancel();
                }, patience.Token);
                Interlocked.Increment(ref finished);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(0, each.Index % 4);
            }
        }, Cancel)));
        Assert.True(finished >= 90);
        Assert.Equal(model.Engine.BlocksKept, model.Engine.BlocksInUse);
    }

    [Fact]
    public async Task A_text_that_cannot_be_written_does_not_end_the_others()
    {
        var good = Row(Prompt(new(11), 20), 8, 0, 0);
        var lane = new GenerationLane(4);
        var writing = model.Engine.WriteAsync(good, lane, null, Cancel);
        Assert.Throws<InputException>(() => new BatchGenerator(model).Generate([[1, 100_000]], new(), Cancel));
        await writing;
        Assert.Equal(8, good.Tokens.Count);
    }

    public void Dispose() => model.Dispose();

    private (IReadOnlyList<Completion> Completions, long Read) Generate(LanguageModel model, int[][] prompts, double temperature = 0)
    {
        var before = model.Engine.TokensRead;
        var completions = new BatchGenerator(model).Generate(prompts, new() { MaxNewTokens = 5, Temperature = temperature, Seed = 2 }, Cancel);
        Assert.All(completions, each => Assert.Equal(5, each.Tokens.Length)); // none came to its end marker, or the counts below would be others
        return (completions, model.Engine.TokensRead - before);
    }

    private GenerationRow Row(int[] prompt, int tokens, double temperature, int index) =>
        new BatchGenerator(model).Row(prompt, new() { MaxNewTokens = tokens, Temperature = temperature }, RandomStream.Of(1, (ulong)index), "test");

    private static int[] Prompt(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(7, 270))];
}
