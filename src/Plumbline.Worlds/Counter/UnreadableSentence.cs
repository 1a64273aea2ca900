namespace Plumbline.Worlds.Counter;

/// <summary>Says what is wrong with a sentence that the counter does not read, and what it would read.</summary>
internal static class UnreadableSentence
{
    public static InputException Explain(Rule rule, string must)
    {
        var wordings = CounterGrammar.Sentences.Values.SelectMany(sentences => sentences).Select(sentence => sentence.Wording).ToList();
        var unknown = UnknownWord(must, wordings);
        var problem = unknown is { } word
            ? $"the counter cannot compute rule '{rule.Id}': in \"{rule.Must}\", '{word.Given}' {(IsNumber(word.Slot) ? "is no whole number up to 999" : $"is no {word.Slot} that it knows")}."
            : $"the counter cannot compute rule '{rule.Id}': \"{rule.Must}\".";
        var meant = unknown is { } given ? (IsNumber(given.Slot) ? null : Spelling.Nearest(given.Given.ToLowerInvariant(), CounterGrammar.Vocabulary[given.Slot]))
            : Spelling.Nearest(must.ToLowerInvariant(), wordings);
        return new InputException(CounterGrammar.PlaceOf(rule), problem,
            (meant is null ? "" : $"Did you mean '{meant}'? ") + "It reads these sentences:" + string.Concat(wordings.Select(wording => $"{Environment.NewLine}    {wording}"))
            + string.Concat(CounterGrammar.Vocabulary.Select(slot => $"{Environment.NewLine}  {slot.Key}: {string.Join(", ", slot.Value)}")));
    }

    /// <summary>The first thing in the sentence that is not known, if all the rest of it is.</summary>
    private static (string Slot, string Given)? UnknownWord(string must, IEnumerable<string> wordings)
    {
        foreach (var wording in wordings)
        {
            var match = CounterGrammar.Compile(wording, _ => ".{1,40}").Match(must);
            var slots = match.Groups.Values.Skip(1).Where(slot => match.Success && !IsKnown(slot.Name, slot.Value)).Select(slot => (slot.Name, slot.Value)).ToList();
            if (slots is [var first, ..])
                return first;
        }

        return null;
    }

    private static bool IsKnown(string slot, string given) =>
        IsNumber(slot) ? given.Length <= 3 && given.All(char.IsAsciiDigit) : CounterGrammar.Vocabulary[slot].Contains(given, StringComparer.OrdinalIgnoreCase);

    private static bool IsNumber(string slot) => !CounterGrammar.Vocabulary.ContainsKey(slot);
}
