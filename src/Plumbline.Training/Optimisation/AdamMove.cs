namespace Plumbline.Training;

/// <summary>The numbers of one step of AdamW.</summary>
/// <param name="Scale">What gradients are multiplied by.</param>
/// <param name="Beta1">How slowly the first moment forgets.</param>
/// <param name="Beta2">How slowly the second moment forgets.</param>
/// <param name="Keep">What matrices are multiplied by first.</param>
/// <param name="Rate">Learning rate, corrected for the first moment's start at zero.</param>
/// <param name="RootScale">What the root of the second moment is multiplied by, for its start at zero.</param>
/// <param name="Epsilon">Added to it.</param>
internal readonly record struct AdamMove(double Scale, double Beta1, double Beta2, double Keep, double Rate, double RootScale, double Epsilon)
{
    public AdamMove(AdamWOptions options, double scale, double learningRate, int step)
        : this(scale, options.Beta1, options.Beta2, 1 - learningRate * options.WeightDecay, learningRate / (1 - Math.Pow(options.Beta1, step)),
            1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step)), options.Epsilon)
    {
    }
}
