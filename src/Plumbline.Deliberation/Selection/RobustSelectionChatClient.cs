using System.Globalization;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Answers for the wanted weights of attributes and for neighbouring ones, and gives the answer that is best by the wanted weights (074, robust preference selection).</summary>
/// <remarks>
/// y* = argmax ⟨v*, r(yᵢ)⟩, yᵢ ~ π(· | x, vᵢ), vᵢ within an angle of v*, v₀ = v*. A model that was trained on some weights answers worse for others; neighbours that lie nearer to those give better candidates, and the choice by v*
/// undoes their lean. Scores are always taken by v*, never by the neighbour's weights. Candidate 0 is the answer for v*, and ties go to it.
/// </remarks>
/// <param name="inner">The client that answers, and reads weights in its system message.</param>
/// <param name="selection">What is wanted, and how it is scored.</param>
public sealed class RobustSelectionChatClient(IChatClient inner, RobustSelectionOptions selection) : DeliberatingChatClient(inner)
{
    private readonly double[] _target = Valid(selection);

    /// <inheritdoc/>
    protected override string Strategy => "robust-selection";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var directions = Directions.Around(_target, selection.Candidates, selection.WidestAngle * Math.PI / 180, turn.Draws("directions"));
        var drawn = await Candidates.DrawAsync(turn, directions.Count, (index, cancel) => turn.AskAsync(SystemText.After(turn.Conversation, selection.Describe(directions[index])), cancel, index), cancellationToken).ConfigureAwait(false);
        var best = await Candidates.BestAsync(turn, drawn, async candidate =>
        {
            var scores = await selection.Score(new(turn.Conversation, candidate.Answer.Text), cancellationToken).ConfigureAwait(false);
            return scores.Count == _target.Length && scores.All(double.IsFinite) ? _target.Zip(scores, (weight, score) => weight * score).Sum() : null;
        }).ConfigureAwait(false);
        turn.Reason($"Answered for {selection.Describe(directions[best.Index])}");
        return best.Answer;
    }

    private static double[] Valid(RobustSelectionOptions selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return Directions.Unit([.. selection.Weights.Select(weight => weight.Value)]);
    }
}

/// <summary>How <see cref="RobustSelectionChatClient"/> works.</summary>
public sealed record RobustSelectionOptions
{
    /// <summary>How much of each attribute is wanted, at least 0 each and not all 0, by its name; the order is that of the scores.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Weights { get; init; }

    /// <summary>How much an answer has of each attribute, in the order of <see cref="Weights"/>: a reward model of several heads, or several.</summary>
    public required Func<ChatAnswer, CancellationToken, ValueTask<IReadOnlyList<double>>> Score { get; init; }

    /// <summary>How many answers are drawn, 1 to 64.</summary>
    public int Candidates
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 64 answers are drawn.");
    } = 5;

    /// <summary>The widest angle between the wanted weights and a neighbour's, in degrees, above 0 to 90.</summary>
    public double WidestAngle
    {
        get;
        init => field = value is > 0 and <= 90 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A neighbour lies within 90 degrees.");
    } = 30;

    /// <summary>How weights are told to the model, in the order of <see cref="Weights"/>; null: <c>Answer for these wishes, in percent: helpfulness 91, verbosity 42.</c></summary>
    public Func<IReadOnlyList<double>, string>? Wording { get; init; }

    internal string Describe(IReadOnlyList<double> direction) => Wording?.Invoke(direction)
        ?? $"Answer for these wishes, in percent: {string.Join(", ", Weights.Zip(direction, (attribute, weight) => $"{attribute.Key} {(100 * weight).ToString("0", CultureInfo.InvariantCulture)}"))}.";
}
