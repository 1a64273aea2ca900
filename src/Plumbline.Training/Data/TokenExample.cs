namespace Plumbline.Training;

/// <summary>One text as tokens, and how much each is trained.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="Weights">For each token, the weight of predicting it from those before; 0 is read but not trained. The first is never predicted.</param>
public sealed record TokenExample(int[] Ids, float[] Weights)
{
    /// <summary>An example that is trained on every token, as in pretraining.</summary>
    public static TokenExample Whole(int[] ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var weights = new float[ids.Length];
        Array.Fill(weights, 1);
        return new TokenExample(ids, weights);
    }
}
