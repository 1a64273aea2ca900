namespace Plumbline.Worlds.Tools;

/// <summary>One case while somebody works at it: tools that answer, break or say that there is nothing, and what each turn was worth.</summary>
/// <param name="work">The case.</param>
/// <param name="breaks">Whether a call breaks, by its number from 0; null: none does.</param>
/// <param name="stepWorth">What all lookups that are needed are worth together; each counts alike, and the first time only. A right decision is worth 1 besides, a wrong one nothing.</param>
public sealed class DeskWork(DeskCase work, Func<int, bool>? breaks = null, double stepWorth = 0)
{
    private readonly List<ToolCall> _calls = [];
    private readonly HashSet<string> _found = [];
    private string[] _citations = [];
    private bool _right;

    /// <summary>Whether a decision was taken.</summary>
    public bool Decided { get; private set; }

    /// <summary>What was done so far.</summary>
    public AgentTrace Trace => new(string.Join(' ', work.Records.Append(work.Item)), _right, [.. _calls], work.Claims, _citations);

    /// <summary>Does what is written.</summary>
    /// <param name="written">For example <c>order ash</c>, <c>rule lamp</c>, <c>refund by ash lamp</c> or <c>refuse by ash lamp</c>; anything else is a call of nothing.</param>
    /// <returns>What is told, and what the turn was worth.</returns>
    public (string Told, double Reward) Act(string written)
    {
        ArgumentNullException.ThrowIfNull(written);
        if (Decided)
            throw new InvalidOperationException("The case is decided.");
        var words = written.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is ["refund" or "refuse", "by", _, _] ? Decide(words) : Call(words.FirstOrDefault(""), string.Join(' ', words.Skip(1)));
    }

    private (string, double) Decide(string[] words)
    {
        (Decided, _right, _citations) = (true, words[0] == "refund" == work.Refund, words[2..]);
        if (words[0] == "refund") // money moves: a tool as well, and one that wants both facts first
            _calls.Add(new("refund", string.Join(' ', words[2..]), "paid .", null) { Allowed = work.Claims.All(Trace.Observed) });
        return ("", _right ? 1 : 0);
    }

    private (string, double) Call(string tool, string arguments)
    {
        if (breaks?.Invoke(_calls.Count) ?? false)
        {
            _calls.Add(new(tool, arguments, ReturnsDesk.Broken, null) { Failed = true });
            return (ReturnsDesk.Broken, 0);
        }
        var (text, source) = work.Answer(tool, arguments);
        _calls.Add(new(tool, arguments, text, source));
        return (text, source is not null && _found.Add(source) ? stepWorth / work.Lookups.Count : 0);
    }
}
