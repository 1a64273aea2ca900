using Plumbline.Models.Inference;

namespace Plumbline.Models.Generation;

/// <summary>The place of a text in the running batch.</summary>
/// <param name="row">The text.</param>
/// <param name="lane">Whose it is.</param>
/// <param name="written">Called after each token, or null.</param>
/// <param name="memory">Its keys and values.</param>
/// <param name="cancellationToken">Whether it is still wanted.</param>
internal sealed class GenerationTicket(GenerationRow row, GenerationLane lane, Action<GenerationRow>? written, TextMemory memory, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration registration;

    public GenerationRow Row => row;

    public GenerationLane Lane => lane;

    public TextMemory Memory => memory;

    public Task Done => done.Task;

    /// <summary>Whether its prompt is being read, or has been.</summary>
    public bool Begun { get; private set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool GivenUp => cancellationToken.IsCancellationRequested;

    /// <summary>What went wrong when its token was chosen.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>How many tokens of it have not been read yet.</summary>
    public int Left => row.Prompt.Length + row.Tokens.Count - memory.Length;

    /// <summary>What of its prompt may be taken over from others: all but the last token, after which the answer begins.</summary>
    public ReadOnlySpan<int> Beginning => row.Prompt.AsSpan(0, row.Prompt.Length - 1);

    public void CancelWith(Action giveUp)
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        registration = cancellationToken.Register(giveUp);
        if (Done.IsCompleted)
            registration.Unregister();
    }

    /// <summary>Takes over what is known of its prompt.</summary>
    public void Begin(PrefixCache? prefixes)
    {
        Begun = true;
        prefixes?.Begin(Beginning, memory);
    }

    /// <summary>The tokens to read next.</summary>
    public Reading Next(int count)
    {
        var read = memory.Length;
        return read < row.Prompt.Length
            ? new(memory, row.Prompt.AsMemory(read, count), read + count == row.Prompt.Length)
            : new(memory, new int[] { row.Tokens[^1] }, Answers: true);
    }

    /// <summary>Chooses its next token.</summary>
    /// <param name="logits">By token; log-probabilities afterwards.</param>
    /// <param name="end">The token that ends a text.</param>
    public unsafe void Write(Span<float> logits, int end)
    {
        try
        {
            fixed (float* numbers = logits)
                Elementwise.LogSoftmax(numbers, logits.Length);
            row.Write(logits, end);
        }
        catch (Exception e)
        {
            Broken = e;
        }
    }

    public void Tell() => written?.Invoke(row);

    public void Finish() => End(() => done.TrySetResult());

    public void Cancel() => End(() => done.TrySetCanceled(cancellationToken.IsCancellationRequested ? cancellationToken : new CancellationToken(true)));

    public void Fail(Exception e) => End(() => done.TrySetException(e));

    private void End(Action how)
    {
        registration.Unregister(); // without waiting for it: it may be asking for the gate that is held here
        how();
    }
}
