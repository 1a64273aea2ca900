using System.Runtime.CompilerServices;

namespace Plumbline.Models.Generation;

/// <summary>Writes rows of similar length together, with libtorch: for decoders that the <see cref="GenerationEngine"/> cannot read, those on other devices.</summary>
internal static class LockStep
{
    private static readonly ConditionalWeakTable<LanguageModel, Lock> Turns = [];

    /// <param name="model">Who writes; one batch at a time.</param>
    /// <param name="rows">The texts.</param>
    /// <param name="batchSize">How many are written at the same time.</param>
    /// <param name="written">Called for each row of a batch after each of its steps, or null.</param>
    /// <param name="cancellationToken">Asked before every step.</param>
    public static void Write(LanguageModel model, IReadOnlyList<GenerationRow> rows, int batchSize, Action<GenerationRow>? written, CancellationToken cancellationToken)
    {
        lock (Turns.GetOrCreateValue(model))
        {
            foreach (var batch in rows.OrderBy(row => row.Prompt.Length).Chunk(batchSize))
                WriteBatch(model, batch, written, cancellationToken);
        }
    }

    private static void WriteBatch(LanguageModel model, GenerationRow[] batch, Action<GenerationRow>? written, CancellationToken cancellationToken)
    {
        using var run = new GenerationRun(model, batch);
        bool more;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var going = batch.Where(row => !row.Done).ToList();
            more = run.Step();
            foreach (var row in going)
                written?.Invoke(row);
        }
        while (more);
    }
}
