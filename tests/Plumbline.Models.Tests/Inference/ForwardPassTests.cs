using Plumbline.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Inference;

/// <summary>The pass without libtorch, held against the decoder with it.</summary>
public sealed class ForwardPassTests
{
    private static readonly DecoderConfig Odd = new()
    {
        VocabularySize = 101, // nothing here is a multiple of the width of a vector
        Width = 36,
        FeedForwardWidth = 45,
        Layers = 2,
        Heads = 6,
        KeyValueHeads = 2,
        HeadWidth = 38,
        MaximumPositions = 200,
    };

    public static TheoryData<string> Shapes => [.. Configurations.Keys];

    private static Dictionary<string, DecoderConfig> Configurations { get; } = new()
    {
        ["grouped queries"] = Odd,
        ["as many key heads as heads"] = Odd with { KeyValueHeads = 6, TiedEmbeddings = false },
        ["biases"] = Odd with { QueryKeyValueBias = true, AttentionOutputBias = true, FeedForwardBias = true },
        ["norms of heads"] = Odd with { QueryKeyNorm = true },
        ["a window over block borders"] = Odd with { SlidingWindow = 40, SlidingLayers = [true, false] },
        ["a short window"] = Odd with { SlidingWindow = 5 },
        ["soft caps and sandwich norms"] = Odd with
        {
            AttentionSoftCap = 3,
            LogitSoftCap = 5,
            AttentionScale = 0.3,
            SandwichNorms = true,
            Norm = NormKind.RootMeanSquarePlusOne,
            Activation = Activation.GeluTanh,
            EmbeddingScale = 6,
            SlidingWindow = 33,
            SlidingLayers = [true, false],
            LocalRopeTheta = 100,
        },
        ["learnt positions"] = Odd with { LearntPositions = true, Norm = NormKind.Layer, Gated = false, Activation = Activation.Gelu, FeedForwardBias = true, QueryKeyValueBias = true },
        ["turned in part"] = Odd with { HeadWidth = 40, RotaryShare = 0.5, RopeScaling = new Llama3Scaling(8, 1, 4, 64) },
        ["narrower than a vector"] = Odd with { Width = 8, FeedForwardWidth = 6, Heads = 2, HeadWidth = 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Logits_are_those_of_the_decoder(string shape)
    {
        using var scope = NewDisposeScope();
        using var decoder = Random(Configurations[shape]);
        using var generator = new Generator(7);
        var ids = randint(0, decoder.Config.VocabularySize, [150], generator: generator).data<long>().Select(id => (int)id).ToArray();
        var expected = Expected(decoder, ids);
        var one = Actual(decoder, ids, [.. Enumerable.Repeat(1, ids.Length)], 1);
        for (var at = 0; at < ids.Length; at++)
            Assert.True(Off(expected[at], one[at]) < 1e-4, $"{shape} at {at}: off by {Off(expected[at], one[at])}");
        Assert.True(expected[100].Max() - expected[100].Min() > 0.5); // a model that says the same everywhere would prove nothing
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void In_pieces_and_on_several_threads_every_bit_is_the_same(string shape)
    {
        using var scope = NewDisposeScope();
        using var decoder = Random(Configurations[shape]);
        using var generator = new Generator(8);
        var ids = randint(0, decoder.Config.VocabularySize, [131], generator: generator).data<long>().Select(id => (int)id).ToArray();
        var one = Actual(decoder, ids, [.. Enumerable.Repeat(1, ids.Length)], 1);
        foreach (var (pieces, threads) in ((int[], int)[])[([131], 1), ([131], 3), ([7, 64, 60], 2), ([100, 31], 3)])
        {
            var many = Actual(decoder, ids, pieces, threads);
            Assert.Equal(one[ids.Length - 1], many[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(ReferenceLogitsTests.All), MemberType = typeof(ReferenceLogitsTests))]
    public void Checkpoints_of_every_architecture_are_read_as_the_decoder_reads_them(string name)
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Path.Combine(AppContext.BaseDirectory, "Fixtures", "logits", name));
        int[] ids = [.. Enumerable.Range(0, Math.Min(20, decoder.Config.MaximumPositions)).Select(at => at * 7 % decoder.Config.VocabularySize)];
        var expected = Expected(decoder, ids);
        Assert.True(Off(expected[^1], Actual(decoder, ids, [ids.Length], 2)[0]) < 1e-4, name);
    }

    [Fact]
    public void Texts_of_one_pass_do_not_see_each_other()
    {
        using var scope = NewDisposeScope();
        using var decoder = Random(Odd);
        using var pool = new KeyValueBlocks(decoder.Config);
        using var pass = new ForwardPass(decoder.Config);
        var weights = DecoderWeights.Of(decoder)!;
        int[][] texts = [[1, 2, 3], [4], [.. Enumerable.Range(5, 70)], [99, 98]];
        var readings = texts.Select(text => new Reading(new(pool), text, text.Length != 2)).ToList();
        pass.Run(weights, readings, 101, 2);
        foreach (var (index, text) in texts[..3].Index())
            Assert.Equal(Actual(decoder, text, [text.Length], 1)[0], pass.Logits(index).ToArray());
        readings.ForEach(reading => reading.Memory.Dispose());
        Assert.Equal(0, pool.InUse);
    }

    [Fact]
    public void A_token_that_is_none_reads_nothing()
    {
        using var decoder = Random(Odd);
        using var pool = new KeyValueBlocks(decoder.Config);
        using var pass = new ForwardPass(decoder.Config);
        using var memory = new TextMemory(pool);
        Assert.Throws<ArgumentOutOfRangeException>(() => pass.Run(DecoderWeights.Of(decoder)!, [new(memory, new[] { 101 }, true)], 101, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pass.Run(DecoderWeights.Of(decoder)!, [new(memory, new[] { -1 }, true)], 101, 1));
    }

    /// <summary>Logits after each piece.</summary>
    private static List<float[]> Actual(Decoder decoder, int[] ids, int[] pieces, int threads)
    {
        using var pool = new KeyValueBlocks(decoder.Config);
        using var pass = new ForwardPass(decoder.Config);
        using var memory = new TextMemory(pool) { Long = RotaryTable.ShortPositions(decoder.Config) < ids.Length };
        var weights = DecoderWeights.Of(decoder)!;
        var logits = new List<float[]>();
        foreach (var piece in pieces)
        {
            pass.Run(weights, [new(memory, ids.AsMemory(memory.Length, piece), true)], decoder.Config.VocabularySize, threads);
            logits.Add(pass.Logits(0).ToArray());
        }
        return logits;
    }

    private static float[][] Expected(Decoder decoder, int[] ids)
    {
        using var off = no_grad();
        var hidden = decoder.Hidden(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0));
        return [.. decoder.Logits(hidden)[0].data<float>().ToArray().Chunk(decoder.Config.VocabularySize)];
    }

    private static float Off(float[] expected, float[] actual) => expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max();

    private static Decoder Random(DecoderConfig config)
    {
        var decoder = new Decoder(config);
        decoder.Initialise(2);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var generator = new Generator(3);
        foreach (var parameter in decoder.parameters())
            parameter.PlusInPlace(randn(parameter.shape, generator: generator).Times(parameter.dim() == 1 ? 0.2 : 0.1));
        return decoder;
    }
}
