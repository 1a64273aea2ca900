namespace Plumbline.Deliberation;

/// <summary>Decodes several mutants of an instruction side by side and, block by block, overwrites weak drafts with strong ones (079, DARWIN).</summary>
/// <remarks>
/// An archive begins with the instruction itself. In each iteration one of it is rewritten into mutants; every mutant's draft goes on for a block; drafts are scored against the first instruction; the best survive, and every other unfinished
/// draft takes over the text of a survivor drawn at random but goes on under its own mutant. The two mutants that survived most often replace their parent in the archive if their drafts ended better than it did.
/// </remarks>
/// <param name="writer">Who mutates, goes on and scores.</param>
/// <param name="options">How many and how long.</param>
/// <param name="draws">Which parent, which survivor.</param>
public sealed class DraftEvolution(IDraftWriter writer, EvolutionOptions options, Draws draws)
{
    /// <summary>Evolves drafts.</summary>
    /// <param name="instruction">What is asked for.</param>
    /// <param name="begin">The answer without all this.</param>
    /// <param name="better">Told of each draft that beats all before it.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>The best text, never worse than <paramref name="begin"/> by the score.</returns>
    public async Task<EvolvedDraft> RunAsync(string instruction, string begin, Action<EvolvedDraft>? better, CancellationToken cancellationToken)
    {
        var scored = 1;
        if (await writer.ScoreAsync(begin, cancellationToken).ConfigureAwait(false) is not { } first)
            return new(begin, null, instruction, 0, scored);
        var best = new EvolvedDraft(begin, first, instruction, 0, scored);
        List<(string Instruction, double Score)> archive = [(instruction, first)];
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            var parent = archive[draws.Next(archive.Count)];
            var mutants = await writer.MutateAsync(parent.Instruction, options.Mutants, cancellationToken).ConfigureAwait(false);
            var drafts = Enumerable.Range(0, options.Mutants).Select(index => new Draft(index < mutants.Count ? mutants[index] : parent.Instruction)).ToArray();
            for (var block = 0; block < options.Blocks && drafts.Any(draft => !draft.Done); block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var place = (iteration * options.Blocks) + block;
                await Task.WhenAll(drafts.Index().Where(each => !each.Item.Done).Select(async each =>
                {
                    var (text, done) = await writer.ContinueAsync(each.Item.Instruction, each.Item.Text, 1 + (place * options.Mutants) + each.Index, cancellationToken).ConfigureAwait(false);
                    (each.Item.Text, each.Item.Done) = (each.Item.Text + text, done);
                })).ConfigureAwait(false);
                var scores = await Task.WhenAll(drafts.Select(draft => writer.ScoreAsync(draft.Text, cancellationToken))).ConfigureAwait(false);
                scored += scores.Length;
                foreach (var (draft, score) in drafts.Zip(scores))
                    draft.Score = score ?? double.NegativeInfinity; // what cannot be scored does not survive
                var order = drafts.OrderByDescending(draft => draft.Score).ToArray();
                var survivors = order[..Math.Min(options.Survivors, order.Length)];
                foreach (var survivor in survivors)
                    survivor.Survived++;
                if (block == options.Blocks - 1 || drafts.All(draft => draft.Done))
                    break; // the last look: nothing goes on from here
                foreach (var weak in order[survivors.Length..].Where(draft => !draft.Done))
                {
                    var strong = survivors[draws.Next(survivors.Length)];
                    (weak.Text, weak.Done, weak.Score) = (strong.Text, strong.Done, strong.Score);
                }
            }

            var winner = drafts.Where(draft => draft.Done).MaxBy(draft => draft.Score) ?? drafts.MaxBy(draft => draft.Score)!;
            if (winner.Score > best.Score)
            {
                best = new(winner.Text, winner.Score, winner.Instruction, iteration + 1, scored);
                better?.Invoke(best);
            }
            var heirs = drafts.OrderByDescending(draft => draft.Survived).Take(2).Where(draft => draft.Score > parent.Score).ToArray();
            if (heirs.Length > 0)
                archive.Remove(parent);
            archive.AddRange(heirs.Select(heir => (heir.Instruction, heir.Score)));
        }
        return best with { Scored = scored };
    }

    private sealed class Draft(string instruction)
    {
        public string Instruction { get; } = instruction;

        public string Text { get; set; } = "";

        public bool Done { get; set; }

        public double Score { get; set; } = double.NegativeInfinity;

        public int Survived { get; set; }
    }
}

/// <summary>What evolution needs of the world.</summary>
public interface IDraftWriter
{
    /// <summary>Other ways to ask for the same; fewer than asked for where no more were found.</summary>
    Task<IReadOnlyList<string>> MutateAsync(string instruction, int count, CancellationToken cancellationToken);

    /// <summary>Goes on with a draft for a block.</summary>
    /// <param name="instruction">What the draft is to follow.</param>
    /// <param name="draft">What is written so far.</param>
    /// <param name="number">A number of this call alone, for its seed.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<(string Text, bool Done)> ContinueAsync(string instruction, string draft, int number, CancellationToken cancellationToken);

    /// <summary>How good a draft is for the instruction that evolution began with; null where nobody can tell.</summary>
    Task<double?> ScoreAsync(string draft, CancellationToken cancellationToken);
}

/// <summary>What evolution ended with.</summary>
/// <param name="Text">The text.</param>
/// <param name="Score">Its score; null if the first text could not be scored, and then nothing was tried.</param>
/// <param name="Instruction">What it was written under.</param>
/// <param name="Iteration">In which iteration, from 1; 0: it is the first text.</param>
/// <param name="Scored">How often a score was asked for.</param>
public sealed record EvolvedDraft(string Text, double? Score, string Instruction, int Iteration, int Scored);

/// <summary>How <see cref="DraftEvolution"/> works.</summary>
public sealed record EvolutionOptions
{
    /// <summary>How many drafts go side by side, 2 to 64.</summary>
    public int Mutants
    {
        get;
        init => field = value is >= 2 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "2 to 64 drafts go side by side.");
    } = 5;

    /// <summary>How many of them survive each block, 1 up.</summary>
    public int Survivors
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "One draft survives at least.");
    } = 3;

    /// <summary>Tokens of a block, 1 up.</summary>
    public int BlockTokens
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A block has one token at least.");
    } = 40;

    /// <summary>Blocks of a draft at most, 1 to 1,000.</summary>
    public int Blocks
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A draft has 1 to 1,000 blocks.");
    } = 50;

    /// <summary>Iterations, 1 to 10.</summary>
    public int Iterations
    {
        get;
        init => field = value is >= 1 and <= 10 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Evolution goes 1 to 10 iterations.");
    } = 1;

    /// <summary>Whether the endpoint goes on with an assistant's message that stands last, instead of beginning anew; else the draft is quoted with the request to go on.</summary>
    public bool ContinuesLastMessage { get; init; }
}
