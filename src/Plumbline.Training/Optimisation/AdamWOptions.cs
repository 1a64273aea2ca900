namespace Plumbline.Training;

/// <summary>Settings of AdamW: Adam with decoupled weight decay (Loshchilov and Hutter 2019), after clipping by global norm.</summary>
public sealed record AdamWOptions
{
    /// <summary>How slowly the first moment forgets.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How slowly the second moment forgets.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decay of matrices at each step, times the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Largest global norm of a gradient.</summary>
    public double ClipNorm { get; init; } = 1;
}
