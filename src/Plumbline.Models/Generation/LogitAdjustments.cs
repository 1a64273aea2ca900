namespace Plumbline.Models.Generation;

/// <summary>Bias and penalties: what changes the logits of single tokens.</summary>
/// <param name="options">How much.</param>
/// <param name="prompt">The prompt.</param>
internal sealed class LogitAdjustments(GenerationOptions options, int[] prompt)
{
    private readonly Dictionary<int, int> written = [];
    private readonly HashSet<int> seen = options.RepetitionPenalty == 1 ? [] : [.. prompt];

    /// <summary>Whether any logit changes.</summary>
    public bool Any => options.LogitBias.Count > 0 || options.RepetitionPenalty != 1 || options.FrequencyPenalty != 0 || options.PresencePenalty != 0;

    /// <summary>Remembers a token of the answer.</summary>
    public void Add(int token)
    {
        written[token] = written.GetValueOrDefault(token) + 1;
        if (options.RepetitionPenalty != 1)
            seen.Add(token);
    }

    /// <summary>Changes the logits.</summary>
    public void Apply(Span<float> logits)
    {
        foreach (var (token, bias) in options.LogitBias)
        {
            if (token >= 0 && token < logits.Length)
                logits[token] += (float)bias;
        }
        foreach (var token in seen.Where(IsToken(logits.Length)))
            logits[token] = (float)(logits[token] > 0 ? logits[token] / options.RepetitionPenalty : logits[token] * options.RepetitionPenalty);
        foreach (var (token, count) in written)
        {
            if (token < logits.Length)
                logits[token] -= (float)(options.FrequencyPenalty * count + options.PresencePenalty);
        }
    }

    private static Func<int, bool> IsToken(int size) => token => token < size; // a prompt may have ids beyond the tokenizer's
}
