using Plumbline.Models;
using Plumbline.Models.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>A step without a gradient (110, ComPO): weights are moved at random a little, and all that is asked is whether the better answer became more likely and the worse one less likely.</summary>
/// <remarks>
/// g = Σ C_i·z_i over normal z_i, normalised, with C = −1 where both moved as they should and +1 elsewhere; entries below τ are dropped; θ ← θ − step · (share of successes) · g. The step is made only if
/// there were enough successes, and if it is one itself. Meant for pairs whose two answers are about equally likely, where a gradient of their difference may lower both.
/// </remarks>
/// <param name="Draws">How many directions are tried, at least 1.</param>
/// <param name="Radius">How far, &gt; 0.</param>
/// <param name="StepSize">Length of a step if every direction were a success, &gt; 0.</param>
/// <param name="Threshold">τ ≥ 0 on entries of the normalised direction.</param>
/// <param name="LeastSuccess">Share of directions that have to succeed, from 0 to 1; of directions drawn at random a quarter do where the two answers have nothing to do with each other.</param>
public sealed record ComparisonOracle(int Draws = 1600, double Radius = 5e-4, double StepSize = 1e-2, double Threshold = 0, double LeastSuccess = 0.1)
{
    /// <summary>How many directions are tried.</summary>
    public int Draws { get; } = Draws >= 1 ? Draws : throw new ArgumentOutOfRangeException(nameof(Draws), Draws, "At least one direction is tried.");

    /// <summary>How far.</summary>
    public double Radius { get; } = Radius > 0 && double.IsFinite(Radius) ? Radius : throw new ArgumentOutOfRangeException(nameof(Radius), Radius, "The radius is greater than 0.");

    /// <summary>Length of a step if every direction were a success.</summary>
    public double StepSize { get; } = StepSize > 0 && double.IsFinite(StepSize) ? StepSize : throw new ArgumentOutOfRangeException(nameof(StepSize), StepSize, "The step is greater than 0.");

    /// <summary>τ on entries of the normalised direction.</summary>
    public double Threshold { get; } = Threshold >= 0 && double.IsFinite(Threshold) ? Threshold : throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "τ is at least 0.");

    /// <summary>Share of directions that have to succeed.</summary>
    public double LeastSuccess { get; } = LeastSuccess is >= 0 and <= 1 ? LeastSuccess : throw new ArgumentOutOfRangeException(nameof(LeastSuccess), LeastSuccess, "A share is from 0 to 1.");

    /// <summary>Finds a direction for one pair.</summary>
    /// <param name="weights">θ, of any shape; not changed.</param>
    /// <param name="logProbs">Log-probabilities of the better answer and of the worse one, with other weights in place of θ.</param>
    /// <param name="seed">Chooses the directions.</param>
    /// <param name="cancel">Stops between directions.</param>
    /// <returns>What was found, inside the dispose scope of the caller.</returns>
    public ComparisonStep Propose(Tensor weights, Func<Tensor, (double Chosen, double Rejected)> logProbs, ulong seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(logProbs);
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var before = logProbs(weights);
        var direction = zeros_like(weights);
        var successes = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            cancel.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            using var generator = new Generator(RandomStream.Of(seed, (ulong)draw), weights.device);
            var noise = randn(weights.shape, weights.dtype, weights.device, generator: generator);
            var helps = Helps(weights.Plus(noise.Times(Radius)));
            successes += helps ? 1 : 0;
            direction.PlusInPlace(noise, helps ? -1 : 1);
        }
        var unit = direction / direction.Squared().sum().sqrt();
        if (Threshold > 0)
            unit = unit * unit.abs().GreaterThan(Threshold).to(unit.dtype);
        var share = successes / (double)Draws;
        var moved = weights.Plus(unit.Times(-StepSize * share));
        return new ComparisonStep(moved.MoveToOuterDisposeScope(), unit.MoveToOuterDisposeScope(), share, share >= LeastSuccess && Helps(moved));

        bool Helps(Tensor other) => logProbs(other) is var (chosen, rejected) && chosen > before.Chosen && rejected < before.Rejected;
    }
}

/// <summary>What comparisons found for a pair.</summary>
/// <param name="Weights">θ after the step.</param>
/// <param name="Direction">Of length 1 unless entries were dropped; the step goes against it.</param>
/// <param name="Success">Share of directions in which both answers moved as they should.</param>
/// <param name="Accepted">Whether the step should be made.</param>
public sealed record ComparisonStep(Tensor Weights, Tensor Direction, double Success, bool Accepted);
