using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Reproductions.Texts;

/// <summary>A small model with an output head for each objective.</summary>
internal sealed class HeadedModel : IDisposable
{
    private readonly SmallModel _model;
    private readonly OutputHeads _heads;

    /// <param name="start">What all heads begin as; copied.</param>
    /// <param name="heads">How many.</param>
    /// <param name="seed">Chooses their noise.</param>
    /// <param name="noise">Its deviation.</param>
    public HeadedModel(SmallModel start, int heads, int seed, double noise = 0.001)
    {
        _model = start.Copy();
        _heads = OutputHeads.Create(_model.Model.Decoder, heads, (ulong)seed, noise);
    }

    /// <summary>Learns to prefer so, each pair by the head of its objective.</summary>
    /// <param name="pairs">Better and worse answer to the same prompt, and the objective.</param>
    /// <param name="order">Which pairs a step takes.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="cancel">Stops after a step.</param>
    public void Prefer(IReadOnlyList<(Line Chosen, Line Rejected, int Head)> pairs, EpochOrder order, PairObjective objective, int steps, double rate, CancellationToken cancel)
    {
        _model.Model.Decoder.Attach(_heads);
        MultiHeadPreferenceTraining.Run(_model.Model.Decoder, [.. pairs.Select(pair => new PairExample(_model.Example(pair.Chosen), _model.Example(pair.Rejected)))], [.. pairs.Select(pair => pair.Head)],
            order.Batch, objective, _model.Longest, SmallModel.Options(steps, rate), null, cancel);
        _model.Model.Decoder.Detach();
    }

    /// <summary>An ordinary model whose logits are the weighted mean of those of the heads.</summary>
    public SmallModel Mix(params double[] weights) => _model.With(_heads.Mix(_model.Model.Decoder, weights));

    /// <inheritdoc/>
    public void Dispose()
    {
        _heads.Dispose();
        _model.Dispose();
    }
}
