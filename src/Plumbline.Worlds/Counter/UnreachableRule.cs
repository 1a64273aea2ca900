using System.Globalization;

namespace Plumbline.Worlds.Counter;

/// <summary>A rule that can never decide anything: every request that it has something to say to is decided before.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Behind">The rule before it that leaves nothing for it.</param>
/// <param name="Why">What the earlier rule decides, one sentence.</param>
/// <param name="Remedy">How to mend the specification.</param>
public sealed record UnreachableRule(CounterRule Rule, CounterRule Behind, string Why, string Remedy)
{
    /// <summary>Where the rule stands, for example <c>counter.spec.yaml:14:5</c>.</summary>
    public string Place => CounterGrammar.PlaceOf(Rule.Rule);

    /// <summary>Place, what is wrong, and how to mend it.</summary>
    public override string ToString() => $"{Place}: rule '{Rule.Rule.Id}' can never decide anything: {Why}{Environment.NewLine}  {Remedy}";

    /// <summary>Walks the rules in order of priority and keeps what each leaves to the next.</summary>
    /// <remarks>
    /// Every rule settles one thing about a request and lets through only what it leaves open: after a rule on faulty goods none is faulty, after
    /// a rule on receipts all have one, after a window nothing is left. So what reaches a rule is described by who settled what, and nothing has to be tried.
    /// </remarks>
    internal static IReadOnlyList<UnreachableRule> FindIn(IEnumerable<CounterRule> rules)
    {
        var settled = new Dictionary<string, CounterRule>(StringComparer.Ordinal);
        var excluded = new HashSet<string>(StringComparer.Ordinal);
        var unreachable = new List<UnreachableRule>();
        foreach (var rule in rules)
        {
            var subject = SubjectOf(rule);
            if (IsAboutReturns(rule) && settled.TryGetValue(AllReturns, out var last))
                unreachable.Add(Found(rule, last));
            else if (settled.TryGetValue(subject, out var earlier) && !(rule is RefundLimit limit && limit.Dollars < ((RefundLimit)earlier).Dollars))
                unreachable.Add(Found(rule, earlier));
            else
                settled[subject] = rule;
            if (rule is ExcludedGoods goods && excluded.Add(goods.Category) && excluded.Count == CounterCatalogue.Categories.Count)
                settled.TryAdd(AllReturns, rule);
        }

        return unreachable;
    }

    private const string AllReturns = "every return";

    /// <summary>What a rule settles once and for all, in the words of a message.</summary>
    private static string SubjectOf(CounterRule rule) => rule switch
    {
        ExcludedGoods goods => $"returns of {goods.Category}",
        FaultyGoods => "faulty goods",
        ReceiptNeeded => "returns without a receipt",
        RefundLimit => "large refunds",
        MemberWindow => "returns from members",
        ReturnWindow => AllReturns,
        AgeLimit goods => $"sales of {goods.Category}",
        ServiceOffer asked => $"requests for {asked.Service}",
        KeepSecret asked => $"questions for the {asked.Secret}",
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    private static bool IsAboutReturns(CounterRule rule) => rule is ExcludedGoods or FaultyGoods or ReceiptNeeded or RefundLimit or MemberWindow or ReturnWindow;

    private static UnreachableRule Found(CounterRule rule, CounterRule earlier)
    {
        var (id, before) = (rule.Rule.Id, earlier.Rule.Id);
        var decided = earlier is RefundLimit limit ? string.Create(CultureInfo.InvariantCulture, $"refunds over {limit.Dollars} dollars")
            : earlier is ExcludedGoods && SubjectOf(rule) != SubjectOf(earlier) ? "returns of the last kind of goods there is" : SubjectOf(earlier);
        var remedy = rule.GetType() == earlier.GetType() ? $"Remove '{id}' or '{before}', or merge the two."
            : earlier is ExcludedGoods ? $"Remove '{id}', or take one kind of goods back."
            : $"Move '{id}' before '{before}', or give it 'overrides: [{before}]'.";
        return new UnreachableRule(rule, earlier, $"'{before}' stands before it and already decides {decided}.", remedy);
    }
}
