using System.Collections;

namespace Plumbline.Training;

/// <summary>Every prompt of a step with the answer to the next one, for all steps, made as they are asked for.</summary>
/// <remarks>A step with a single answer has none. A prompt that leaves no room for another's answer loses its beginning.</remarks>
internal sealed class MismatchedAnswers : IReadOnlyList<TokenExample>
{
    private readonly IReadOnlyList<PointExample> _answers;
    private readonly List<(int Prompt, int Answer)> _pairs = [];
    private readonly int[] _starts;
    private readonly int _longest;

    /// <param name="answers">All answers.</param>
    /// <param name="batches">Which of them make up a step.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="longest">Most tokens of a text.</param>
    public MismatchedAnswers(IReadOnlyList<PointExample> answers, Func<int, IReadOnlyList<int>> batches, int steps, int longest)
    {
        (_answers, _longest, _starts) = (answers, longest, new int[steps + 1]);
        for (var step = 0; step < steps; step++)
        {
            var taken = batches(step);
            if (taken.Count > 1)
                _pairs.AddRange(taken.Index().Select(each => (each.Item, taken[(each.Index + 1) % taken.Count])));
            _starts[step + 1] = _pairs.Count;
        }
    }

    /// <summary>How many there are in all steps.</summary>
    public int Count => _pairs.Count;

    /// <summary>One of them.</summary>
    public TokenExample this[int index]
    {
        get
        {
            var (prompt, answer) = (_answers[_pairs[index].Prompt].Text, _answers[_pairs[index].Answer].Text);
            var written = answer.Ids[First(answer)..];
            var weights = answer.Weights[First(answer)..];
            var asked = prompt.Ids[..First(prompt)];
            asked = asked[Math.Max(0, asked.Length + written.Length - _longest)..];
            return new TokenExample([.. asked, .. written], [.. new float[asked.Length], .. weights]);
        }
    }

    /// <summary>Those of a step.</summary>
    public IEnumerable<int> Of(int step) => Enumerable.Range(_starts[step], _starts[step + 1] - _starts[step]);

    /// <inheritdoc/>
    public IEnumerator<TokenExample> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int First(TokenExample text) => Math.Max(1, Array.FindIndex(text.Weights, 1, weight => weight != 0));
}
