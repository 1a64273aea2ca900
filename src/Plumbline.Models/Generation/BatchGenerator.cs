using Plumbline.Models.Generation;

namespace Plumbline.Models;

/// <summary>Writes after many prompts at once.</summary>
/// <remarks>
/// Safe from any thread, as long as nobody changes the weights meanwhile; who asks at the same time shares the steps of one running batch. What a row says depends on
/// its prompt, the seed and its index, to the last bit, and not on what shares its batch. (On other devices than the processor rows are written in lock-step with
/// libtorch; there it can depend on the batch where two tokens are equally likely to the last bit.)
/// </remarks>
/// <param name="model">The model; not owned.</param>
public sealed class BatchGenerator(LanguageModel model)
{
    /// <summary>Writes after each prompt.</summary>
    /// <param name="prompts">Tokens, at least one each.</param>
    /// <param name="options">How to choose the next token, and when to stop.</param>
    /// <param name="cancellationToken">Asked before every step.</param>
    /// <returns>In the order of the prompts.</returns>
    /// <exception cref="InputException">A prompt is empty or longer than the model can hold.</exception>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<int[]> prompts, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        options.Checked();
        var rows = prompts.Index().Select(each => Row(each.Item, options, RandomStream.Of(options.Seed, (ulong)each.Index), $"prompt {each.Index}")).ToList();
        Write(rows, options.BatchSize, cancellationToken);
        return [.. rows.Select(row => row.Completion)];
    }

    /// <summary>A row that fits into the model.</summary>
    internal GenerationRow Row(int[] prompt, GenerationOptions options, ulong stream, string place)
    {
        var most = model.Decoder.Config.MaximumPositions - (model.Decoder.Adapter?.VirtualTokens ?? 0);
        var room = most - prompt.Length;
        if (prompt.Length == 0)
            throw new InputException(place, "there is nothing to go on from.", "A prompt has at least one token.");
        if (room < 1)
            throw new InputException(place, $"the prompt has {prompt.Length} tokens.", $"The model holds {most}, prompt and answer together.");
        var known = model.Decoder.Config.VocabularySize + (model.Decoder.Adapter?.NewTokens ?? 0);
        if (Array.FindIndex(prompt, id => id < 0 || id >= known) is >= 0 and var at)
            throw new InputException(place, $"token {at} of the prompt is {prompt[at]}.", $"Tokens are 0 to {known - 1}.");
        return new(prompt, Math.Min(options.MaxNewTokens, room), options, stream, model.Tokenizer, [.. model.Tokenizer.Special.Ends, .. model.Decoder.Config.EndIds]);
    }

    /// <summary>Writes rows, so many at the same time.</summary>
    internal void Write(IReadOnlyList<GenerationRow> rows, int batchSize, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!model.Engine.Fits)
        {
            LockStep.Write(model, rows, batchSize, written: null, cancellationToken);
            return;
        }
        var lane = new GenerationLane(batchSize);
        Task.WhenAll(rows.Select(row => model.Engine.WriteAsync(row, lane, written: null, cancellationToken))).GetAwaiter().GetResult();
    }
}
