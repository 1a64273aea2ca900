using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Worlds.Tokens;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Tokens;

/// <summary>A small decoder that learns the answers of a <see cref="TokenWorld"/>, with what is measured of it.</summary>
internal sealed class TokenLearner : IDisposable
{
    /// <summary>How often a phrase of the answers it begins with is spoilt.</summary>
    public const double Spoilt = 0.2;

    private const int PerStep = 32;

    private TokenLearner(TokenWorld world, Decoder decoder) => (World, Decoder) = (world, decoder);

    /// <summary>The world.</summary>
    public TokenWorld World { get; }

    /// <summary>The weights.</summary>
    public Decoder Decoder { get; }

    /// <summary>Learns the answers of a world, bad ones among them.</summary>
    /// <param name="seed">Chooses the world, the weights and the answers.</param>
    /// <param name="habits">Neutral words on each topic that a bad token comes with out of habit.</param>
    /// <param name="steps">Of 32 answers each.</param>
    /// <param name="cancel">Stops after a step.</param>
    public static TokenLearner Learn(int seed, int habits, int steps, CancellationToken cancel)
    {
        LibTorch.Threads = 1; // the last bit of a weight is then the same on any machine
        var world = TokenWorld.Draw(seed, habits);
        var decoder = new Decoder(new() { VocabularySize = TokenWorld.Vocabulary, Width = 64, FeedForwardWidth = 128, Layers = 2, Heads = 4, KeyValueHeads = 4, MaximumPositions = 2 * TokenWorld.Longest });
        decoder.Initialise((ulong)seed);
        SupervisedTraining.Run(decoder, step => [.. Answers(world, seed, "base", PerStep * step, PerStep).Select(text => text.Example)], TokenWorld.Longest, Options(steps, 3e-3), null, cancel);
        return new(world, decoder);
    }

    /// <summary>Settings of a training: one rate all the way, so that what a step does depends on nothing but its number.</summary>
    public static TrainingOptions Options(int steps, double rate) => new() { Steps = steps, LearningRate = new Schedule(rate, 10, Decay.None), Optimiser = new() { WeightDecay = 0 } };

    /// <summary>Answers as they are in the world before anything is done about them.</summary>
    public static IReadOnlyList<TokenText> Answers(TokenWorld world, int seed, string purpose, int first, int count, double spoilt = Spoilt) => [.. Enumerable.Range(first, count).Select(index =>
    {
        var draws = new Draws(seed, $"tokens.{purpose}", index);
        var prompt = TokenWorld.Prompt(draws);
        return new TokenText(prompt, world.Answer(prompt, spoilt, draws));
    })];

    /// <summary>The same weights once more.</summary>
    public TokenLearner Copy()
    {
        using var off = no_grad();
        var copy = new Decoder(Decoder.Config);
        var own = Decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter);
        foreach (var (name, parameter) in copy.named_parameters())
            parameter.copy_(own[name]);
        return new(World, copy);
    }

    /// <summary>The same once more, with an output matrix of its own.</summary>
    public TokenLearner Untied()
    {
        using var heads = OutputHeads.Create(Decoder, 1, seed: 0, noise: 0);
        return new(World, heads.Mix(Decoder, [1]));
    }

    /// <summary>Answers of its own at temperature 1.</summary>
    public IReadOnlyList<TokenText> Sample(int seed, string purpose, int count)
    {
        Draws[] draws = [.. Enumerable.Range(0, count).Select(index => new Draws(seed, $"tokens.{purpose}", index))];
        return Sample([.. draws.Select(TokenWorld.Prompt)], draws);
    }

    /// <summary>Answers of its own to prompts, several to each, at temperature 1.</summary>
    /// <returns>By prompt.</returns>
    public IReadOnlyList<IReadOnlyList<TokenText>> Sample(int seed, string purpose, int prompts, int answers) => Sample(seed, purpose, $"{purpose}.prompts", prompts, answers);

    /// <summary>The same to prompts that others get too.</summary>
    public IReadOnlyList<IReadOnlyList<TokenText>> Sample(int seed, string purpose, string asking, int prompts, int answers)
    {
        int[][] asked = [.. Enumerable.Range(0, prompts).Select(index => TokenWorld.Prompt(new Draws(seed, $"tokens.{asking}", index)))];
        return [.. Sample([.. asked.SelectMany(prompt => Enumerable.Repeat(prompt, answers))], [.. Enumerable.Range(0, prompts * answers).Select(index => new Draws(seed, $"tokens.{purpose}", index))]).Chunk(answers)];
    }

    private TokenText[] Sample(int[][] prompts, Draws[] draws)
    {
        using var off = no_grad();
        List<int>[] answers = [.. prompts.Select(_ => new List<int>())];
        for (var written = 0; written < 3 * TokenWorld.Phrases && answers.Any(answer => !Ended(answer)); written++)
        {
            using var scope = NewDisposeScope();
            var ids = Rows([.. prompts.Zip(answers, (prompt, answer) => (int[])[.. prompt, .. answer])]);
            var shares = Decoder.Logits(Decoder.Hidden(ids, Positions(ids)).select(1, -1)).softmax(-1).to(ScalarType.Float64).data<double>().ToArray();
            for (var row = 0; row < prompts.Length; row++)
                answers[row].Add(Ended(answers[row]) ? TokenWorld.End : draws[row].NextOf(new ArraySegment<double>(shares, row * TokenWorld.Vocabulary, TokenWorld.Vocabulary)));
        }
        return [.. prompts.Zip(answers, (prompt, answer) => new TokenText(prompt, [.. answer.TakeWhile(token => token != TokenWorld.End), TokenWorld.End]))];
    }

    /// <summary>Log-probability of each token of each answer.</summary>
    public IReadOnlyList<double[]> LogProbs(IReadOnlyList<TokenText> texts)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var longest = texts.Max(text => text.Prompt.Length + text.Answer.Length);
        var ids = Rows([.. texts.Select(text => (int[])[.. text.Prompt, .. text.Answer, .. new int[longest - text.Prompt.Length - text.Answer.Length]])]);
        var logProbs = Decoder.Logits(Decoder.Hidden(ids, Positions(ids))).log_softmax(-1).narrow(1, 0, longest - 1)
            .gather(2, ids.narrow(1, 1, longest - 1).unsqueeze(-1)).squeeze(-1).to(ScalarType.Float64).data<double>().ToArray(); // [texts, longest − 1]
        return [.. texts.Select((text, row) => logProbs[(row * (longest - 1) + text.Prompt.Length - 1)..(row * (longest - 1) + text.Prompt.Length - 1 + text.Answer.Length)])];
    }

    /// <summary>Share of bad tokens in answers of its own.</summary>
    public double BadRate(int seed, int count) => TokenWorld.BadRate(Sample(seed, "bad-rate", count).Select(text => text.Answer));

    /// <summary>Mean reward of answers of its own.</summary>
    public double Reward(int seed, int count) => Sample(seed, "reward", count).Average(text => World.Reward(text.Prompt, text.Answer));

    /// <summary>Perplexity of the neutral tokens of answers that nothing is bad in.</summary>
    public double NeutralPerplexity(int seed, int count)
    {
        var texts = Answers(World, seed, "perplexity", 0, count, spoilt: 0);
        return Math.Exp(-texts.Zip(LogProbs(texts)).SelectMany(each => each.First.Answer.Zip(each.Second)).Where(each => TokenWorld.KindOf(each.First) == TokenKind.Neutral).Average(each => each.Second));
    }

    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();

    private static bool Ended(List<int> answer) => answer.Count > 0 && answer[^1] == TokenWorld.End;

    private static Tensor Rows(int[][] rows) => tensor(rows.SelectMany(row => row).Select(id => (long)id).ToArray()).view(rows.Length, -1);

    private static Tensor Positions(Tensor ids) => TensorArithmetic.CountUpTo(ids.shape[1]).unsqueeze(0).expand(ids.shape);
}
