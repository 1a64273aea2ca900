using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Training.Distributed;

namespace Plumbline.Training.Agents;

/// <summary>Several attempts of a policy at each task, of several turns each, with what it is told put between its turns (119).</summary>
/// <remarks>All attempts that are still at work write their next turn together. Several processes share the tasks out, and each gets all trajectories.</remarks>
/// <param name="policy">Who acts, with the weights it has at the moment.</param>
/// <param name="seed">Same seed, step and weights, same trajectories.</param>
/// <param name="attempts">Attempts at each task, at least 1; where they are compared with each other, at least 2.</param>
/// <param name="turns">Most turns of an attempt, at least 1.</param>
/// <param name="options">How long a turn may be, where it stops, and how many are written at the same time; the temperature is 1 and the seed is set here.</param>
/// <param name="longest">Most tokens of a trajectory, at most what the policy holds, which it is if null; what does not fit ends the attempt.</param>
/// <param name="group">Who samples together; every rank must ask for every step. Null: <see cref="ProcessGroup.Current"/>.</param>
public sealed class EpisodeRollout(LanguageModel policy, long seed, int attempts, int turns, GenerationOptions options, int? longest = null, ProcessGroup? group = null)
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly BatchGenerator _generator = new(policy);
    private readonly int _attempts = attempts >= 1 ? attempts : throw new ArgumentOutOfRangeException(nameof(attempts), attempts, "A task is attempted at least once.");
    private readonly int _turns = turns >= 1 ? turns : throw new ArgumentOutOfRangeException(nameof(turns), turns, "An attempt has at least 1 turn.");
    private readonly int _longest = Math.Min(longest ?? int.MaxValue, policy.Decoder.Config.MaximumPositions);

    /// <summary>Works.</summary>
    /// <param name="step">Which step of training; chooses the samples.</param>
    /// <param name="tasks">How many tasks.</param>
    /// <param name="begin">Begins an attempt, of a task and by its number: nothing that another attempt does may change it.</param>
    /// <param name="cancel">Stops between tokens.</param>
    /// <returns>For each task, its attempts.</returns>
    /// <exception cref="InputException">A task is empty or too long.</exception>
    public IReadOnlyList<IReadOnlyList<Trajectory>> Sample(int step, int tasks, Func<int, int, IEpisode> begin, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(begin);
        var together = group ?? ProcessGroup.Current;
        var own = together.Share([.. Enumerable.Range(0, tasks)], _ => 1);
        Attempt[] all = [.. own.SelectMany(task => Enumerable.Range(0, _attempts).Select(attempt => new Attempt(begin(task, attempt), task, (task * _attempts) + attempt)))];
        if (Array.Find(all, each => each.Context.Length >= _longest) is { } full)
            throw new InputException($"task {full.Task}", $"it has {full.Context.Length} tokens.", $"A trajectory holds {_longest}, task and turns together.");
        for (var turn = 0; turn < _turns && all.Any(each => each.Working); turn++)
            TakeTurn([.. all.Where(each => each.Working)], (options with { Temperature = 1, TopP = 1, Seed = new Draws(seed, "episodes", (step * (long)_turns) + turn).NextBits() }).Checked(), cancel);
        var done = all.Select(each => new Done(each.Row, each.Trajectory)).ToArray();
        var gathered = together.Size == 1 ? done : together.Gather(JsonSerializer.SerializeToUtf8Bytes(done, Json)).SelectMany(said => JsonSerializer.Deserialize<Done[]>(said, Json)!);
        return [.. gathered.OrderBy(each => each.Row).Select(each => each.Trajectory).Chunk(_attempts)];
    }

    private void TakeTurn(Attempt[] working, GenerationOptions sampling, CancellationToken cancel)
    {
        GenerationRow[] rows = [.. working.Select(each =>
            _generator.Row(each.Context, sampling with { MaxNewTokens = Math.Min(sampling.MaxNewTokens, Math.Max(1, _longest - each.Context.Length)) }, RandomStream.Of(sampling.Seed, (ulong)each.Row), $"task {each.Task}"))];
        _generator.Write(rows, sampling.BatchSize, cancel);
        foreach (var (attempt, row) in working.Zip(rows))
            attempt.Act(row.Completion.Tokens, _longest);
    }

    /// <summary>An attempt while it is at work.</summary>
    private sealed class Attempt(IEpisode episode, int task, int row)
    {
        private readonly List<int> _context = [.. episode.Prompt];
        private readonly List<Turn> _done = [];
        private bool _ended;

        public int Task => task;

        public int Row => row;

        public int[] Context => [.. _context];

        public bool Working { get; private set; } = true;

        public Trajectory Trajectory => new(episode.Prompt, [.. _done], _ended);

        public void Act(int[] written, int longest)
        {
            var told = episode.Act(written);
            var fits = _context.Count + written.Length + told.Tokens.Length < longest;
            _done.Add(new Turn(written, told.Reward, told.Ended || !fits ? [] : told.Tokens)); // what is told after the last turn nobody reads
            _context.AddRange([.. written, .. told.Tokens]);
            (_ended, Working) = (told.Ended, !told.Ended && fits);
        }
    }

    private sealed record Done(int Row, Trajectory Trajectory);
}
