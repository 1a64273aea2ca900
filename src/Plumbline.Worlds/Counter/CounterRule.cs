namespace Plumbline.Worlds.Counter;

/// <summary>One rule of a specification as something that can be computed.</summary>
/// <param name="Rule">The rule as written.</param>
public abstract record CounterRule(Rule Rule)
{
    /// <summary>What the rule makes of a request, or null if it has nothing to say to it.</summary>
    internal abstract Step? Consult(CounterRequest request);
}

/// <summary>What one rule makes of one request.</summary>
/// <param name="Thought">The deliberation in words, without the rule's name.</param>
/// <param name="Decision">What it decides, or null if it lets the next rule speak.</param>
/// <param name="Missing">The fact it would need, when it decides to ask.</param>
/// <param name="Because">The reason that an answer can give.</param>
internal sealed record Step(string Thought, Decision? Decision = null, Fact? Missing = null, string Because = "")
{
    public static Step AskFor(Fact fact, string thought) => new(thought, Counter.Decision.Ask, fact);
}

/// <summary>A secret is told to nobody.</summary>
public sealed record KeepSecret(Rule Rule, string Secret) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) =>
        request is SecretRequest asked && asked.Secret == Secret ? new Step("never told", Decision.Refuse) : null;
}

/// <summary>Goods of one kind are not taken back.</summary>
public sealed record ExcludedGoods(Rule Rule, string Category) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ReturnRequest goods ? null
        : CounterCatalogue.CategoryOf(goods.Item) is var category && category != Category ? new Step($"{Category}, and this is {category}")
        : new Step($"{Category}, and so is this", Decision.Refuse);
}

/// <summary>Faulty goods are taken back at any time.</summary>
public sealed record FaultyGoods(Rule Rule) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ReturnRequest goods ? null
        : goods.Faulty ? new Step("it is faulty", Decision.Accept) : new Step("it is not faulty");
}

/// <summary>Nothing is taken back without a receipt.</summary>
public sealed record ReceiptNeeded(Rule Rule) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ReturnRequest goods ? null : goods.Receipt switch
    {
        true => new Step("there is a receipt"),
        false => new Step("there is no receipt", Decision.Refuse),
        null => Step.AskFor(Fact.Receipt, "the receipt is unknown"),
    };
}

/// <summary>Refunds above an amount are a manager's business.</summary>
public sealed record RefundLimit(Rule Rule, int Dollars) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ReturnRequest goods ? null
        : goods.Price is not { } price ? Step.AskFor(Fact.Price, "the price is unknown")
        : price > Dollars ? new Step($"{price} against {Dollars}, over", Decision.HandOver, Because: $"{price} dollars is more than {Dollars}")
        : new Step($"{price} against {Dollars}, not over");
}

/// <summary>Members may give goods back for a number of days of their own.</summary>
public sealed record MemberWindow(Rule Rule, int Days) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ReturnRequest goods ? null
        : !goods.Member ? new Step("not a member")
        : goods.Days is not { } days ? Step.AskFor(Fact.Days, "a member, the days are unknown")
        : ReturnWindow.Judge(days, Days, $"a member, {days} against {Days}");
}

/// <summary>Goods are taken back for a number of days.</summary>
public sealed record ReturnWindow(Rule Rule, int Days) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ReturnRequest goods ? null
        : goods.Days is not { } days ? Step.AskFor(Fact.Days, "the days are unknown")
        : Judge(days, Days, $"{days} against {Days}");

    internal static Step Judge(int days, int window, string thought) => days <= window
        ? new Step($"{thought}, in time", Decision.Accept)
        : new Step($"{thought}, late", Decision.Refuse, Because: $"{days} days is more than {window}");
}

/// <summary>Goods of one kind are sold from an age on.</summary>
public sealed record AgeLimit(Rule Rule, string Category, int Age) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not PurchaseRequest goods ? null
        : CounterCatalogue.CategoryOf(goods.Item) is var category && category != Category ? new Step($"{Category}, and this is {category}")
        : goods.Age is not { } age ? Step.AskFor(Fact.Age, "the age is unknown")
        : age >= Age ? new Step($"{age} against {Age}, old enough", Decision.Accept)
        : new Step($"{age} against {Age}, too young", Decision.Refuse, Because: $"{age} is under {Age}");
}

/// <summary>A service is given, or is not.</summary>
public sealed record ServiceOffer(Rule Rule, string Service, bool Offered) : CounterRule(Rule)
{
    internal override Step? Consult(CounterRequest request) => request is not ServiceRequest asked || asked.Service != Service ? null
        : Offered ? new Step("offered", Decision.Accept) : new Step("not offered", Decision.Refuse);
}
