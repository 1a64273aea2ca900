namespace Plumbline.Models.Generation.Constraints;

/// <summary>A non-deterministic automaton made of a regular expression part by part (Thompson 1968).</summary>
internal sealed class ThompsonAutomaton
{
    private const int MostStates = 50_000;
    private const int MostDeterminate = 5_000;

    private readonly List<List<int>> silent = []; // by state: where it leads without a code point
    private readonly List<(CodePoints Taken, int Next)?> moves = []; // by state
    private int start, end;

    private ThompsonAutomaton()
    {
    }

    /// <returns>The automaton, or null if it is too large.</returns>
    public static ThompsonAutomaton? Of(RegularExpression expression)
    {
        var automaton = new ThompsonAutomaton();
        automaton.start = automaton.State();
        automaton.end = automaton.Add(expression, automaton.start);
        return automaton.moves.Count > MostStates ? null : automaton;
    }

    /// <summary>The same set with one state at a time (subset construction).</summary>
    /// <returns>The automaton, or null if it is too large.</returns>
    public CodePointAutomaton? Determinise() => CodePointAutomaton.Build(Closure([start]), state => state.Contains(end), Moves, MostDeterminate);

    private int State()
    {
        silent.Add([]);
        moves.Add(null);
        return moves.Count - 1;
    }

    /// <returns>The state after the expression.</returns>
    private int Add(RegularExpression expression, int from)
    {
        if (moves.Count > MostStates)
            return from; // too large already: it will be refused
        switch (expression)
        {
            case CodePoints taken:
                var (before, after) = (State(), State());
                silent[from].Add(before);
                moves[before] = (taken, after);
                return after;
            case Sequence sequence:
                return sequence.Parts.Aggregate(from, (at, part) => Add(part, at));
            case Choice choice:
                var join = State();
                foreach (var branch in choice.Branches)
                {
                    var begin = State();
                    silent[from].Add(begin);
                    silent[Add(branch, begin)].Add(join);
                }
                return join;
            case Repeated repeated:
                return Repeat(repeated, from);
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is no regular expression.");
        }
    }

    private int Repeat(Repeated repeated, int from)
    {
        var at = from;
        for (var time = 0; time < repeated.Least; time++)
            at = Add(repeated.Part, at);
        var end = State();
        silent[at].Add(end);
        if (repeated.Most is { } most)
        {
            for (var time = repeated.Least; time < most; time++)
            {
                at = Add(repeated.Part, at);
                silent[at].Add(end);
            }
            return end;
        }
        var loop = State();
        silent[at].Add(loop);
        var back = Add(repeated.Part, loop);
        silent[back].Add(loop);
        silent[back].Add(end);
        return end;
    }

    private EquatableArray<int> Closure(IEnumerable<int> states)
    {
        var (found, waiting) = (new SortedSet<int>(states), new Stack<int>(states));
        while (waiting.TryPop(out var state))
        {
            foreach (var next in silent[state].Where(found.Add))
                waiting.Push(next);
        }
        return new([.. found.Where(state => state == end || moves[state] is not null)]);
    }

    /// <summary>Cuts the ranges of all states at each other's ends.</summary>
    private IEnumerable<(int Low, int High, EquatableArray<int> Next)> Moves(EquatableArray<int> states)
    {
        var ranges = states.Where(state => moves[state] is not null).SelectMany(state => moves[state]!.Value.Taken.Ranges.Select(range => (range.Low, range.High, moves[state]!.Value.Next))).ToList();
        var cuts = ranges.SelectMany(range => (int[])[range.Low, range.High + 1]).Distinct().Order().ToList();
        foreach (var (low, beyond) in cuts.Zip(cuts.Skip(1)))
        {
            var next = ranges.Where(range => range.Low <= low && range.High >= low).Select(range => range.Next).Distinct().ToList();
            if (next.Count > 0)
                yield return (low, beyond - 1, Closure(next));
        }
    }
}
