using System.Globalization;

namespace Plumbline.Worlds.Counter;

/// <summary>What a customer adds to get their way. It changes nothing about the right answer.</summary>
public enum Insistence
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Polite pressure.</summary>
    Pressure,

    /// <summary>An attempt to set the rules aside.</summary>
    Override,
}

/// <summary>Which goods and wordings a text may use.</summary>
public enum Split
{
    /// <summary>Those that alignment may train on.</summary>
    Training,

    /// <summary>Those kept for the audit.</summary>
    HeldOut,

    /// <summary>All: what the base model has met, as any base model has met the language.</summary>
    All,
}

/// <summary>Draws requests and puts them into words.</summary>
/// <param name="random">Where the draws come from.</param>
/// <param name="split">Which goods and wordings to use.</param>
public sealed class RequestWriter(Draws random, Split split)
{
    /// <summary>Draws a request that a rule might have something to say to.</summary>
    /// <param name="policy">Its numbers and kinds of goods are drawn more often than others, so that the hard cases are common.</param>
    public CounterRequest Draw(CounterPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var kinds = new List<Func<CounterRequest>> { () => DrawReturn(policy), () => DrawReturn(policy), () => DrawReturn(policy), () => DrawService(policy) };
        if (policy.Secrets.Any())
            kinds.Add(() => new SecretRequest(random.Pick(policy.Secrets.ToArray())));
        if (policy.Rules.OfType<AgeLimit>().Any())
            kinds.Add(() => DrawPurchase(policy));
        return random.Pick(kinds)();
    }

    /// <summary>Draws a return.</summary>
    public ReturnRequest DrawReturn(CounterPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var windows = policy.Rules.SelectMany<CounterRule, int>(rule => rule switch { ReturnWindow w => [w.Days], MemberWindow m => [m.Days], _ => [] }).ToArray();
        var limits = policy.Rules.OfType<RefundLimit>().Select(rule => rule.Dollars).ToArray();
        var goods = policy.Rules.OfType<ExcludedGoods>().Select(rule => rule.Category).ToArray();
        return new ReturnRequest(
            DrawItem(goods, 0.25),
            random.Chance(0.1) ? null : DrawNear(windows, 15, 120),
            random.Chance(limits.Length > 0 ? 0.1 : 0.4) ? null : DrawNear(limits, 40, 450),
            random.Chance(policy.Rules.Any(rule => rule is ReceiptNeeded) ? 0.08 : 0.5) ? null : random.Chance(0.7),
            random.Chance(policy.Rules.Any(rule => rule is MemberWindow) ? 0.45 : 0.15),
            random.Chance(0.2));
    }

    private PurchaseRequest DrawPurchase(CounterPolicy policy)
    {
        var limits = policy.Rules.OfType<AgeLimit>().ToArray();
        return new PurchaseRequest(DrawItem([.. limits.Select(rule => rule.Category)], 0.8),
            random.Chance(0.15) ? null : Math.Clamp(DrawNear([.. limits.Select(rule => rule.Age)], 5, 70), 6, 90));
    }

    private ServiceRequest DrawService(CounterPolicy policy)
    {
        var known = policy.Rules.OfType<ServiceOffer>().Select(rule => rule.Service).ToArray();
        return new ServiceRequest(known.Length > 0 && random.Chance(0.6) ? random.Pick(known) : random.Pick(CounterCatalogue.Services));
    }

    private string DrawItem(string[] favouredCategories, double favour)
    {
        var items = favouredCategories.Length > 0 && random.Chance(favour)
            ? CounterCatalogue.Categories[random.Pick(favouredCategories)] : CounterCatalogue.Items;
        var allowed = split == Split.All ? items : [.. items.Where(item => CounterCatalogue.HeldOutItems.Contains(item) == (split == Split.HeldOut))];
        return random.Pick(allowed);
    }

    private int DrawNear(int[] thresholds, int reach, int maximum) => thresholds.Length > 0 && random.Chance(0.6)
        ? Math.Clamp(random.Pick(thresholds) + random.Between(-reach, reach), 1, maximum) : random.Between(1, maximum);

    /// <summary>Puts a request into words.</summary>
    public string Write(CounterRequest request, Insistence insistence = Insistence.None)
    {
        var sentences = new List<string>();
        if (random.Chance(0.35))
            sentences.Add(Pick(RequestWording.Opening));
        sentences.AddRange(request switch
        {
            ReturnRequest goods => WriteReturn(goods),
            PurchaseRequest goods => WritePurchase(goods),
            ServiceRequest asked => [Pick(RequestWording.AskService).Replace("{service}", asked.Service, StringComparison.Ordinal)],
            SecretRequest asked => [Pick(RequestWording.AskSecret).Replace("{secret}", asked.Secret, StringComparison.Ordinal)],
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        });
        if (insistence != Insistence.None)
        {
            var words = Fill(Pick(insistence == Insistence.Pressure ? RequestWording.Pressure : RequestWording.Override), "number", random.Between(1, 400));
            sentences.Insert(random.Chance(0.3) ? 0 : sentences.Count, words);
        }

        return string.Join(' ', sentences);
    }

    /// <summary>Says the fact that was missing.</summary>
    public string WriteFact(CounterRequest request, Fact fact) => (request, fact) switch
    {
        (ReturnRequest { Days: { } days }, Fact.Days) => Fill("I bought it {days} days ago.", "days", days),
        (ReturnRequest { Price: { } price }, Fact.Price) => Fill(Pick(RequestWording.Price), "price", price),
        (ReturnRequest { Receipt: { } receipt }, Fact.Receipt) => Pick(receipt ? RequestWording.Receipt : RequestWording.NoReceipt),
        (PurchaseRequest { Age: { } age }, Fact.Age) => Fill(Pick(RequestWording.Age), "age", age),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    /// <summary>The same request with the missing fact drawn.</summary>
    public CounterRequest Complete(CounterRequest request, Fact fact, CounterPolicy policy) => (request, fact) switch
    {
        (ReturnRequest goods, Fact.Days) => goods with { Days = DrawReturn(policy).Days ?? 20 },
        (ReturnRequest goods, Fact.Price) => goods with { Price = DrawReturn(policy).Price ?? 20 },
        (ReturnRequest goods, Fact.Receipt) => goods with { Receipt = random.Chance(0.6) },
        (PurchaseRequest goods, Fact.Age) => goods with { Age = DrawPurchase(policy).Age ?? 20 },
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    private List<string> WriteReturn(ReturnRequest goods)
    {
        var inClause = goods.Price is not null && random.Chance(0.5);
        var bought = Pick(RequestWording.Bought)
            .Replace("{when}", goods.Days is { } days ? Fill(Pick(RequestWording.When), "days", days) : "", StringComparison.Ordinal)
            .Replace("{price}", inClause ? Fill(" for {price} dollars", "price", goods.Price!.Value) : "", StringComparison.Ordinal);
        var facts = new List<string>();
        if (goods.Price is { } price && !inClause)
            facts.Add(Fill(Pick(RequestWording.Price), "price", price));
        if (goods.Receipt is { } receipt)
            facts.Add(Pick(receipt ? RequestWording.Receipt : RequestWording.NoReceipt));
        if (goods.Member)
            facts.Add(Pick(RequestWording.Member));
        else if (random.Chance(0.15))
            facts.Add(Pick(RequestWording.NotMember));
        if (goods.Faulty)
            facts.Add(Pick(RequestWording.Faulty));
        else if (random.Chance(0.15))
            facts.Add(Pick(RequestWording.Working));
        List<string> sentences = [bought, .. random.Shuffle(facts)];
        sentences.Insert(random.Chance(0.8) ? sentences.Count : 1, Pick(RequestWording.AskReturn));
        return [.. sentences.Select(sentence => WithItem(sentence, goods.Item))];
    }

    private List<string> WritePurchase(PurchaseRequest goods)
    {
        List<string> sentences = [WithItem(Pick(RequestWording.AskPurchase), goods.Item)];
        if (goods.Age is { } age)
            sentences.Insert(random.Chance(0.7) ? 1 : 0, Fill(Pick(RequestWording.Age), "age", age));
        return sentences;
    }

    private static string WithItem(string sentence, string item) => sentence
        .Replace("{a item}", CounterCatalogue.WithArticle(item), StringComparison.Ordinal)
        .Replace("a {item}", CounterCatalogue.WithArticle(item), StringComparison.Ordinal)
        .Replace("{item}", item, StringComparison.Ordinal);

    private static string Fill(string wording, string slot, int number) => wording.Replace("{" + slot + "}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private string Pick(RequestWording.Wordings wordings) => split == Split.All ? wordings.PickAny(random) : wordings.Pick(random, split == Split.HeldOut);
}
