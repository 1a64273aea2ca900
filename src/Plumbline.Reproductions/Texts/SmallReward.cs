using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Reproductions.Texts;

/// <summary>A reward model that reads what a small model writes, fitted to comparisons of answers (kernel K7).</summary>
internal sealed class SmallReward : IDisposable
{
    private const double PullToZero = 0.01;
    private readonly SmallModel _words;
    private readonly RewardModel _model;

    private SmallReward(SmallModel words, RewardModel model) => (_words, _model) = (words, model);

    /// <summary>Fits one by Bradley–Terry.</summary>
    /// <param name="start">Whose weights it starts from; copied, and asked for its tokens as long as the reward model lives.</param>
    /// <param name="pairs">Better and worse answer to the same prompt; a pair with an answer that was cut is left out.</param>
    /// <param name="seed">Chooses the order of the pairs.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancel">Stops after a step.</param>
    /// <param name="perStep">Pairs a step.</param>
    public static SmallReward Fit(SmallModel start, IReadOnlyList<(Line Chosen, Line Rejected)> pairs, int seed, int steps, double rate, string purpose, CancellationToken cancel, int perStep = 32)
    {
        ComparedPair[] whole = [.. pairs.Select(pair => new PairExample(start.Example(pair.Chosen), start.Example(pair.Rejected)))
            .Where(pair => Math.Max(pair.Chosen.Ids.Length, pair.Rejected.Ids.Length) <= start.Longest).Select(pair => new ComparedPair(pair))];
        var model = RewardModel.Create(start.Model, trainable: true);
        if (whole.Length > 0)
            RewardTraining.Run(model, whole, new EpochOrder(whole.Length, perStep, seed, purpose).Batch, new BradleyTerry(PullToZero), start.Longest, SmallModel.Options(steps, rate), null, cancel);
        return new(start, model);
    }

    /// <summary>What answers are worth; of one that is too long only what fits is read.</summary>
    public IReadOnlyList<double> Score(IReadOnlyList<Line> lines, CancellationToken cancel) => _model.Score([.. lines.Select(line => _words.Example(line).Ids.Take(_words.Longest).ToArray())], cancel);

    /// <summary>Share of pairs whose better answer it finds better.</summary>
    public double Accuracy(IReadOnlyList<(Line Chosen, Line Rejected)> pairs, CancellationToken cancel) =>
        Score([.. pairs.SelectMany(pair => (Line[])[pair.Chosen, pair.Rejected])], cancel).Chunk(2).Select(pair => pair[0] > pair[1] ? 1.0 : 0).DefaultIfEmpty(0.5).Average();

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
