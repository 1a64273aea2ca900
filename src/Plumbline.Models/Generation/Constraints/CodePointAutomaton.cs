namespace Plumbline.Models.Generation.Constraints;

/// <summary>A deterministic finite automaton over Unicode code points: a regular set of texts. From every state that is left in it, some text of the set can be finished.</summary>
internal sealed class CodePointAutomaton
{
    /// <summary>Where every text begins.</summary>
    public const int Start = 0;

    /// <summary>The state after which no text of the set can follow.</summary>
    public const int Dead = -1;

    public const int LastCodePoint = 0x10FFFF;

    private readonly Move[][] moves; // by state, in the order of code points, disjoint
    private readonly bool[] accepting;

    private CodePointAutomaton(Move[][] moves, bool[] accepting)
    {
        this.moves = moves;
        this.accepting = accepting;
    }

    /// <summary>Whether no text is in the set.</summary>
    public bool IsEmpty => !accepting[Start] && moves[Start].Length == 0;

    /// <summary>Makes the automaton whose states are those that can be reached from one.</summary>
    /// <param name="start">The first state.</param>
    /// <param name="accepts">Whether a text may end there.</param>
    /// <param name="moves">Where code points lead from there; ranges do not overlap.</param>
    /// <param name="limit">The most states that are explored.</param>
    /// <returns>The automaton, or null if it is larger.</returns>
    public static CodePointAutomaton? Build<TState>(TState start, Func<TState, bool> accepts, Func<TState, IEnumerable<(int Low, int High, TState Next)>> moves, int limit = 20_000)
        where TState : notnull
    {
        var ids = new Dictionary<TState, int> { [start] = 0 };
        var states = new List<TState> { start };
        var found = new List<Move[]>();
        for (var at = 0; at < states.Count; at++)
        {
            var from = new List<Move>();
            foreach (var (low, high, next) in moves(states[at]))
            {
                if (!ids.TryGetValue(next, out var id))
                {
                    if (states.Count == limit)
                        return null;
                    ids[next] = id = states.Count;
                    states.Add(next);
                }
                from.Add(new(low, high, id));
            }
            found.Add([.. from.OrderBy(move => move.Low)]);
        }
        return Trim(found, [.. states.Select(accepts)]);
    }

    /// <summary>The set of these texts and no others.</summary>
    public static CodePointAutomaton Of(IEnumerable<string> texts)
    {
        var whole = texts.Select(text => text.EnumerateRunes().Select(rune => rune.Value).ToArray()).ToArray();
        // A state is a range of the sorted texts that begin alike, and how far they were read.
        Array.Sort(whole, (a, b) => a.AsSpan().SequenceCompareTo(b));
        return Build((From: 0, To: whole.Length, Read: 0),
            state => Enumerable.Range(state.From, state.To - state.From).Any(index => whole[index].Length == state.Read),
            state => Enumerable.Range(state.From, state.To - state.From).Where(index => whole[index].Length > state.Read).GroupBy(index => whole[index][state.Read])
                .Select(group => (group.Key, group.Key, (group.First(), group.Last() + 1, state.Read + 1))), int.MaxValue)!;
    }

    /// <summary>Where a code point leads, or <see cref="Dead"/>.</summary>
    public int Step(int state, int codePoint)
    {
        foreach (var move in moves[state])
        {
            if (codePoint <= move.High)
                return codePoint >= move.Low ? move.Next : Dead;
        }
        return Dead;
    }

    /// <summary>Whether a text may end here.</summary>
    public bool Accepts(int state) => accepting[state];

    /// <summary>Whether any code point from one to another leads on; none does if the second is below the first.</summary>
    public bool CanMove(int state, int low, int high)
    {
        foreach (var move in moves[state])
        {
            if (low <= high && move.Low <= high && move.High >= low)
                return true;
        }
        return false;
    }

    /// <summary>Whether every text whatsoever may follow.</summary>
    public bool TakesAll(int state) => accepting[state] && moves[state] is [{ Low: 0, High: LastCodePoint } move] && move.Next == state;

    /// <summary>Whether a whole text is in the set.</summary>
    public bool Contains(string text)
    {
        var state = Start;
        foreach (var rune in text.EnumerateRunes())
        {
            state = Step(state, rune.Value);
            if (state == Dead)
                return false;
        }
        return accepting[state];
    }

    /// <summary>The texts that are in both sets, or null if there are too many states to tell them by.</summary>
    public CodePointAutomaton? And(CodePointAutomaton other) => Build((Own: Start, Other: Start), state => accepting[state.Own] && other.accepting[state.Other], state => Both(state.Own, other, state.Other));

    /// <summary>The texts of a length in code points, or null if there are too many states to tell them by.</summary>
    public CodePointAutomaton? OfLength(int least, int? most) => Build((State: Start, Count: 0),
        state => accepting[state.State] && state.Count >= least,
        state => state.Count == most ? [] : moves[state.State].Select(move => (move.Low, move.High, (move.Next, most is null ? Math.Min(state.Count + 1, least) : state.Count + 1))));

    private IEnumerable<(int Low, int High, (int Own, int Other) Next)> Both(int own, CodePointAutomaton other, int others) =>
        from one in moves[own]
        from two in other.moves[others]
        where one.Low <= two.High && two.Low <= one.High
        select (Math.Max(one.Low, two.Low), Math.Min(one.High, two.High), (one.Next, two.Next));

    /// <summary>Leaves out the states from which no text can be finished.</summary>
    private static CodePointAutomaton Trim(List<Move[]> moves, bool[] accepting)
    {
        var before = new List<int>[moves.Count];
        for (var state = 0; state < moves.Count; state++)
            before[state] = [];
        for (var state = 0; state < moves.Count; state++)
        {
            foreach (var move in moves[state])
                before[move.Next].Add(state);
        }
        var alive = (bool[])accepting.Clone();
        var waiting = new Stack<int>(Enumerable.Range(0, moves.Count).Where(state => alive[state]));
        while (waiting.TryPop(out var state))
        {
            foreach (var earlier in before[state].Where(earlier => !alive[earlier]))
            {
                alive[earlier] = true;
                waiting.Push(earlier);
            }
        }
        if (!alive[Start])
            return new([[]], [false]);
        var kept = Enumerable.Range(0, moves.Count).Where(state => alive[state]).ToArray();
        var ids = kept.Index().ToDictionary(each => each.Item, each => each.Index);
        return new([.. kept.Select(state => moves[state].Where(move => alive[move.Next]).Select(move => move with { Next = ids[move.Next] }).ToArray())],
            [.. kept.Select(state => accepting[state])]);
    }

    private readonly record struct Move(int Low, int High, int Next);
}
