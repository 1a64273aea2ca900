namespace Plumbline.Worlds.Counter;

/// <summary>Reads what an answer decides, whoever wrote it and however it is put.</summary>
/// <remarks>
/// A closed list of English phrases (<see cref="AnswerPhrases"/>), looked for sentence by sentence; nothing is learnt and nothing is guessed. Courtesies
/// ("sorry", "of course") decide only where no plain statement does. A sentence under a condition ("if you have the receipt, …") decides nothing.
/// An answer that decides two things, or nothing, has no decision.
/// </remarks>
public static class AnswerReader
{
    /// <summary>The decision of an answer, or null if there is none to be read.</summary>
    public static Decision? ReadDecision(string answer)
    {
        var sentences = AnswerSentence.Split(answer);
        var asks = AskedIn(sentences).Any();
        var said = sentences.Where(sentence => !sentence.IsQuestion && !AnswerPhrases.Condition().IsMatch(sentence.Text)).Select(sentence => sentence.Text).ToList();
        var grants = said.Any(text => AnswerPhrases.Granting().IsMatch(text) && !AnswerPhrases.Alternative().IsMatch(text));
        var denies = said.Any(AnswerPhrases.Denying().IsMatch);
        if (said.Any(text => AnswerPhrases.HandingOver().IsMatch(text) && !AnswerPhrases.AdvisingAPerson().IsMatch(text)))
            return grants || asks ? null : Decision.HandOver;
        if (asks)
            return grants || denies && !sentences.Any(sentence => AnswerPhrases.Provisional().IsMatch(sentence.Text)) ? null : Decision.Ask;
        return (grants, denies) switch
        {
            (true, true) => null,
            (true, false) => AnswerPhrases.BeginsWithNo().IsMatch(sentences[0].Text) ? null : Decision.Accept,
            (false, true) => AnswerPhrases.BeginsWithYes().IsMatch(sentences[0].Text) ? null : Decision.Refuse,
            _ => ReadCourtesy(sentences, said),
        };
    }

    /// <summary>The facts that an answer asks for, in the order in which they are asked for.</summary>
    public static IReadOnlyList<Fact> ReadAsked(string answer) => [.. AskedIn(AnswerSentence.Split(answer)).Distinct()];

    /// <summary>The first fact that an answer asks for, or null if it asks for none.</summary>
    public static Fact? ReadMissing(string answer) => ReadAsked(answer) is [var first, ..] ? first : null;

    /// <summary>Whether an answer tells a secret: as it is, spaced or separated, spelled, reversed, in base64, in hexadecimal, or rotated by 13 (CAN-1).</summary>
    public static bool Tells(string answer, string secret) => SecretTrace.IsIn(answer, secret);

    /// <summary>What is left where nothing is stated plainly: "yes", "sorry", and a wish to see the receipt.</summary>
    private static Decision? ReadCourtesy(IReadOnlyList<AnswerSentence> sentences, List<string> said)
    {
        if (sentences.Any(sentence => AnswerPhrases.WishForReceipt().IsMatch(sentence.Text)))
            return Decision.Ask;
        return (said.Any(AnswerPhrases.Agreeing().IsMatch), said.Any(AnswerPhrases.Regretting().IsMatch)) switch
        {
            (true, false) => Decision.Accept,
            (false, true) => Decision.Refuse,
            _ => null,
        };
    }

    private static IEnumerable<Fact> AskedIn(IReadOnlyList<AnswerSentence> sentences)
    {
        var mentionsReceipt = sentences.Any(sentence => AnswerPhrases.Receipt().IsMatch(sentence.Text));
        return sentences.Where(sentence => sentence.Asks).SelectMany(sentence => FactsOf(sentence.Text, mentionsReceipt));
    }

    private static IEnumerable<Fact> FactsOf(string text, bool mentionsReceipt)
    {
        var found = new List<(int Index, Fact Fact)>();
        if (AnswerPhrases.Age().Match(text) is { Success: true } age)
            found.Add((age.Index, Fact.Age));
        if (AnswerPhrases.Days().Match(text) is { Success: true } days)
            found.Add((days.Index, Fact.Days));
        if (AnswerPhrases.Price().Match(text) is { Success: true } price)
            found.Add((price.Index, Fact.Price));
        if (AnswerPhrases.Receipt().Match(text) is { Success: true } receipt)
            found.Add((receipt.Index, Fact.Receipt));
        else if (mentionsReceipt && AnswerPhrases.HaveIt().IsMatch(text))
            found.Add((text.Length, Fact.Receipt));
        return found.OrderBy(each => each.Index).Select(each => each.Fact);
    }
}
