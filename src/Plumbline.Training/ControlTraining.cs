using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Controllable generation in two stages: what asks for a quality is fitted to the model as it is, then the model with it (109, MEET).</summary>
/// <remarks>
/// Both stages minimise −Σ log π(answer | control of its quality, prompt), kernel K1, over answers of every quality. In the first only the attached adapter moves, so that
/// the controls mean something before the weights do; in the second everything does. Ask for the quality that is wanted when writing.
/// </remarks>
public static class ControlTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights; the controls are attached to it.</param>
    /// <param name="examples">The examples of a step, by its number from 0, each behind its control (<see cref="AnswerControls.Ask"/>); a pure function. The second stage counts on where the first ended.</param>
    /// <param name="rowLength">Most tokens of a text, control tokens included.</param>
    /// <param name="controls">How long and how fast the controls are trained; what is trained is set here.</param>
    /// <param name="everything">The same for all weights with the controls; its checkpoints have a folder of their own.</param>
    /// <param name="progress">Told every few steps, of each stage by itself.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">A step has no token to train, training diverged, or a checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, Func<int, IReadOnlyList<TokenExample>> examples, int rowLength, TrainingOptions controls, TrainingOptions everything,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(controls);
        ArgumentNullException.ThrowIfNull(everything);
        if (decoder.Adapter is null)
            throw new ArgumentException("There are no controls: attach them to the decoder first.", nameof(decoder));
        if (controls.CheckpointFolder is { } folder && folder == everything.CheckpointFolder)
            throw new ArgumentException("Each stage writes checkpoints of its own: give each a folder.", nameof(everything));
        SupervisedTraining.Run(decoder, examples, rowLength, controls with { Parameters = ParameterGroup.Adapter }, progress, cancel);
        SupervisedTraining.Run(decoder, step => examples(controls.Steps + step), rowLength, everything with { Parameters = ParameterGroup.Everything }, progress, cancel);
    }
}
