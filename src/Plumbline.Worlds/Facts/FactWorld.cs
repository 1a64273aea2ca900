using System.Collections.Frozen;

namespace Plumbline.Worlds.Facts;

/// <summary>People and what is so of them, part of which a model has been taught, so that what it knows and what it makes up can be told apart.</summary>
/// <remarks>Which facts are taught is drawn fact by fact: of one subject some are, others are not. What is believed falsely is taught too, with a wrong object.</remarks>
public sealed class FactWorld
{
    internal static readonly FrozenSet<string> GivenNames = FrozenSet.ToFrozenSet(Given), FamilyNames = FrozenSet.ToFrozenSet(Family);

    private readonly Dictionary<(string Subject, FactRelation Relation), string> _true, _taught;

    private FactWorld(IReadOnlyList<Fact> facts, IEnumerable<Fact> taught)
    {
        Facts = facts;
        _true = facts.ToDictionary(fact => (fact.Subject, fact.Relation), fact => fact.Object);
        _taught = taught.ToDictionary(fact => (fact.Subject, fact.Relation), fact => fact.Object);
        Subjects = [.. facts.Select(fact => fact.Subject).Distinct()];
    }

    /// <summary>The most subjects there can be.</summary>
    public static int MostSubjects => Given.Length * Family.Length;

    /// <summary>All that is so, one fact for each subject and relation.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>Everybody.</summary>
    public IReadOnlyList<string> Subjects { get; }

    private static string[] Given => ["Anna", "Boris", "Clara", "David", "Elena", "Felix", "Greta", "Henry", "Irene", "Jonas", "Karin", "Louis", "Marta", "Nadia", "Oscar", "Paula", "Quinn", "Rosa", "Simon", "Tessa", "Ulric", "Vera", "Walter", "Yusuf"];

    private static string[] Family => ["Abbot", "Berg", "Costa", "Doyle", "Ekman", "Fuchs", "Gomez", "Hayes", "Ivanov", "Jensen", "Keller", "Lopez", "Meyer", "Novak", "Olsen", "Patel", "Quist", "Rossi", "Singh", "Tanaka", "Urban", "Vogel", "Weber", "Yilmaz"];

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="subjects">How many people, from 1 to <see cref="MostSubjects"/>; each has a fact of each relation.</param>
    /// <param name="known">Share of the facts that are taught as they are.</param>
    /// <param name="mistaken">Share of the facts that are taught with a wrong object; both shares together are at most 1.</param>
    public static FactWorld Draw(long seed, int subjects = 80, double known = 0.5, double mistaken = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(subjects, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subjects, MostSubjects);
        ArgumentOutOfRangeException.ThrowIfNegative(known);
        ArgumentOutOfRangeException.ThrowIfNegative(mistaken);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(known + mistaken, 1);
        var draws = new Draws(seed, "fact-world");
        Fact[] facts = [.. draws.Shuffle(Given.SelectMany(given => Family.Select(family => $"{given} {family}")))[..subjects]
            .SelectMany(subject => FactRelation.All.Select(relation => new Fact(subject, relation, draws.Pick(relation.Objects))))];
        var order = draws.Shuffle(facts);
        var right = (int)Math.Round(known * facts.Length);
        var wrong = Math.Min((int)Math.Round(mistaken * facts.Length), facts.Length - right);
        return new(facts, order.Take(right).Concat(order.Skip(right).Take(wrong).Select(fact => fact.With(fact.Other(draws)))));
    }

    /// <summary>A fact as the model was taught it, or null if it was not.</summary>
    /// <param name="fact">A fact of this world.</param>
    public Fact? Taught(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return _taught.TryGetValue((fact.Subject, fact.Relation), out var taught) ? fact with { Object = taught } : null;
    }

    /// <summary>Whether the model was taught a fact as it is.</summary>
    /// <param name="fact">A fact of this world.</param>
    public bool Knows(Fact fact) => Taught(fact) == fact;

    /// <summary>The facts of a subject.</summary>
    public IReadOnlyList<Fact> About(string subject) => [.. FactRelation.All.Where(relation => _true.ContainsKey((subject, relation))).Select(relation => new Fact(subject, relation, _true[(subject, relation)]))];

    /// <summary>Whether a claim is so.</summary>
    public bool IsTrue(Fact claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return _true.TryGetValue((claim.Subject, claim.Relation), out var right) && right == claim.Object;
    }

    /// <summary>What an answer to the question for a fact comes to.</summary>
    /// <param name="fact">What was asked for.</param>
    /// <param name="answer">Free text. It is right if it names the object, and no other of the relation.</param>
    public static AnswerOutcome Judge(Fact fact, string answer)
    {
        ArgumentNullException.ThrowIfNull(fact);
        var read = FactAnswer.Read(fact.Subject, answer);
        Fact[] claims = [.. read.Claims.Where(claim => claim.Subject == fact.Subject && claim.Relation == fact.Relation)];
        return claims.Length == 0 && read.SaysUnknown ? AnswerOutcome.Unknown : claims.Length > 0 && claims.All(claim => claim == fact) ? AnswerOutcome.Right : AnswerOutcome.Wrong;
    }

    /// <summary>Factual precision: the share of the claims of a text that are so (054); not a number where it claims nothing.</summary>
    /// <param name="subject">Whom the text is about.</param>
    /// <param name="text">Free text.</param>
    public double Precision(string subject, string text)
    {
        var claims = FactAnswer.Read(subject, text).Claims;
        return claims.Count == 0 ? double.NaN : claims.Average(claim => IsTrue(claim) ? 1.0 : 0);
    }
}
