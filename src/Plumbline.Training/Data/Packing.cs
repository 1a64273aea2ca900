using System.Runtime.InteropServices;
using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Puts texts into one row without padding; prompts that several of them begin with are read once.</summary>
/// <remarks>No text sees another. What nothing is predicted from is not read: the last token of a text, and all after the last trained one.</remarks>
internal static class Packing
{
    /// <summary>Shorter prompts are not shared: telling answers apart would cost more than reading the prompt again.</summary>
    private const int ShortestShared = 8;

    /// <summary>Packs examples.</summary>
    /// <param name="examples">What to pack; what is longer than <paramref name="longest"/> is cut at the end.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <returns>Null if no token is trained.</returns>
    public static PackedRow? Pack(IReadOnlyList<TokenExample> examples, int longest)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 2);
        var row = new Row();
        foreach (var group in examples.Select((example, index) => Text.Of(example, index, longest)).OfType<Text>().GroupBy(text => text.Prompt, SameTokens.Instance))
        {
            Text[] texts = [.. group];
            if (texts.Length == 1 || group.Key.Count < ShortestShared)
            {
                foreach (var text in texts)
                    row.Add(text);
                continue;
            }
            var prompt = row.AddPrompt(texts[0]);
            foreach (var text in texts)
                row.AddAfter(prompt, text);
        }
        return row.ToPacked();
    }

    /// <summary>How much the tokens of an example count together, when it is cut to a length.</summary>
    public static double Trained(TokenExample example, int longest) => example.Weights.Take(longest).Skip(1).Sum();

    /// <summary>Where a text must be whole to mean what it should, one that would be cut is refused.</summary>
    public static void RefuseCut(IEnumerable<TokenExample> examples, int length, Func<int, string> place)
    {
        foreach (var (index, example) in examples.Index())
        {
            if (example.Ids.Length > length)
                throw new InputException(place(index), $"prompt and answer are {example.Ids.Length} tokens, but a row holds {length}.", "Leave it out, or train with longer rows.");
        }
    }

    /// <summary>An example as it is read.</summary>
    /// <param name="Example">The example.</param>
    /// <param name="Index">Which one.</param>
    /// <param name="First">Its first trained token.</param>
    /// <param name="Last">Its last trained token.</param>
    private sealed record Text(TokenExample Example, int Index, int First, int Last)
    {
        public ArraySegment<int> Prompt => new(Example.Ids, 0, First);

        public static Text? Of(TokenExample example, int index, int longest)
        {
            var weights = example.Weights.AsSpan(0, Math.Min(example.Ids.Length, longest));
            var first = weights.Length < 2 ? -1 : weights[1..].IndexOfAnyExcept(0f);
            return first < 0 ? null : new(example, index, first + 1, weights.LastIndexOfAnyExcept(0f));
        }
    }

    private sealed class Row
    {
        private readonly List<long> _ids = [], _positions = [], _places = [], _targets = [], _examples = [];
        private readonly List<float> _weights = [];
        private readonly List<TextRun> _runs = [];

        public void Add(Text text) => Train(text, Read(text, 0, text.Last, null), 0);

        /// <returns>Where it begins, and which run it is.</returns>
        public (int Start, int Run) AddPrompt(Text text) => (Read(text, 0, text.First, null), _runs.Count - 1);

        public void AddAfter((int Start, int Run) prompt, Text text)
        {
            var start = text.Last > text.First ? Read(text, text.First, text.Last, prompt.Run) : 0;
            Train(text, start, text.First, prompt.Start);
        }

        public PackedRow? ToPacked() => _places.Count == 0 ? null : new(new([.. _ids], [.. _positions], _runs), [.. _places], [.. _targets], [.. _weights], [.. _examples]);

        private int Read(Text text, int from, int to, int? after)
        {
            var start = _ids.Count;
            for (var i = from; i < to; i++)
            {
                _ids.Add(text.Example.Ids[i]);
                _positions.Add(i);
            }
            _runs.Add(new(to - from, after));
            return start;
        }

        /// <param name="text">The text.</param>
        /// <param name="start">Where its tokens lie from <paramref name="from"/> on.</param>
        /// <param name="from">Tokens before it lie elsewhere.</param>
        /// <param name="elsewhere">Where.</param>
        private void Train(Text text, int start, int from, int elsewhere = 0)
        {
            for (var i = text.First; i <= text.Last; i++)
            {
                if (text.Example.Weights[i] == 0)
                    continue;
                _places.Add(i > from ? start + i - 1 - from : elsewhere + i - 1);
                _targets.Add(text.Example.Ids[i]);
                _weights.Add(text.Example.Weights[i]);
                _examples.Add(text.Index);
            }
        }
    }

    private sealed class SameTokens : IEqualityComparer<ArraySegment<int>>
    {
        public static SameTokens Instance { get; } = new();

        public bool Equals(ArraySegment<int> x, ArraySegment<int> y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(ArraySegment<int> obj)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(obj.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
