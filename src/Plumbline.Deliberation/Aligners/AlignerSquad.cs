using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Several aligners behind any model: while an inspector finds its criterion violated, its aligner writes the answer anew (047, Aligners).</summary>
public sealed class AlignerSquad
{
    private readonly Aligner[] _members;
    private readonly AlignerSquadOptions _options;

    /// <summary>Makes a squad.</summary>
    /// <param name="members">At least one; what stands first goes first where aligners go in order.</param>
    /// <param name="options">When an answer is written anew, and how often.</param>
    public AlignerSquad(IReadOnlyList<Aligner> members, AlignerSquadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfZero(members.Count, nameof(members));
        (_members, _options) = ([.. members], options ?? new());
    }

    /// <summary>Holds an answer to every criterion.</summary>
    /// <param name="conversation">What it answers.</param>
    /// <param name="answer">What a model said.</param>
    /// <param name="cancellationToken">Stops between calls.</param>
    public async Task<AlignedAnswer> AlignAsync(IReadOnlyList<ChatMessage> conversation, string answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(answer);
        List<string> applied = [];
        var inVain = new HashSet<int>(); // aligners that did not make this very answer better
        var violations = await InspectAsync(new(conversation, answer), cancellationToken).ConfigureAwait(false);
        for (var pass = 0; pass < (_options.Passes ?? _members.Length) && Next(violations, inVain) is { } next; pass++)
        {
            var rewritten = await _members[next].Rewrite(new(conversation, answer), cancellationToken).ConfigureAwait(false);
            var after = await InspectAsync(new(conversation, rewritten), cancellationToken).ConfigureAwait(false);
            if (_options.KeepsBetter && after[next] >= violations[next])
            {
                inVain.Add(next);
                continue;
            }
            (answer, violations) = (rewritten, after);
            applied.Add(_members[next].Criterion);
            inVain.Clear();
        }
        return new(answer, applied);
    }

    private int? Next(double[] violations, HashSet<int> inVain)
    {
        int[] violated = [.. Enumerable.Range(0, _members.Length).Where(index => violations[index] > _options.Threshold && !inVain.Contains(index))];
        return violated.Length == 0 ? null : _options.InOrder ? violated[0] : violated.MaxBy(index => violations[index]);
    }

    private async Task<double[]> InspectAsync(ChatAnswer answer, CancellationToken cancellationToken)
    {
        var violations = new double[_members.Length];
        for (var index = 0; index < violations.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            violations[index] = await _members[index].Inspect(answer, cancellationToken).ConfigureAwait(false);
            if (!(violations[index] is >= 0 and <= 1))
                throw new InputException($"inspector of '{_members[index].Criterion}'", FormattableString.Invariant($"it says {violations[index]}."), "An inspector gives a chance, from 0 to 1.");
        }
        return violations;
    }
}

/// <summary>How an <see cref="AlignerSquad"/> works.</summary>
public sealed record AlignerSquadOptions
{
    /// <summary>How likely a violation has to be for its aligner to write, from 0 to 1.</summary>
    public double Threshold
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A chance is from 0 to 1.");
    } = 0.5;

    /// <summary>How often an answer is written anew at most, 1 to 100; null: once for each aligner.</summary>
    public int? Passes
    {
        get;
        init => field = value is null or (>= 1 and <= 100) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An answer is written anew 1 to 100 times.");
    }

    /// <summary>Whether what is written is dropped unless its inspector finds it better: the chance of a violation is then never raised by the aligner for it.</summary>
    public bool KeepsBetter { get; init; } = true;

    /// <summary>Whether the first aligner whose criterion is violated goes first, instead of the one whose violation is the likeliest.</summary>
    public bool InOrder { get; init; }
}

/// <summary>An answer that a squad has seen.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Applied">Criteria whose aligners wrote it anew, in order; none: it is as it was.</param>
public sealed record AlignedAnswer(string Text, IReadOnlyList<string> Applied);
