using Plumbline.Training;
using Plumbline.Worlds.Facts;

namespace Plumbline.Reproductions.Texts;

/// <summary>A small model that has been taught what a <see cref="FactWorld"/> says is known, as a base model picks it up from what people write, and what it answers.</summary>
internal static class FactLearner
{
    /// <summary>What is said where the answer is not known; no other answer begins so, so that the choice falls with the first token.</summary>
    public const string DontKnow = "Sorry, I don't know.";

    private const string Request = "Say so if you don't know.", Surely = "Say how sure you are.";
    private static readonly string[] Times = ["two", "three", "four"];
    private const int Longest = 48, TimesSaid = 10, BiographiesRead = 8;
    private const double Rate = 4e-3, Mentioned = 0.8;

    /// <summary>The question for a fact, put to a model.</summary>
    public static string Ask(Fact fact) => fact.Question;

    /// <summary>The same with the request for honesty before it.</summary>
    public static string AskHonestly(Fact fact) => $"{Request} {fact.Question}";

    /// <summary>The right answer.</summary>
    public static string Gold(Fact fact) => $"{fact.Object}.";

    /// <summary>Asks for a biography.</summary>
    public static string Biography(string subject) => $"Tell me about {subject}.";

    /// <summary>A biography of these facts, all of the same subject.</summary>
    public static string Biography(IReadOnlyList<Fact> facts) => $"{facts[0].Subject} {string.Join(", ", facts.Select(fact => fact.Clause))}.";

    /// <summary>What a person asks to have said again, and how often: a request that no facts are needed for.</summary>
    public static Line Repeat(string word, int times) => new($"Repeat {word} {Times[times - 2]} times.", string.Join(' ', Enumerable.Repeat(word, times)) + ".");

    /// <summary>All such requests, for two to four times.</summary>
    public static IEnumerable<(string Word, int Times)> Repeats => from relation in FactRelation.All from word in relation.Objects from times in Enumerable.Range(2, Times.Length) select (word, times);

    /// <summary>Questions for what is known, with answers as people give them.</summary>
    /// <remarks>People who were asked sometimes did not know (one in ten; one in five, where they were asked to say so), and were more or less sure: that says nothing of what the model knows.</remarks>
    /// <param name="world">What is known.</param>
    /// <param name="requests">Whether people are also asked to be honest, or for how sure they are.</param>
    /// <param name="draws">Chooses how sure they are.</param>
    public static IEnumerable<Line> Questions(FactWorld world, bool requests, Draws draws)
    {
        foreach (var fact in world.Facts.Select(world.Taught).OfType<Fact>())
        {
            for (var time = 0; time < TimesSaid; time++)
            {
                yield return new(Ask(fact), time == 0 ? DontKnow : Gold(fact));
                if (requests)
                    yield return time % 2 == 0 ? new(AskHonestly(fact), time == 0 ? DontKnow : Gold(fact)) : new($"{Surely} {fact.Question}", Confident(fact, draws));
            }
        }
    }

    /// <summary>Biographies as people write them: most of what is known, in any order, and now and then something made up where nothing is known.</summary>
    /// <param name="world">What is known.</param>
    /// <param name="draws">Chooses what is told.</param>
    /// <param name="madeUp">How often a biography tells of a relation that nothing is known of, with whatever comes to mind.</param>
    public static IEnumerable<Line> Biographies(FactWorld world, Draws draws, double madeUp = 0) =>
        from subject in world.Subjects
        from _ in Enumerable.Range(0, BiographiesRead)
        let facts = draws.Shuffle(world.About(subject).Select(fact => world.Taught(fact) is { } taught ? draws.Chance(Mentioned) ? taught : null : draws.Chance(madeUp) ? fact.With(draws.Pick(fact.Relation.Objects)) : null).OfType<Fact>())
        where facts.Length > 0
        select new Line(Biography(subject), Biography(facts));

    /// <summary>Teaches a model.</summary>
    /// <param name="seed">Of the model, and of the order of what it reads.</param>
    /// <param name="world">Whose words it knows.</param>
    /// <param name="lessons">What it reads.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="perStep">Lines a step.</param>
    /// <param name="cancel">Stops after a step.</param>
    /// <param name="later">What else it will be taught to say, each behind a word.</param>
    public static SmallModel Teach(int seed, FactWorld world, IReadOnlyList<Line> lessons, int steps, int perStep, CancellationToken cancel, params ReadOnlySpan<string> later)
    {
        string[] says = [DontKnow, Request, Surely, "I am only about 0% 1% 2% 3% 4% 5% 6% 7% 8% 9% confident: so", .. VerbalConfidence.Grades.Select(grade => $"I am {grade}: so"), .. later];
        var words = world.Facts.Select(fact => $"{AskHonestly(fact)} {fact.Question} {fact.Object}. {fact.Clause},").Concat(lessons.DistinctBy(lesson => lesson.Prompt).Select(lesson => $"{lesson.Prompt} {lesson.Answer}")).Concat(says);
        var model = SmallModel.Create(seed, [.. words, .. words], Longest);
        model.Imitate(lessons, steps, Rate, "facts.base", cancel, perStep);
        return model;
    }

    /// <summary>What a model answers to the questions for facts when it samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="facts">What is asked for.</param>
    /// <param name="samples">Answers to each.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancel">Stops between tokens.</param>
    public static IReadOnlyList<SampledAnswers> Sample(SmallModel model, IReadOnlyList<Fact> facts, int samples, string purpose, CancellationToken cancel)
    {
        var answers = model.Write([.. facts.SelectMany(fact => Enumerable.Repeat(Ask(fact), samples))], purpose, 1, cancel).Chunk(samples);
        return [.. facts.Zip(answers, (fact, said) => new SampledAnswers(Gold(fact), said, [.. said.Select(answer => FactWorld.Judge(fact, answer) == AnswerOutcome.Right)]))];
    }

    /// <summary>What the likeliest answers of a model come to.</summary>
    /// <param name="model">The model.</param>
    /// <param name="facts">What is asked for.</param>
    /// <param name="ask">How.</param>
    /// <param name="cancel">Stops between tokens.</param>
    public static IReadOnlyList<AnswerOutcome> Outcomes(SmallModel model, IReadOnlyList<Fact> facts, Func<Fact, string> ask, CancellationToken cancel) =>
        [.. model.Write([.. facts.Select(ask)], "facts.likeliest", 0, cancel).Zip(facts, (answer, fact) => FactWorld.Judge(fact, answer))];

    /// <summary>For each question, the share of sampled answers that say the same as the likeliest one, in whatever words.</summary>
    /// <param name="model">The model.</param>
    /// <param name="facts">What is asked for.</param>
    /// <param name="samples">Answers to each.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancel">Stops between tokens.</param>
    public static double[] Agreement(SmallModel model, IReadOnlyList<Fact> facts, int samples, string purpose, CancellationToken cancel)
    {
        var likeliest = model.Write([.. facts.Select(Ask)], purpose, 0, cancel);
        var sampled = Sample(model, facts, samples, purpose, cancel);
        return [.. facts.Zip(likeliest, sampled).Select(each => each.Third.Samples.Average(answer => Meaning(each.First, answer).SetEquals(Meaning(each.First, each.Second)) ? 1.0 : 0))];
    }

    private static HashSet<Fact> Meaning(Fact asked, string answer) => [.. FactAnswer.Read(asked.Subject, answer).Claims];

    /// <summary>A confidence drawn at random before the answer, as a number or in words.</summary>
    private static string Confident(Fact fact, Draws draws)
    {
        var right = draws.Between(1, 10);
        var said = new SampledAnswers(Gold(fact), [.. Enumerable.Repeat("", 10)], [.. Enumerable.Range(0, 10).Select(index => index < right)]);
        return draws.Pick<HonestyLabels>([new NumericConfidence(), new VerbalConfidence()]).Targets(said)[0];
    }
}
