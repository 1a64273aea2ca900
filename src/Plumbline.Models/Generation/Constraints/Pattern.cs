namespace Plumbline.Models.Generation.Constraints;

/// <summary>Makes automata of regular expressions.</summary>
/// <remarks>
/// Literals, <c>.</c>, classes, <c>\d \w \s \D \W \S</c>, escapes, groups, alternatives, <c>* + ? {m} {m,} {m,n}</c> (lazy or not), and anchors at the ends, with
/// the meaning of ECMA-262 with the flag u. What is not regular (backreferences, lookaround) or depends on its surroundings (<c>\b</c>) is refused by name.
/// </remarks>
internal static class Pattern
{
    private static readonly RegularExpression Anything = new Repeated(new CodePoints([(0, CodePointAutomaton.LastCodePoint)]), 0, null);

    /// <summary>The texts that a pattern matches from their beginning to their end.</summary>
    /// <exception cref="InputException">The pattern is malformed, not supported, or too large.</exception>
    public static CodePointAutomaton Whole(string pattern, string place) => Compile(new Choice([.. new PatternReader(pattern, place).Read().Select(branch => branch.Expression)]), pattern, place);

    /// <summary>The texts in which a pattern matches somewhere, as in JSON Schema.</summary>
    /// <exception cref="InputException">The pattern is malformed, not supported, or too large.</exception>
    public static CodePointAutomaton Anywhere(string pattern, string place) => Compile(new Choice([.. new PatternReader(pattern, place).Read()
        .Select(branch => new Sequence([.. branch.AtStart ? [] : (RegularExpression[])[Anything], branch.Expression, .. branch.AtEnd ? [] : (RegularExpression[])[Anything]]))]), pattern, place);

    private static CodePointAutomaton Compile(RegularExpression expression, string pattern, string place) =>
        ThompsonAutomaton.Of(expression)?.Determinise() ?? throw new InputException(place, $"the pattern '{pattern}' is too large.", "Repeat less, or alternate less.");
}
