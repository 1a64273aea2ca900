using Plumbline.Models.Generation.Constraints;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Generation;

/// <summary>One text that is being written.</summary>
internal sealed class GenerationRow
{
    private readonly GenerationOptions options;
    private readonly Tokenizer tokenizer;
    private readonly HashSet<int> ends;
    private readonly ulong stream;
    private readonly List<int> tokens = [];
    private readonly List<float> logProbabilities = [];
    private readonly List<IReadOnlyList<TokenLogProbability>> alternatives = [];
    private readonly LogitAdjustments adjustments;
    private readonly StopStrings stopStrings;
    private readonly ConstraintCursor? constraint;
    private TokenSet? own, thoughts;
    private bool reasoning;
    private StopReason? stop;

    /// <param name="prompt">What stands before it.</param>
    /// <param name="maxNewTokens">The most tokens to write.</param>
    /// <param name="options">How to choose them.</param>
    /// <param name="stream">Its random numbers.</param>
    /// <param name="tokenizer">Spells the tokens.</param>
    /// <param name="ends">The tokens that end a text.</param>
    /// <exception cref="InputException">The vocabulary cannot be held to the constraint.</exception>
    public GenerationRow(int[] prompt, int maxNewTokens, GenerationOptions options, ulong stream, Tokenizer tokenizer, IEnumerable<int> ends)
    {
        (Prompt, MaxNewTokens, this.options, this.stream, this.tokenizer) = (prompt, maxNewTokens, options, stream, tokenizer);
        this.ends = [.. ends.Concat(options.EndTokens).Where(end => end >= 0 && end < tokenizer.VocabularySize)];
        adjustments = new(options, prompt);
        stopStrings = new(options.StopStrings);
        constraint = options.Constraint is { } wanted ? new(wanted, tokenizer) : null;
        reasoning = BeginsReasoning(prompt);
    }

    public int[] Prompt { get; }

    public int MaxNewTokens { get; }

    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>The texts before which it stops.</summary>
    public IReadOnlyList<string> StopTexts => options.StopStrings;

    public bool Done => stop is not null;

    /// <summary>Whether its last token is an end marker.</summary>
    public bool Ended => stop is StopReason.End;

    public Completion Completion => new([.. tokens], [.. logProbabilities], stop ?? StopReason.Length) { Alternatives = [.. alternatives], StopStrings = options.StopStrings };

    /// <summary>Writes the next token.</summary>
    /// <param name="logits">What the model says of each token.</param>
    public void Write(ReadOnlySpan<float> logits)
    {
        var token = Choose(logits);
        var greatest = logits[Selection.Likeliest(logits)];
        var total = Exponentials.LogSum(logits, greatest);
        tokens.Add(token);
        logProbabilities.Add((float)(logits[token] - total));
        if (options.TopLogProbabilities > 0)
            alternatives.Add(Likeliest(logits, options.TopLogProbabilities, total));
        adjustments.Add(token);
        stop = Read(token);
    }

    private int Choose(ReadOnlySpan<float> logits)
    {
        var uniform = RandomStream.Uniform(stream, tokens.Count);
        var allowed = Allowed();
        if (!adjustments.Any && tokens.Count >= options.MinNewTokens)
            return Sampler.Choose(logits, options, allowed, uniform);
        var changed = System.Buffers.ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var adjusted = changed.AsSpan(0, logits.Length);
            logits.CopyTo(adjusted);
            adjustments.Apply(adjusted);
            foreach (var end in tokens.Count < options.MinNewTokens ? ends : [])
                adjusted[end] = float.NegativeInfinity;
            return Sampler.Choose(adjusted, options, allowed, uniform);
        }
        finally
        {
            System.Buffers.ArrayPool<float>.Shared.Return(changed);
        }
    }

    /// <summary>The tokens that the constraint leaves to choose from; null for all. Not to be changed.</summary>
    private TokenSet? Allowed()
    {
        if (constraint is null)
            return null;
        if (reasoning)
            return thoughts ??= Thoughts();
        var mask = constraint.Allowed();
        var think = tokens.Count == 0 ? tokenizer.Special.Think : null;
        if (!constraint.Complete && think is null)
            return mask;
        own ??= new(tokenizer.VocabularySize);
        own.Become(mask);
        foreach (var end in constraint.Complete ? ends : [])
            own.Add(end);
        if (think is { } marker)
            own.Add(marker);
        return own;
    }

    /// <summary>All tokens but the ends: an answer is wanted.</summary>
    private TokenSet Thoughts()
    {
        var all = new TokenSet(tokenizer.VocabularySize);
        all.Fill();
        foreach (var end in ends)
            all.Remove(end);
        return all;
    }

    /// <summary>Reads what was written, and tells whether it is over.</summary>
    private StopReason? Read(int token)
    {
        if (ends.Contains(token))
            return StopReason.End;
        if (!reasoning && tokens.Count == 1 && token == tokenizer.Special.Think)
            reasoning = true;
        else if (reasoning)
            reasoning = token != tokenizer.Special.EndThink;
        else
        {
            constraint?.Take(token);
            if (stopStrings.Read(tokenizer.BytesOf(token)))
                return StopReason.StopString;
        }
        return tokens.Count == MaxNewTokens ? StopReason.Length : null;
    }

    /// <summary>Whether a prompt ends inside of reasoning, as templates do that open it for the model.</summary>
    private bool BeginsReasoning(int[] prompt)
    {
        var special = tokenizer.Special;
        var last = Array.FindLastIndex(prompt, id => id == special.Think || id == special.EndThink || id == special.End || id == special.User || id == special.Assistant);
        return last >= 0 && prompt[last] == special.Think;
    }

    private static TokenLogProbability[] Likeliest(ReadOnlySpan<float> logits, int wanted, double total)
    {
        var best = new List<(float Logit, int Token)>(wanted + 1);
        for (var token = 0; token < logits.Length; token++)
        {
            if (best.Count == wanted && (token = Selection.NextAbove(logits, token, best[^1].Logit)) == logits.Length)
                break;
            var at = best.Count;
            while (at > 0 && logits[token] > best[at - 1].Logit)
                at--;
            best.Insert(at, (logits[token], token));
            if (best.Count > wanted)
                best.RemoveAt(wanted);
        }
        return [.. best.Select(each => new TokenLogProbability(each.Token, (float)(each.Logit - total)))];
    }
}
