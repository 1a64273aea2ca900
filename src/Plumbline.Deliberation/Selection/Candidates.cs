using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Several answers to one request, asked for side by side.</summary>
internal static class Candidates
{
    /// <summary>Draws answers. The first is kept as the best so far; one that fails, is empty or asks for tools is left out, unless it is the first.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="ask">Asks for candidate <c>index</c>.</param>
    /// <param name="cancellationToken">Stops all calls.</param>
    /// <returns>At least one; only the first if it asks for tools, which then run once.</returns>
    public static async Task<IReadOnlyList<Candidate>> DrawAsync(Turn turn, int count, Func<int, CancellationToken, Task<ChatResponse>> ask, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = ask(0, cancellationToken);
        Task<Candidate?>[] rest = [];
        if (turn.Options?.Tools is not { Count: > 0 })
            rest = Begin(); // with tools the first may ask for some, and then the others would be paid for in vain
        try
        {
            var answer = await first.ConfigureAwait(false);
            turn.Keep(answer);
            if (Turn.IsStep(answer))
                return [new(0, answer)];
            if (rest.Length == 0)
                rest = Begin();
            var drawn = await Task.WhenAll(rest).ConfigureAwait(false);
            return [new(0, answer), .. drawn.OfType<Candidate>()];
        }
        catch
        {
            await others.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(rest).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }

        Task<Candidate?>[] Begin() => [.. Enumerable.Range(1, count - 1).Select(OneAsync)];

        async Task<Candidate?> OneAsync(int index)
        {
            try
            {
                var answer = await ask(index, others.Token).ConfigureAwait(false);
                return Turn.IsStep(answer) || string.IsNullOrWhiteSpace(answer.Text) ? null : new(index, answer);
            }
            catch (BudgetSpentException spent)
            {
                turn.Note($"Candidate {index} was not drawn: {spent.Limit}.");
            }
            catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
            {
                turn.Note($"Candidate {index}: {broken.GetType().Name}.");
            }
            return null;
        }
    }

    /// <summary>The candidate that a score puts first. Ties go to the earlier one; where the first cannot be scored it stays, for nothing can be said to be better.</summary>
    public static async Task<Candidate> BestAsync(Turn turn, IReadOnlyList<Candidate> candidates, Func<Candidate, Task<double?>> score)
    {
        if (candidates.Count == 1)
            return candidates[0];
        var scores = await Task.WhenAll(candidates.Select(ScoreAsync)).ConfigureAwait(false);
        turn.Reason($"Candidates and their scores: {string.Join(", ", candidates.Zip(scores, (candidate, value) => FormattableString.Invariant($"{candidate.Index}: {value?.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) ?? "not scored"}")))}.");
        if (scores[0] is not { } best)
        {
            turn.Note("The first candidate could not be scored, so it stays.");
            return candidates[0];
        }
        var chosen = 0;
        for (var index = 1; index < scores.Length; index++)
            if (scores[index] is { } value && value > best)
                (chosen, best) = (index, value);
        turn.Note($"Candidate {candidates[chosen].Index} of {candidates.Count}.");
        return candidates[chosen];

        async Task<double?> ScoreAsync(Candidate candidate)
        {
            try
            {
                return await score(candidate).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                turn.Note($"The score of candidate {candidate.Index}: {(broken is BudgetSpentException spent ? spent.Limit : broken.GetType().Name)}.");
                return null;
            }
        }
    }
}

/// <summary>One of several answers.</summary>
/// <param name="Index">Its number; 0 is the answer without the stage.</param>
/// <param name="Answer">The answer.</param>
internal sealed record Candidate(int Index, ChatResponse Answer);
