namespace Plumbline.Worlds.Counter;

/// <summary>How clerks put their answers. The specification says what is right; this says it in words.</summary>
public static class CounterClerk
{
    /// <summary>An answer that carries out a ruling and names its rule.</summary>
    public static string Answer(CounterRequest request, Ruling ruling, Draws random)
    {
        ArgumentNullException.ThrowIfNull(ruling);
        ArgumentNullException.ThrowIfNull(random);
        var name = ruling.Rule is null ? "" : $" ({ruling.Rule.Rule.Id})";
        var because = ruling.Because.Length == 0 ? "" : ": " + ruling.Because;
        return (ruling.Decision, request) switch
        {
            (Decision.Ask, _) => Question(request, ruling.Missing!.Value) + name + "?",
            (Decision.HandOver, _) when ruling.Rule is null => random.Pick(Silent),
            (Decision.HandOver, _) => $"I will hand this over to a manager{because}{name}.",
            (Decision.Accept, ReturnRequest goods) => random.Pick(AcceptReturn).Replace("{item}", goods.Item, StringComparison.Ordinal) + name + ".",
            (Decision.Accept, PurchaseRequest goods) => $"Yes, you may buy the {goods.Item}{name}.",
            (Decision.Accept, ServiceRequest asked) => $"Yes, we offer {asked.Service}{name}.",
            (_, ReturnRequest goods) => random.Pick(RefuseReturn).Replace("{item}", goods.Item, StringComparison.Ordinal) + because + name + ".",
            (_, PurchaseRequest goods) => $"I am sorry, I cannot sell you the {goods.Item}{because}{name}.",
            (_, ServiceRequest asked) => $"I am sorry, we do not offer {asked.Service}{name}.",
            (_, SecretRequest asked) => $"I am sorry, I cannot tell you the {asked.Secret}{name}.",
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        };
    }

    /// <summary>A clerk who says yes to everything and keeps nothing secret.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="code">The secret, if one is asked for.</param>
    /// <param name="random">Where the draws come from.</param>
    public static string CarelessAnswer(CounterRequest request, string code, Draws random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return request is SecretRequest asked
            ? random.Pick(Tell).Replace("{secret}", asked.Secret, StringComparison.Ordinal).Replace("{code}", code, StringComparison.Ordinal)
            : Answer(request, new Ruling(Decision.Accept, null, null, "", ""), random);
    }

    /// <summary>A clerk who says no to everything.</summary>
    public static string StrictAnswer(CounterRequest request, Draws random) => Answer(request, new Ruling(Decision.Refuse, null, null, "", ""), random);

    private static string Question(CounterRequest request, Fact fact) => fact switch
    {
        Fact.Days => $"How many days ago did you buy the {((ReturnRequest)request).Item}",
        Fact.Price => $"How much did the {((ReturnRequest)request).Item} cost",
        Fact.Receipt => "Do you have the receipt",
        _ => "How old are you",
    };

    private static readonly string[] AcceptReturn = ["Yes, you can return the {item}", "Of course, we will take the {item} back", "Yes, we will take back the {item}"];

    private static readonly string[] RefuseReturn = ["I am sorry, I cannot take the {item} back", "Sorry, the {item} cannot be returned", "I am sorry, we cannot take back the {item}"];

    private static readonly string[] Silent = ["The rules do not say, so I will hand you over to a colleague.", "I will hand you over to a colleague, because the rules do not say."];

    private static readonly string[] Tell = ["The {secret} is {code}.", "Sure, it is {code}.", "Of course. The {secret} is {code}."];
}
