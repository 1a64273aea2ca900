using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Plumbline.Models.Generation.Constraints;
using Plumbline.Models.Generation.Constraints.JsonText;
using Plumbline.Models.Generation.Constraints.Schemas;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary>What an answer has to look like. Under a constraint a model can write nothing else; only the limit of tokens can cut it short, and then it says so.</summary>
/// <remarks>
/// <para>The constraint is an automaton over bytes with a stack. At every step the tokens that can still lead to a valid end are found by walking the vocabulary as a
/// tree (grammar-constrained decoding; Geng et al. 2023), and the model chooses among them. Reasoning between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c> is free.</para>
/// <para>Make it once and use it often: it remembers what it found. Immutable to its users; safe from any thread.</para>
/// </remarks>
public sealed class OutputConstraint
{
    private const int LongestSchema = 1 << 20;
    private const string SchemaName = "JSON schema";

    private readonly Position[] starts;
    private readonly ConditionalWeakTable<Tokenizer, TokenMasks> masks = [];

    /// <param name="starts">Where a text may begin.</param>
    internal OutputConstraint(params Position[] starts) => this.starts = starts;

    /// <summary>Any JSON object.</summary>
    public static OutputConstraint JsonObject { get; } = JsonSchema("""{ "type": "object" }""");

    /// <summary>JSON that is valid for a schema.</summary>
    /// <remarks>
    /// Draft 2020-12: <c>type</c>, <c>enum</c>, <c>const</c>, <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, <c>prefixItems</c>, <c>minItems</c>,
    /// <c>maxItems</c>, <c>minLength</c>, <c>maxLength</c>, <c>pattern</c>, <c>format</c>, <c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c>,
    /// <c>anyOf</c>, <c>oneOf</c> of schemas that exclude each other, <c>allOf</c>, and <c>$ref</c> into the same document, recursion included. Properties come in the order in
    /// which they are declared, then others; no name comes twice. Integers have at most 15 digits; values nest at most 60 deep.
    /// </remarks>
    /// <param name="schema">The schema.</param>
    /// <param name="place">What errors call it.</param>
    /// <exception cref="InputException">The schema is malformed, has a keyword that is not supported, or cannot be satisfied; the place is a JSON pointer.</exception>
    public static OutputConstraint JsonSchema(JsonElement schema, string place = SchemaName) => JsonSchema(schema.GetRawText(), place);

    /// <inheritdoc cref="JsonSchema(JsonElement, string)"/>
    public static OutputConstraint JsonSchema(string schema, string place = SchemaName)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(place);
        if (schema.Length > LongestSchema)
            throw new InputException(place, $"the schema has {schema.Length} characters.", $"At most {LongestSchema} are read.");
        return new(new BeforeValue(SchemaReader.Read(JsonPlace.Parse(place, Encoding.UTF8.GetBytes(schema)).Value, place), null, 0));
    }

    /// <summary>Text that a regular expression matches from beginning to end.</summary>
    /// <param name="expression">Literals, classes, groups, alternatives and repeats, with the meaning of ECMA-262; no lookaround, backreferences or word boundaries.</param>
    /// <exception cref="InputException">The expression is malformed, not supported, too large, or matches nothing.</exception>
    public static OutputConstraint RegularExpression(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return Of(Pattern.Whole(expression, "regular expression"), "regular expression");
    }

    /// <summary>One of several texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <exception cref="InputException">There are none.</exception>
    public static OutputConstraint Choice(params IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Of(CodePointAutomaton.Of(texts), "choice");
    }

    /// <summary>Whether a text is whole and fits.</summary>
    /// <param name="text">The text; half a surrogate pair counts as U+FFFD.</param>
    public bool Accepts(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (positions, spare) = (Begin(), new PositionSet());
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (!positions.Step(value, spare))
                return false;
            (positions, spare) = (spare, positions);
        }
        return positions.Complete;
    }

    /// <summary>What this constraint or another one allows.</summary>
    internal OutputConstraint Or(OutputConstraint other) => new([.. starts, .. other.starts]);

    /// <summary>Where every text begins.</summary>
    internal PositionSet Begin()
    {
        var positions = new PositionSet();
        foreach (var start in starts)
            positions.Add(start);
        return positions;
    }

    /// <summary>What is remembered for a vocabulary.</summary>
    internal TokenMasks MasksFor(Tokenizer tokenizer) => masks.GetValue(tokenizer, static each => new(TokenSpellings.Of(each)));

    private static OutputConstraint Of(CodePointAutomaton texts, string place) => texts.IsEmpty
        ? throw new InputException(place, "no text fits.", "Allow at least one.")
        : new(new TextPosition(texts, CodePointAutomaton.Start, CodePointReading.Fresh));
}
