using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Texts;

/// <summary>A language model of a hundred thousand weights that reads and writes the texts of a small world, with the trainings that experiments put it through.</summary>
/// <remarks>One thread, so that the last bit of a weight is the same on any machine.</remarks>
internal sealed class SmallModel : IDisposable
{
    private const int LargestVocabulary = 1024;
    private readonly int _seed;
    private readonly BatchGenerator _generator;

    private SmallModel(LanguageModel model, int seed)
    {
        (Model, _seed) = (model, seed);
        _generator = new(model);
    }

    /// <summary>Weights and tokens.</summary>
    public LanguageModel Model { get; }

    /// <summary>Most tokens of a text.</summary>
    public int Longest => Model.Decoder.Config.MaximumPositions;

    /// <summary>A model with random weights.</summary>
    /// <param name="seed">Chooses the weights, and the order of all data it learns from; same seed, same model.</param>
    /// <param name="world">Texts in which each word of the world occurs twice or more, with a blank before it as in the texts to come: it then is one token.</param>
    /// <param name="longest">Most tokens of prompt and answer.</param>
    /// <param name="width">Width of the decoder, a multiple of 4 heads.</param>
    /// <param name="layers">Its layers.</param>
    public static SmallModel Create(int seed, IEnumerable<string> world, int longest, int width = 64, int layers = 2)
    {
        LibTorch.Threads = 1;
        return new(LanguageModel.Create(new() { VocabularySize = 1, Width = width, FeedForwardWidth = 2 * width, Layers = layers, Heads = 4, KeyValueHeads = 4, MaximumPositions = longest },
            Tokenizer.Train(world, LargestVocabulary), (ulong)seed), seed);
    }

    /// <summary>The same weights once more.</summary>
    public SmallModel Copy() => new(Model.Clone(trainable: true), _seed);

    /// <summary>The same words with another decoder, which it owns from now on.</summary>
    public SmallModel With(Decoder decoder) => new(new LanguageModel(decoder, Model.Tokenizer), _seed);

    /// <summary>Tokens of a prompt and its answer, of which the answer and its end are trained.</summary>
    public TokenExample Example(Line line) => TokenExample.Completion(Model.Tokenizer.Encode(line.Prompt), [.. Model.Tokenizer.Encode(" " + line.Answer), Model.Tokenizer.Special.End]);

    /// <summary>Learns to answer so (kernel K1).</summary>
    /// <param name="lines">All data.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="purpose">What for; two purposes take the data in unrelated orders.</param>
    /// <param name="cancel">Stops after a step.</param>
    /// <param name="perStep">Lines a step.</param>
    public void Imitate(IReadOnlyList<Line> lines, int steps, double rate, string purpose, CancellationToken cancel, int perStep = 32) =>
        Imitate([.. lines.Select(Example)], steps, rate, purpose, cancel, perStep);

    /// <summary>The same with examples whose tokens have weights of their own.</summary>
    public void Imitate(IReadOnlyList<TokenExample> examples, int steps, double rate, string purpose, CancellationToken cancel, int perStep = 32)
    {
        var order = new EpochOrder(examples.Count, perStep, _seed, purpose);
        SupervisedTraining.Run(Model.Decoder, step => [.. order.Batch(step).Select(index => examples[index])], Longest, Options(steps, rate), null, cancel);
    }

    /// <summary>Learns to prefer so (kernel K2); the reference is what it is now.</summary>
    /// <param name="pairs">Better and worse answer to the same prompt. A pair with an answer that was cut, so that its end does not fit, is left out; where none is left, nothing is learnt.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancel">Stops after a step.</param>
    /// <param name="perStep">Pairs a step.</param>
    public void Prefer(IReadOnlyList<(Line Chosen, Line Rejected)> pairs, PairObjective objective, int steps, double rate, string purpose, CancellationToken cancel, int perStep = 32) =>
        Prefer([.. pairs.Select(Pair)], objective, steps, rate, purpose, cancel, perStep);

    /// <summary>The same with pairs that have weights or gaps.</summary>
    public void Prefer(IReadOnlyList<PairExample> pairs, PairObjective objective, int steps, double rate, string purpose, CancellationToken cancel, int perStep = 32)
    {
        PairExample[] whole = [.. pairs.Where(pair => Math.Max(pair.Chosen.Ids.Length, pair.Rejected.Ids.Length) <= Longest)];
        if (whole.Length > 0)
            PreferenceTraining.Run(Model.Decoder, whole, new EpochOrder(whole.Length, perStep, _seed, purpose).Batch, objective, Longest, Options(steps, rate), null, cancel);
    }

    /// <summary>Tokens of a pair.</summary>
    public PairExample Pair((Line Chosen, Line Rejected) pair) => new(Example(pair.Chosen), Example(pair.Rejected));

    /// <summary>What it answers.</summary>
    /// <param name="prompts">Each is answered once; several answers to one prompt come of saying it several times.</param>
    /// <param name="purpose">What for; two purposes draw unrelated answers.</param>
    /// <param name="temperature">0: the likeliest token each time.</param>
    /// <param name="cancel">Stops between tokens.</param>
    /// <returns>Answers without the blank before them, cut where the text grows too long.</returns>
    public IReadOnlyList<string> Write(IReadOnlyList<string> prompts, string purpose, double temperature, CancellationToken cancel) => Write([.. prompts.Select(Model.Tokenizer.Encode)], purpose, temperature, cancel);

    /// <summary>The same after prompts of tokens, some of which may stand for no word.</summary>
    public IReadOnlyList<string> Write(IReadOnlyList<int[]> prompts, string purpose, double temperature, CancellationToken cancel) =>
        [.. _generator.Generate(prompts, new() { MaxNewTokens = Longest, Temperature = temperature, TopP = 1, BatchSize = 256, Seed = new Draws(_seed, $"small-model.{purpose}").NextBits() }, cancel)
            .Select(written => Model.Tokenizer.Decode(written.Tokens, skipSpecial: true).TrimStart(' '))];

    /// <summary>Log-probability of each token of each answer, its end included.</summary>
    public IReadOnlyList<double[]> LogProbs(IReadOnlyList<Line> lines) => LogProbs([.. lines.Select(Example)]);

    /// <summary>Log-probability of each trained token of each example, all of which stand at its end.</summary>
    public IReadOnlyList<double[]> LogProbs(IReadOnlyList<TokenExample> examples) => [.. examples.Chunk(64).SelectMany(Scored)];

    /// <summary>Settings of a training: one rate all the way after ten steps, so that what a step does depends on nothing but its number.</summary>
    public static TrainingOptions Options(int steps, double rate) => new() { Steps = steps, LearningRate = new Schedule(rate, 10, Decay.None), Optimiser = new() { WeightDecay = 0 } };

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private IEnumerable<double[]> Scored(TokenExample[] examples)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var longest = examples.Max(example => example.Ids.Length);
        var ids = Rows(example => example.Ids);
        var targets = Rows(example => example.Ids.Zip(example.Weights, (id, weight) => weight == 0 ? 0 : id)); // what is only read need not be a word
        var positions = TensorArithmetic.CountUpTo(longest).unsqueeze(0).expand(ids.shape);
        var logProbs = Model.Decoder.Logits(Model.Decoder.Hidden(ids, positions)).log_softmax(-1).narrow(1, 0, longest - 1)
            .gather(2, targets.narrow(1, 1, longest - 1).unsqueeze(-1)).squeeze(-1).to(ScalarType.Float64).data<double>().ToArray(); // [examples, longest − 1]
        return examples.Select((example, row) => logProbs[(row * (longest - 1) + example.Ids.Length - 1 - example.Trained)..(row * (longest - 1) + example.Ids.Length - 1)]);

        Tensor Rows(Func<TokenExample, IEnumerable<int>> of) =>
            tensor(examples.SelectMany(example => of(example).Concat(new int[longest - example.Ids.Length])).Select(id => (long)id).ToArray()).view(examples.Length, longest);
    }
}
