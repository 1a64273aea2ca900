namespace Plumbline.Models.Generation;

/// <summary>One text that is being written.</summary>
/// <param name="prompt">What stands before it.</param>
/// <param name="maxNewTokens">The most tokens to write.</param>
/// <param name="options">How to choose them.</param>
/// <param name="stream">Its random numbers.</param>
internal sealed class GenerationRow(int[] prompt, int maxNewTokens, GenerationOptions options, ulong stream)
{
    private readonly List<int> tokens = [];
    private readonly List<float> logProbabilities = [];
    private StopReason? stop;

    public int[] Prompt => prompt;

    public int MaxNewTokens => maxNewTokens;

    public IReadOnlyList<int> Tokens => tokens;

    public bool Done => stop is not null;

    public Completion Completion => new([.. tokens], [.. logProbabilities], stop ?? StopReason.Length);

    /// <summary>Writes the next token.</summary>
    /// <param name="next">Log-probabilities by token.</param>
    /// <param name="end">The token that ends a text.</param>
    public void Write(ReadOnlySpan<float> next, int end)
    {
        var token = Sampler.Choose(next, options.Temperature, options.TopP, RandomStream.Uniform(stream, tokens.Count));
        tokens.Add(token);
        logProbabilities.Add(next[token]);
        if (token == end)
            stop = StopReason.End;
        else if (tokens.Count == maxNewTokens)
            stop = StopReason.Length;
    }
}
