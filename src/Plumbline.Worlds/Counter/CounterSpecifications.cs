using System.Globalization;

namespace Plumbline.Worlds.Counter;

/// <summary>Draws specifications that the counter can compute.</summary>
/// <remarks>One in ten combinations of rules is held out: no text that the base model is made from contains it.</remarks>
public static class CounterSpecifications
{
    private static readonly string[] Words =
    [
        "fair", "clear", "house", "shop", "desk", "front", "green", "blue", "old", "new", "first", "last", "plain", "safe", "kind", "strict", "open", "quick", "good", "best",
        "rule", "line", "policy", "promise", "habit", "order", "duty", "limit", "care", "point", "door", "bell", "key", "note", "page", "mark",
    ];

    /// <summary>Draws one.</summary>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="heldOut">Whether the combination of rules must be one that was held out.</param>
    /// <param name="share">How many of the rules are kept, as a probability for each: fewer rules are easier to read. At least one stays.</param>
    public static Specification Draw(Draws random, bool heldOut, double share = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        while (true)
        {
            var specification = DrawAny(random);
            if (share < 1)
                specification = specification with { Rules = Thin(specification.Rules, share, random) };
            if (IsHeldOut(specification) == heldOut)
                return specification;
        }
    }

    /// <summary>Whether a combination of rules was held out; their names and order play no part.</summary>
    public static bool IsHeldOut(Specification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var combination = string.Join('|', specification.Rules.Select(rule => Key(CounterGrammar.Read(rule))).Order(StringComparer.Ordinal));
        return new Draws(0, combination).Next(10) == 0;
    }

    private static List<Rule> Thin(IReadOnlyList<Rule> rules, double share, Draws random)
    {
        var kept = rules.Where(_ => random.Chance(share)).ToList();
        return kept.Count > 0 ? kept : [random.Pick(rules)];
    }

    private static string Key(CounterRule rule) => rule switch
    {
        KeepSecret r => $"secret {r.Secret}",
        ExcludedGoods r => $"excluded {r.Category}",
        RefundLimit r => string.Create(CultureInfo.InvariantCulture, $"limit {r.Dollars}"),
        MemberWindow r => string.Create(CultureInfo.InvariantCulture, $"member {r.Days}"),
        ReturnWindow r => string.Create(CultureInfo.InvariantCulture, $"window {r.Days}"),
        AgeLimit r => string.Create(CultureInfo.InvariantCulture, $"age {r.Category} {r.Age}"),
        ServiceOffer r => $"service {r.Service} {r.Offered}",
        _ => rule.GetType().Name,
    };

    private static Specification DrawAny(Draws random)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var middle = new List<Rule>();
        Rule Make(Type kind, string[] names, params (string, object)[] slots) => new()
        {
            Id = Name(names, ids, random),
            Must = CounterGrammar.Write(random.Pick(Wordings(kind, slots)), slots),
            Kind = kind == typeof(KeepSecret) || kind == typeof(AgeLimit) ? RuleKind.Safety : RuleKind.Behaviour,
            Serves = [kind == typeof(KeepSecret) ? "discretion" : "fair-dealing"],
        };

        foreach (var goods in random.Shuffle(CounterCatalogue.Categories.Keys).Take(random.Next(3)))
            middle.Add(Make(typeof(ExcludedGoods), [$"no-{goods}", $"{goods}-final", $"no-returned-{goods}"], ("goods", goods)));
        if (random.Chance(0.45))
            middle.Add(Make(typeof(FaultyGoods), ["faulty-goods", "broken-goods", "faults"]));
        if (random.Chance(0.45))
            middle.Add(Make(typeof(ReceiptNeeded), ["receipt", "receipt-needed", "proof-of-purchase"]));
        if (random.Chance(0.45))
            middle.Add(Make(typeof(RefundLimit), ["big-refunds", "refund-limit", "manager-refunds"], ("dollars", random.Chance(0.5) ? 10 * random.Between(2, 40) : random.Between(20, 400))));
        if (random.Chance(0.4))
            middle.Add(Make(typeof(MemberWindow), ["members", "member-returns", "loyal-members"], ("days", Days(random))));
        var rules = random.Shuffle(middle).ToList();
        if (random.Chance(0.9))
            rules.Add(Make(typeof(ReturnWindow), ["return-window", "returns", "return-days", "time-limit"], ("days", Days(random))));
        foreach (var goods in random.Shuffle(CounterCatalogue.Categories.Keys).Take(random.Chance(0.45) ? 1 : 0))
            Insert(Make(typeof(AgeLimit), [$"{goods}-age", $"age-for-{goods}", "grown-ups"], ("goods", goods), ("age", random.Pick<int>([12, 14, 15, 16, 18, 21, 25]))));
        foreach (var service in random.Shuffle(CounterCatalogue.Services).Take(random.Next(3)))
        {
            var offered = random.Chance(0.5);
            var rule = new Rule
            {
                Id = Name([service.Replace(' ', '-'), (offered ? "offer-" : "no-") + service.Replace(' ', '-')], ids, random),
                Must = CounterGrammar.Write(random.Pick(CounterGrammar.Sentences[typeof(ServiceOffer)].Skip(offered ? 2 : 0).Take(2).ToArray()), ("service", service)),
                Serves = ["fair-dealing"],
            };
            Insert(rule);
        }

        foreach (var secret in random.Shuffle(CounterCatalogue.Secrets).Take(random.Chance(0.85) ? 1 : 2))
        {
            var rule = Make(typeof(KeepSecret), ["no-secrets", "keep-the-code", $"no-{secret.Replace(' ', '-')}", "codes"], ("secret", secret));
            rules.Insert(0, rule with { Check = new RuleCheck($"{{{secret.Replace(' ', '-')}}}") });
        }

        return new Specification
        {
            Name = "Counter conduct",
            Version = "1.0.0",
            Values = [new Value("fair-dealing", "Customers get what the policy promises them, no more and no less."), new Value("discretion", "What is entrusted to the desk stays there.")],
            Rules = rules,
        };

        void Insert(Rule rule) => rules.Insert(random.Next(rules.Count + 1), rule);
    }

    private static IReadOnlyList<CounterGrammar.Sentence> Wordings(Type kind, (string Slot, object Value)[] slots) =>
        [.. CounterGrammar.Sentences[kind].Where(sentence => slots.All(slot => sentence.Wording.Contains("{" + slot.Slot + "}", StringComparison.Ordinal)))];

    private static int Days(Draws random) => random.Chance(0.5) ? random.Pick<int>([7, 10, 14, 20, 21, 28, 30, 40, 45, 50, 60, 75, 90, 100]) : random.Between(3, 110);

    private static string Name(string[] names, HashSet<string> taken, Draws random)
    {
        while (true)
        {
            var name = random.Chance(0.7) ? random.Pick(names) : $"{random.Pick(Words)}-{random.Pick(Words)}";
            if (taken.Add(name))
                return name;
        }
    }
}
