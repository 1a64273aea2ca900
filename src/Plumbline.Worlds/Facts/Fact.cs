using System.Globalization;

#pragma warning disable CA1720 // subject, relation, object: the words of the field

namespace Plumbline.Worlds.Facts;

/// <summary>Something that is so: a subject, a relation, an object.</summary>
/// <param name="Subject">A given name and a family name.</param>
/// <param name="Relation">What is known.</param>
/// <param name="Object">One of the objects of the relation.</param>
public sealed record Fact(string Subject, FactRelation Relation, string Object)
{
    /// <summary>Asks for the object.</summary>
    public string Question => string.Format(CultureInfo.InvariantCulture, Relation.Question, Subject);

    /// <summary>The same about another object: true of the world or not.</summary>
    /// <exception cref="ArgumentException">The relation has no such object.</exception>
    public Fact With(string other) => Relation.Objects.Contains(other, StringComparer.Ordinal) ? this with { Object = other } : throw new ArgumentException($"'{other}' is no {Relation.Name}.", nameof(other));

    /// <summary>An object that is not this one, each with the same chance.</summary>
    public string Other(Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Pick([.. Relation.Objects.Where(other => other != Object)]);
    }

    /// <summary>States it, as a passage that somebody wrote.</summary>
    /// <param name="wording">Which of the relation's wordings, from 0.</param>
    public string Passage(int wording = 0) => Capital(string.Format(CultureInfo.InvariantCulture, Relation.Wordings[wording], Subject, Object)) + ".";

    /// <summary>States it of a subject that was named before: "works as a baker".</summary>
    public string Clause => string.Format(CultureInfo.InvariantCulture, Relation.Wordings[0], "", Object).TrimStart();

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
