namespace Plumbline.Training;

/// <summary>One text as tokens, and how much each is trained.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="Weights">For each token, the weight of predicting it from those before; 0 is read but not trained. The first is never predicted.</param>
public sealed record TokenExample(int[] Ids, float[] Weights)
{
    /// <summary>For each token, the weight of predicting it.</summary>
    public float[] Weights { get; } = Weights?.Length == Ids?.Length ? Weights! : throw new ArgumentException("Each token has a weight.", nameof(Weights));

    /// <summary>How many tokens are trained.</summary>
    public int Trained => Weights.Skip(1).Count(weight => weight != 0);

    /// <summary>An example that is trained on every token, as in pretraining.</summary>
    public static TokenExample Whole(int[] ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var weights = new float[ids.Length];
        Array.Fill(weights, 1);
        return new TokenExample(ids, weights);
    }

    /// <summary>An example that is trained on its answer alone, as in supervised fine-tuning: the end marker counts, the prompt does not.</summary>
    /// <param name="prompt">What is read.</param>
    /// <param name="answer">What is to be written.</param>
    public static TokenExample Completion(int[] prompt, int[] answer)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(answer);
        var weights = new float[prompt.Length + answer.Length];
        Array.Fill(weights, 1, prompt.Length, answer.Length);
        return new TokenExample([.. prompt, .. answer], weights);
    }
}
