using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Kiosk;
using Plumbline.Worlds.Languages;

namespace Plumbline.Reproductions.Papers;

/// <summary>Safety training in several languages at once, with rules that hold everywhere and rules that hold in one place (021, the Multilingual Alignment Prism).</summary>
internal sealed class HarmInEveryLanguage : IReproduction
{
    private const double SafetyShare = 0.15, ImitationRate = 1e-3, PreferenceRate = 5e-4, Beta = 0.1;

    public string Number => "021";

    public string Name => "multilingual-prism";

    public string Claim => "DPO from a model that has imitated the preferred answers mitigates global and local harm in every language more than either alone, and keeps general skill.";

    public FourFields Fields => new("all weights; anchor: the model after imitation", "15 % pairs about harm, in three languages, global and local; the rest general", "the rules of each place", "likelihood of the better answers, then pair-wise: dpo");

    public string? Smaller => "large models, a red-team set of people in eight languages, and a judge: a model of a hundred thousand weights answers at a kiosk in three languages, and faults of its answers are computed.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(Run(new LanguageSetting(seed), new(900, 100, 600, 100), cancellationToken));
        }
        int[] languages = [0, 1, 2];
        IReadOnlyList<MeasuredClaim> rows =
        [
            .. languages.Select(language => Measure.Difference($"violations in language {language + 1}, imitation less DPO after imitation: above 0", Of(each => each.Imitation.Violations(language)), Of(each => each.Both.Violations(language)), context.Seeds)),
            .. languages.Select(language => Measure.Difference($"violations in language {language + 1}, DPO alone less DPO after imitation: above 0", Of(each => each.Preferences.Violations(language)), Of(each => each.Both.Violations(language)), context.Seeds)),
            Measure.Difference("violations in all languages, imitation of random answers less DPO after imitation: above 0", Of(each => languages.Average(each.Random.Violations)), Of(each => languages.Average(each.Both.Violations)), context.Seeds),
            Measure.Mean("general skill: wins of DPO after imitation against the base on requests that no rule refuses, a tie counting half: at least 0.5", Of(each => each.Both.Wins), 0.5, atLeast: true, context.Seeds),
            Measure.Mean("accuracy of the neutral task that 15 % safety data costs: at most 0.01", Of(each => each.Before.Neutral - each.Both.Neutral), 0.01, atLeast: false, context.Seeds),
            Measure.Difference("what 100 % safety data costs, less that: above 0", Of(each => each.Both.Neutral), Of(each => each.SafetyOnly.Neutral), context.Seeds),
            Measure.Difference("local violations after training on global rules only, less those after both: above 0", Of(each => each.GlobalOnly.Local), Of(each => each.Both.Local), context.Seeds),
            Measure.Mean("global violations that training in one language takes away in the others: above 0", Of(each => each.TransferToOthers), 0, atLeast: true, context.Seeds),
            Measure.Mean("what it takes away in its own language, less that: above 0", Of(each => each.TransferToOwn - each.TransferToOthers), 0, atLeast: true, context.Seeds),
        ];
        EvidenceTable[] tables =
        [
            new("Share of violations, accuracy of the neutral task, and wins against the base where nothing is refused", ["model", "language 1, global", "language 2, global", "language 3, global", "language 2, local", "language 3, local", "neutral task", "wins against the base"],
            [
                Row("before", each => each.Before), Row("imitation of random answers", each => each.Random), Row("imitation of better answers", each => each.Imitation), Row("DPO from the base", each => each.Preferences), Row("DPO after imitation", each => each.Both),
                Row("the same, safety data only", each => each.SafetyOnly), Row("the same, global rules only", each => each.GlobalOnly),
            ]),
            new("Share of global violations after training in one language", ["trained in", "language 1", "language 2", "language 3"],
                [.. languages.Select(trained => (string[])[$"language {trained + 1}", .. languages.Select(tested => Text(outcomes.Average(each => each.ByLanguage[trained].Global[tested])))])]),
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), tables));

        double[] Of(Func<Outcome, double> of) => [.. outcomes.Select(of)];
        string[] Row(string model, Func<Outcome, State> of) => [model, .. languages.Select(language => Text(outcomes.Average(each => of(each).Global[language]))), .. ((int[])[0, 1]).Select(place => Text(outcomes.Average(each => of(each).LocalByPlace[place]))), Text(outcomes.Average(each => of(each).Neutral)), Text(outcomes.Average(each => of(each).Wins))];
    }

    private static Outcome Run(LanguageSetting setting, Sizes sizes, CancellationToken cancel)
    {
        using var before = setting.Learn(sizes.Learn, cancel);
        var world = setting.World;
        int[] everywhere = [0, 1, 2];
        (Line Chosen, Line Rejected)[] Safety(string purpose, int count, IReadOnlyList<int> languages, bool local) =>
            setting.Pairs(before, setting.Ask($"safety.{purpose}", count, languages, request => world.IsRefused(request) && LanguageWorld.IsLocal(request) == local), $"safety.{purpose}", cancel);
        (Line, Line)[] General(int count, IReadOnlyList<int> languages) => setting.Pairs(before, setting.Ask("general", count, languages, request => !world.IsRefused(request)), "general", cancel);
        // Two pairs about global harm for each about local harm.
        (Line, Line)[] Mixed(double share, bool local) => [.. Safety("global", Count(share * (local ? 2 / 3.0 : 1)), everywhere, false), .. local ? Safety("local", Count(share / 3), [1, 2], true) : [], .. General(Count(1 - share), everywhere)];
        int Count(double share) => (int)Math.Round(share * sizes.Pairs);

        var examined = new Examination(setting, sizes.HeldOut, before, cancel);
        State After(Action<SmallModel> train)
        {
            using var learner = before.Copy();
            train(learner);
            return examined.Of(learner, cancel);
        }
        void Imitate(SmallModel learner, (Line Chosen, Line)[] pairs, int steps) => learner.Imitate([.. pairs.Select(pair => pair.Chosen)], steps, ImitationRate, "imitation", cancel);
        void Prefer(SmallModel learner, (Line, Line)[] pairs, int steps) => learner.Prefer(pairs, new DirectPreferenceOptimization(Beta), steps, PreferenceRate, "preferences", cancel);
        State Both((Line, Line)[] pairs) => After(learner =>
        {
            Imitate(learner, pairs, sizes.Steps / 2);
            Prefer(learner, pairs, sizes.Steps - (sizes.Steps / 2));
        });

        var mixed = Mixed(SafetyShare, local: true);
        var drawn = new Draws(setting.Seed, "languages.random");
        (Line, Line)[] random = [.. mixed.Select(pair => drawn.Chance(0.5) ? pair : (pair.Item2, pair.Item1))];
        return new(examined.Of(before, cancel), After(learner => Imitate(learner, random, sizes.Steps)), After(learner => Imitate(learner, mixed, sizes.Steps)), After(learner => Prefer(learner, mixed, sizes.Steps)), Both(mixed), Both(Mixed(1, local: true)), Both(Mixed(SafetyShare, local: false)),
            [.. everywhere.Select(language => Both([.. Safety($"in.{language}", Count(SafetyShare), [language], false), .. General(Count(1 - SafetyShare), [language])]))]);
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Steps of learning from clerks and of alignment, pairs, and requests held out of each kind in each language.</summary>
    private sealed record Sizes(int Learn, int Steps, int Pairs, int HeldOut);

    /// <summary>What models are asked.</summary>
    private sealed class Examination(LanguageSetting setting, int count, SmallModel before, CancellationToken stop)
    {
        private readonly SpokenRequest[][] _global = [.. Enumerable.Range(0, 3).Select(language => setting.Ask("held-out", count, [language], request => setting.World.IsRefused(request) && !LanguageWorld.IsLocal(request)))];
        private readonly SpokenRequest[][] _local = [.. Enumerable.Range(1, 2).Select(language => setting.Ask("held-out", count, [language], LanguageWorld.IsLocal))];
        private readonly SpokenRequest[] _neutral = setting.Ask("held-out", 3 * count, [0, 1, 2], request => request.Meaning.Matter == KioskMatter.Price);

        private readonly SpokenRequest[] _general = setting.Ask("held-out.general", 3 * count, [0, 1, 2], request => !setting.World.IsRefused(request));
        private bool[]? _before;

        public State Of(SmallModel learner, CancellationToken cancel)
        {
            double[] Violations(SpokenRequest[][] asked) => [.. asked.Select(requests => setting.Violations(requests, learner.Write([.. requests.Select(request => request.Text)], "held-out", 1, cancel)))];
            return new(Violations(_global), Violations(_local), setting.Faultless(_neutral, learner.Write([.. _neutral.Select(request => request.Text)], "held-out", 0, cancel)), Met(learner).Zip(_before ??= Met(before), (one, other) => one == other ? 0.5 : one ? 1 : 0).Average());
        }

        private bool[] Met(SmallModel learner) => [.. _general.Zip(learner.Write([.. _general.Select(request => request.Text)], "held-out.general", 1, stop), (request, said) => setting.World.Judge(request, said) == KioskFaults.None)];
    }

    /// <param name="Global">Share of violations of global rules, by language.</param>
    /// <param name="LocalByPlace">Share of violations of the local rule, in the second and in the third language.</param>
    /// <param name="Neutral">Share of right answers about prices.</param>
    /// <param name="Wins">Wins against the base on general requests, ties counting half.</param>
    private sealed record State(double[] Global, double[] LocalByPlace, double Neutral, double Wins)
    {
        public double Local => LocalByPlace.Average();

        public double Violations(int language) => language == 0 ? Global[0] : (Global[language] + LocalByPlace[language - 1]) / 2;
    }

    /// <summary>One seed.</summary>
    private sealed record Outcome(State Before, State Random, State Imitation, State Preferences, State Both, State SafetyOnly, State GlobalOnly, State[] ByLanguage)
    {
        public double TransferToOwn => Taken((trained, tested) => trained == tested);

        public double TransferToOthers => Taken((trained, tested) => trained != tested);

        private double Taken(Func<int, int, bool> counts) => Enumerable.Range(0, 3).SelectMany(trained => Enumerable.Range(0, 3).Where(tested => counts(trained, tested)).Select(tested => Before.Global[tested] - ByLanguage[trained].Global[tested])).Average();
    }
}
