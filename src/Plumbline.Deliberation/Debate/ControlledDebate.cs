namespace Plumbline.Deliberation;

/// <summary>A debate in phases about several topics, each with a choice: alone, topic by topic, adjustment, final discussion, vote (077, Can LLM Agents Really Debate?).</summary>
/// <remarks>Who is on the team, how deep each topic is discussed, in which order, and whether confidence is shown are the factors that are controlled. A supervisor decides where the vote is tied or missing, and nowhere else.</remarks>
/// <param name="team">Who debates; at least one.</param>
/// <param name="options">The factors.</param>
public sealed class ControlledDebate(IReadOnlyList<IDebater> team, ControlledDebateOptions options)
{
    /// <summary>Debates.</summary>
    /// <param name="topics">How many topics there are.</param>
    /// <param name="cancellationToken">Stops between moves.</param>
    public async Task<DebateRecord> RunAsync(int topics, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(topics, 1);
        ArgumentOutOfRangeException.ThrowIfZero(team.Count, nameof(team));
        List<IReadOnlyList<DebatePosition>> history = [];
        DebatePosition[] now = await Task.WhenAll(team.Select(debater => debater.SolveAsync(cancellationToken))).ConfigureAwait(false);
        foreach (var position in now)
            if (position.Choices.Count != topics)
                throw new InvalidOperationException($"A debater chose for {position.Choices.Count} topics; there are {topics}.");
        history.Add([.. now]);
        foreach (var topic in options.Order ?? [.. Enumerable.Range(0, topics)])
        {
            for (var round = 0; round < options.Depth; round++)
            {
                DebatePosition[] seen = [.. now.Select(Shown)];
                var choices = await Task.WhenAll(team.Select((debater, index) => debater.DiscussAsync(topic, now[index], [.. seen.Where((_, other) => other != index)], cancellationToken))).ConfigureAwait(false);
                now = [.. now.Select((position, index) => position.With(topic, choices[index]))];
                history.Add([.. now]);
            }
        }
        foreach (var withOthers in (bool[])[false, true])
        {
            DebatePosition[] seen = [.. now.Select(Shown)];
            now = await Task.WhenAll(team.Select((debater, index) => debater.ReviseAsync(now[index], withOthers ? [.. seen.Where((_, other) => other != index)] : [], cancellationToken))).ConfigureAwait(false);
            history.Add([.. now]);
        }
        var result = new string?[topics];
        for (var topic = 0; topic < topics; topic++)
            result[topic] = Majority([.. now.Select(position => position.Choices[topic])]) ?? (options.Supervisor is null ? null : await options.Supervisor(topic, now, cancellationToken).ConfigureAwait(false));
        return new(result, history);
    }

    /// <summary>The choice of more than any other; null where two lead, or nobody chose.</summary>
    internal static string? Majority(IReadOnlyList<string?> choices)
    {
        var counts = choices.OfType<string>().CountBy(choice => choice).OrderByDescending(each => each.Value).Take(2).ToArray();
        return counts.Length == 0 || (counts.Length == 2 && counts[0].Value == counts[1].Value) ? null : counts[0].Key;
    }

    private DebatePosition Shown(DebatePosition position) => options.ShowsConfidence ? position : position with { Confidence = null };
}

/// <summary>Who debates: a model, a person, a stated behaviour.</summary>
public interface IDebater
{
    /// <summary>Chooses alone, for all topics.</summary>
    Task<DebatePosition> SolveAsync(CancellationToken cancellationToken);

    /// <summary>Chooses again for one topic, having seen what the others hold and why.</summary>
    /// <param name="topic">The topic, from 0.</param>
    /// <param name="own">What this debater holds.</param>
    /// <param name="others">What the others hold.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<string?> DiscussAsync(int topic, DebatePosition own, IReadOnlyList<DebatePosition> others, CancellationToken cancellationToken);

    /// <summary>Goes over all topics once more.</summary>
    /// <param name="own">What this debater holds.</param>
    /// <param name="others">What the others hold; none where the debater is to look at its own alone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<DebatePosition> ReviseAsync(DebatePosition own, IReadOnlyList<DebatePosition> others, CancellationToken cancellationToken);
}

/// <summary>What a debater holds.</summary>
/// <param name="Choices">For each topic; null where it has not chosen.</param>
/// <param name="Reason">Why.</param>
/// <param name="Confidence">How sure it is, from 0 to 1; null if it does not say or it is not shown.</param>
public sealed record DebatePosition(IReadOnlyList<string?> Choices, string Reason, double? Confidence = null)
{
    /// <summary>The same with another choice for one topic.</summary>
    public DebatePosition With(int topic, string? choice) => this with { Choices = [.. Choices.Select((own, index) => index == topic ? choice : own)] };
}

/// <summary>The factors of a <see cref="ControlledDebate"/>.</summary>
public sealed record ControlledDebateOptions
{
    /// <summary>Rounds about each topic, 0 to 5.</summary>
    public int Depth
    {
        get;
        init => field = value is >= 0 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A topic is discussed 0 to 5 rounds.");
    } = 1;

    /// <summary>The order of topics; null: as they are numbered.</summary>
    public IReadOnlyList<int>? Order { get; init; }

    /// <summary>Whether debaters see how sure the others are.</summary>
    public bool ShowsConfidence { get; init; }

    /// <summary>Decides where the vote is tied or missing; null: nobody does.</summary>
    public Func<int, IReadOnlyList<DebatePosition>, CancellationToken, Task<string?>>? Supervisor { get; init; }
}

/// <summary>What became of a debate.</summary>
/// <param name="Result">The vote for each topic; null where there was none.</param>
/// <param name="History">What each debater held after each phase, the first being alone.</param>
public sealed record DebateRecord(IReadOnlyList<string?> Result, IReadOnlyList<IReadOnlyList<DebatePosition>> History)
{
    /// <summary>How choices changed, held against the truth (077).</summary>
    /// <param name="truth">The right choice for each topic.</param>
    public DebateProcess Against(IReadOnlyList<string> truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var (rightToWrong, wrongToRight, wrongMajority, overturned) = (0, 0, 0, 0);
        for (var topic = 0; topic < truth.Count; topic++)
        {
            for (var phase = 1; phase < History.Count; phase++)
            {
                for (var debater = 0; debater < History[phase].Count; debater++)
                {
                    var (before, after) = (History[phase - 1][debater].Choices[topic] == truth[topic], History[phase][debater].Choices[topic] == truth[topic]);
                    rightToWrong += before && !after ? 1 : 0;
                    wrongToRight += !before && after ? 1 : 0;
                }
            }
            if (ControlledDebate.Majority([.. History[0].Select(position => position.Choices[topic])]) is { } first && first != truth[topic])
            {
                wrongMajority++;
                overturned += Result[topic] == truth[topic] ? 1 : 0;
            }
        }
        return new(rightToWrong, wrongToRight, wrongMajority, overturned);
    }
}

/// <summary>How choices changed in a debate.</summary>
/// <param name="RightToWrong">Switches from the right choice to another.</param>
/// <param name="WrongToRight">Switches to the right choice.</param>
/// <param name="WrongMajorities">Topics on which most were wrong when each was alone.</param>
/// <param name="Overturned">Of those, the ones that were right in the end.</param>
public sealed record DebateProcess(int RightToWrong, int WrongToRight, int WrongMajorities, int Overturned);
