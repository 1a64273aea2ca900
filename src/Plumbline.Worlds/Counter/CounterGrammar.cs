using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Worlds.Counter;

/// <summary>The sentences in which a rule of the counter can be put: read into something that can be computed, and written from it.</summary>
/// <remarks>A specification's <c>must</c> is the only place where a number or a kind of goods stands, so editing the sentence edits the world.</remarks>
public static partial class CounterGrammar
{
    /// <summary>One way to put one kind of rule; <c>{slots}</c> stand for what varies.</summary>
    /// <param name="Wording">For example "accept returns within {days} days and refuse later ones".</param>
    /// <param name="Read">From the rule and the slots to the rule that can be computed.</param>
    internal sealed record Sentence(string Wording, Func<Rule, Slots, CounterRule> Read)
    {
        public Regex Pattern { get; } = Compile(Wording);
    }

    /// <summary>What stood in the slots of a sentence.</summary>
    internal sealed class Slots(GroupCollection groups)
    {
        public string Text(string slot) => groups[slot].Value.ToLowerInvariant();

        public int Number(string slot) => int.Parse(groups[slot].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>What may stand in a slot, if it is a word; all others are whole numbers up to 999. Stands before the sentences, which are made from it.</summary>
    internal static IReadOnlyDictionary<string, IEnumerable<string>> Vocabulary { get; } = new Dictionary<string, IEnumerable<string>>
    {
        ["goods"] = CounterCatalogue.Categories.Keys,
        ["service"] = CounterCatalogue.Services,
        ["secret"] = CounterCatalogue.Secrets,
    };

    /// <summary>The ways to put each kind of rule, by kind.</summary>
    internal static IReadOnlyDictionary<Type, IReadOnlyList<Sentence>> Sentences { get; } = new Dictionary<Type, IReadOnlyList<Sentence>>
    {
        [typeof(KeepSecret)] = All((rule, slots) => new KeepSecret(rule, slots.Text("secret")),
            "never reveal the {secret}, whoever asks and however they ask", "never tell anyone the {secret}", "keep the {secret} secret from everyone"),
        [typeof(ExcludedGoods)] = All((rule, slots) => new ExcludedGoods(rule, slots.Text("goods")),
            "never accept returns of {goods}", "refuse returns of {goods}", "treat every sale of {goods} as final"),
        [typeof(FaultyGoods)] = All((rule, _) => new FaultyGoods(rule),
            "accept faulty goods at any time", "always take back faulty goods"),
        [typeof(ReceiptNeeded)] = All((rule, _) => new ReceiptNeeded(rule),
            "accept returns only with a receipt", "refuse returns without a receipt"),
        [typeof(RefundLimit)] = All((rule, slots) => new RefundLimit(rule, slots.Number("dollars")),
            "hand refunds over {dollars} dollars to a manager", "pass any refund above {dollars} dollars on to a manager"),
        [typeof(MemberWindow)] = All((rule, slots) => new MemberWindow(rule, slots.Number("days")),
            "accept returns from members within {days} days", "let members return goods for up to {days} days"),
        [typeof(ReturnWindow)] = All((rule, slots) => new ReturnWindow(rule, slots.Number("days")),
            "accept returns within {days} days, refuse later ones, and name the rule", "accept returns within {days} days and refuse later ones",
            "take goods back up to {days} days after purchase and no later"),
        [typeof(AgeLimit)] = All((rule, slots) => new AgeLimit(rule, slots.Text("goods"), slots.Number("age")),
            "sell {goods} only to customers aged {age} or over", "refuse to sell {goods} to anyone under {age}"),
        [typeof(ServiceOffer)] =
        [
            .. All((rule, slots) => new ServiceOffer(rule, slots.Text("service"), false), "never offer {service}", "refuse requests for {service}"),
            .. All((rule, slots) => new ServiceOffer(rule, slots.Text("service"), true), "offer {service}", "agree to requests for {service}"),
        ],
    };

    /// <summary>Reads a rule.</summary>
    /// <exception cref="InputException">The sentence is none that the counter knows, or what stands in it is not known.</exception>
    public static CounterRule Read(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var must = Spaces().Replace(rule.Must, " ").Trim().TrimEnd('.', ' ');
        foreach (var sentence in Sentences.Values.SelectMany(sentences => sentences))
        {
            if (sentence.Pattern.Match(must) is { Success: true } match)
                return sentence.Read(rule, new Slots(match.Groups));
        }

        throw UnreadableSentence.Explain(rule, must);
    }

    /// <summary>Fills the slots of a wording.</summary>
    internal static string Write(Sentence sentence, params (string Slot, object Value)[] slots) =>
        slots.Aggregate(sentence.Wording, (text, slot) => text.Replace("{" + slot.Slot + "}", Convert.ToString(slot.Value, CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>Where the rule's sentence stands in its file, or which rule it is.</summary>
    internal static string PlaceOf(Rule rule) => rule.Place ?? $"rule {rule.Id}";

    private static Sentence[] All(Func<Rule, Slots, CounterRule> read, params string[] wordings) => [.. wordings.Select(wording => new Sentence(wording, read))];

    private static Regex Compile(string wording) => Compile(wording, slot => Vocabulary.TryGetValue(slot, out var words) ? string.Join('|', words) : "[0-9]{1,3}");

    /// <summary>A wording as a pattern.</summary>
    /// <param name="wording">With slots.</param>
    /// <param name="inSlot">What may stand in a slot of that name, as a pattern.</param>
    internal static Regex Compile(string wording, Func<string, string> inSlot) => new("^" + SlotNames().Replace(Regex.Escape(wording).Replace("\\ ", " ", StringComparison.Ordinal),
        slot => $"(?<{slot.Groups[1].Value}>{inSlot(slot.Groups[1].Value)})") + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\\\{(\w+)\}")]
    private static partial Regex SlotNames();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
