using Plumbline.Training.Objectives;

namespace Plumbline.Training;

/// <summary>A part of a step that goes through the model at once.</summary>
/// <param name="Compute">Scores it; runs inside a dispose scope of the pass. Null: there is nothing to do on this rank, but the update is its as well.</param>
/// <param name="Share">How much of the update's loss it is, at most 1; the shares of an update add up to 1 over all ranks.</param>
/// <param name="EndsUpdate">Whether the optimiser moves after it; until then gradients add up.</param>
internal sealed record StepPass(Func<PassLoss>? Compute, double Share, bool EndsUpdate)
{
    /// <summary>Whether it trains the second model, the companion of the first.</summary>
    public bool OfCompanion { get; init; }

    /// <summary>Parts that make up one update.</summary>
    /// <param name="parts">This rank's parts.</param>
    /// <param name="total">How much the parts of all ranks count together.</param>
    /// <param name="size">How much each counts.</param>
    /// <param name="compute">The loss of a part; its mean over what <paramref name="size"/> counts.</param>
    public static IReadOnlyList<StepPass> Update<T>(IReadOnlyList<T> parts, double total, Func<T, double> size, Func<T, PassLoss> compute)
    {
        var counting = parts.Where(part => size(part) > 0).ToArray(); // the mean over nothing is no number
        return counting.Length == 0 ? [new(null, 0, true)]
            : [.. counting.Select((part, index) => new StepPass(() => compute(part), size(part) / total, index == counting.Length - 1))];
    }

    /// <summary>Splits things so that each part has at most so many tokens, or one thing.</summary>
    public static IReadOnlyList<IReadOnlyList<T>> Split<T>(IReadOnlyList<T> things, Func<T, int> tokens, int? atMost)
    {
        if (things.Count == 0)
            return [];
        if (atMost is null)
            return [things];
        var parts = new List<List<T>>();
        var room = 0;
        foreach (var thing in things)
        {
            if (parts.Count == 0 || tokens(thing) > room)
            {
                parts.Add([]);
                room = atMost.Value;
            }
            parts[^1].Add(thing);
            room -= tokens(thing);
        }
        return parts;
    }
}

/// <summary>What a pass came to, before its gradient is asked for.</summary>
/// <param name="Loss">The loss of its columns.</param>
/// <param name="Scores">The columns, and the way from them to the weights.</param>
internal sealed record PassLoss(ObjectiveLoss Loss, IScores Scores);

/// <summary>Numbers that a decoder gave texts, cut off from what made them, and the way back from them to the weights.</summary>
internal interface IScores
{
    /// <summary>Adds the gradients of all weights to what they have, from the gradient that the numbers got; once.</summary>
    void Backward();
}

/// <summary>A step: its passes, and how many tokens they read.</summary>
/// <param name="Passes">In order; the last one ends an update.</param>
/// <param name="Tokens">Tokens that go through the model, padding aside.</param>
/// <param name="Statistics">What is known of the step before it is made, by name.</param>
internal sealed record TrainingStep(IReadOnlyList<StepPass> Passes, long Tokens, IReadOnlyDictionary<string, double>? Statistics = null);
