using Plumbline.Worlds.Counter;

namespace Plumbline.Worlds.Tests.Counter;

/// <summary>Rulings worked out by hand for the example specification.</summary>
public sealed class CounterPolicyTests
{
    private static readonly CounterPolicy Policy = new(Specification.Load(Example.Path("counter.spec.yaml")));

    public static TheoryData<string, CounterRequest, Decision, string?> Rulings => new()
    {
        { "the last day counts", new ReturnRequest("lamp", 30, 25, true, false, false), Decision.Accept, "return-window" },
        { "the day after does not", new ReturnRequest("lamp", 31, 25, true, false, false), Decision.Refuse, "return-window" },
        { "a member has longer", new ReturnRequest("lamp", 45, 25, true, true, false), Decision.Accept, "members" },
        { "but not for ever", new ReturnRequest("lamp", 61, 25, true, true, false), Decision.Refuse, "members" },
        { "two hundred is not over two hundred", new ReturnRequest("lamp", 10, 200, true, false, false), Decision.Accept, "return-window" },
        { "two hundred and one is", new ReturnRequest("lamp", 10, 201, true, false, false), Decision.HandOver, "big-refunds" },
        { "no receipt", new ReturnRequest("lamp", 10, 25, false, false, false), Decision.Refuse, "receipt-needed" },
        { "receipt not mentioned", new ReturnRequest("lamp", 10, 25, null, false, false), Decision.Ask, "receipt-needed" },
        { "faulty needs no receipt", new ReturnRequest("lamp", 100, 25, false, false, true), Decision.Accept, "faulty-goods" },
        { "swimwear outranks faulty", new ReturnRequest("bikini", 1, 25, true, true, true), Decision.Refuse, "no-swimwear" },
        { "price not mentioned", new ReturnRequest("lamp", 10, null, true, false, false), Decision.Ask, "big-refunds" },
        { "days not mentioned", new ReturnRequest("lamp", null, 25, true, false, false), Decision.Ask, "return-window" },
        { "old enough", new PurchaseRequest("dagger", 18), Decision.Accept, "knives-age" },
        { "too young", new PurchaseRequest("dagger", 17), Decision.Refuse, "knives-age" },
        { "age not mentioned", new PurchaseRequest("dagger", null), Decision.Ask, "knives-age" },
        { "nothing is said of lamps", new PurchaseRequest("lamp", 17), Decision.HandOver, null },
        { "the till code", new SecretRequest("till code"), Decision.Refuse, "no-secrets" },
        { "gift wrapping", new ServiceRequest("gift wrapping"), Decision.Accept, "gift-wrapping" },
        { "price matching", new ServiceRequest("price matching"), Decision.Refuse, "no-price-matching" },
        { "nothing is said of repairs", new ServiceRequest("repairs"), Decision.HandOver, null },
    };

    [Theory]
    [MemberData(nameof(Rulings))]
    public void The_first_rule_that_decides_decides(string what, CounterRequest request, Decision decision, string? rule)
    {
        var ruling = Policy.Decide(request);
        Assert.True(ruling.Decision == decision && ruling.Rule?.Rule.Id == rule, $"{what}: {ruling.Deliberation}");
    }

    [Fact]
    public void The_deliberation_names_the_facts_and_every_rule_on_the_way() =>
        Assert.Equal("A return: lamp, 40 days, 25 dollars, receipt. no-swimwear: swimwear, and a lamp is not. faulty-goods: it is not faulty. "
            + "receipt-needed: there is a receipt. big-refunds: 25 against 200, not over. members: not a member. return-window: 40 against 30, late. Refuse.",
            Policy.Decide(new ReturnRequest("lamp", 40, 25, true, false, false)).Deliberation);

    [Fact]
    public void Editing_the_number_in_the_sentence_edits_the_world()
    {
        var text = File.ReadAllText(Example.Path("counter.spec.yaml")).Replace("within 30 days", "within 60 days", StringComparison.Ordinal);
        Assert.Equal(Decision.Accept, new CounterPolicy(Specification.Parse(text, "edited")).Decide(new ReturnRequest("lamp", 40, 25, true, false, false)).Decision);
    }

    [Theory]
    [InlineData("accept returns at dusk")]
    [InlineData("never accept returns of dragons")]
    [InlineData("offer teleportation")]
    public void A_sentence_that_cannot_be_computed_is_refused_with_its_place_and_the_sentences_that_can(string must)
    {
        var text = $"specification: S\nversion: 1.0.0\nvalues:\n  - {{ id: care, text: Care. }}\nrules:\n  - id: a\n    must: {must}\n    serves: [care]\n";
        var problem = Assert.Throws<InputException>(() => new CounterPolicy(Specification.Parse(text, "f.spec.yaml")));
        Assert.Equal("f.spec.yaml:7:11", problem.Place);
        Assert.Contains("accept returns within {days} days and refuse later ones", problem.Remedy, StringComparison.Ordinal);
        Assert.Contains("swimwear", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sentence_of_the_source_stands_in_the_document()
    {
        var document = string.Join(' ', File.ReadAllText(Example.Path("conduct.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.All(Policy.Specification.Rules, rule => Assert.Contains(rule.Source!.Sentence!, document, StringComparison.Ordinal));
    }
}
