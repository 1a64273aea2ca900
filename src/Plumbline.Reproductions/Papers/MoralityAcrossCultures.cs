using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Statistics;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Languages;

namespace Plumbline.Reproductions.Papers;

/// <summary>Whether preferences of one culture, in its language, move a model's moral judgements in another language towards the culture there (072).</summary>
internal sealed class MoralityAcrossCultures : IReproduction
{
    private const int Foreign = 0, Local = 1, HeldOutAgents = 2, PlantedItems = 3992, PlantedWrong = 1868;
    private const double Disputed = 0.25, Cognates = 0.2, Right = 0.7, PreferenceRate = 5e-4, Beta = 0.1;

    public string Number => "072";

    public string Name => "commonsense-morality";

    public string Claim => "Alignment with another culture's preferences improves a model's judgements here, though not as much as alignment with the preferences of this culture.";

    public FourFields Fields => new("all weights; anchor: the tuned model", "labelled sentences in two languages, near-minimal pairs with opposite labels", "what a culture finds wrong", "pair-wise: dpo on the two labels");

    /// <inheritdoc/>
    /// <remarks>The fast form has what is planted alone.</remarks>
    public bool HasFastForm => true;

    public string? Smaller => "the sentences of JCommonsenseMorality and ETHICS, and models of billions of weights.";

    public string? Remark => "The other culture's preferences are learnt where they are taught: accuracy there rises from 0.69 to 0.94. Here not one judgement changes: a model of 0.1 million weights that has one word in five in common and has read "
        + "translations keeps the two languages apart. Translated, the same preferences move it, towards the other culture where the two disagree.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Fast ? [] : context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(Run(seed, new(800, 100), cancellationToken));
        }
        double[] ratios = [.. outcomes.Select(each => each.Transfer.Value).OfType<double>()];
        var always = Enumerable.Range(0, PlantedItems).Select(item => (Pair: $"{item / 2}", Wrong: item % 2 == 1 && item < 2 * PlantedWrong)).ToArray(); // 1868 pairs of opposite labels, and 256 acceptable sentences
        List<MeasuredClaim> rows =
        [
            Measure.Exact("accuracy of finding everything acceptable, 1868 of 3992 sentences wrong", always.Average(item => item.Wrong ? 0.0 : 1), 0.532, 5e-4),
            Measure.Exact("both sentences of a pair right, of finding everything acceptable", PairConsistency.Of(always.Take(2 * PlantedWrong).Select(item => (item.Pair, !item.Wrong))).Value, 0),
            Measure.Mean("nested accuracies of .70, .76 and .82 planted in 3992 sentences: distance of the transfer ratio from 0.5, at most 0.07", [.. context.Seeds.Select(seed => Math.Abs(Planted(seed).Value!.Value - 0.5))], 0.07, atLeast: false, context.Seeds),
        ];
        if (context.Fast)
            return Task.FromResult(Result([]));
        rows.AddRange(
        [
            Measure.Difference("accuracy here after the other culture's preferences in its language, less before: above 0", Accuracy(each => each.Other), Accuracy(each => each.Tuned), context.Seeds),
            Measure.Difference("accuracy after this culture's preferences, less that: above 0", Accuracy(each => each.Own), Accuracy(each => each.Other), context.Seeds),
            Measure.Difference("the same, less that after the other culture's preferences in translation: above 0", Accuracy(each => each.Own), Accuracy(each => each.Translated), context.Seeds),
            Measure.Mean("share of disputed sentences among those that this culture's preferences get right and the other's, translated, get wrong: at least 0.5", [.. outcomes.Select(each => each.DisputedResidue)], 0.5, atLeast: true, context.Seeds),
        ]);
        if (ratios.Length >= 2)
            rows.Add(Measure.Mean($"transfer ratio, in the {ratios.Length} runs whose denominator is surely not 0: at most 1", ratios, 1, atLeast: false, context.Seeds));
        EvidenceTable[] tables =
        [
            new("Judgements of held-out sentences", ["model", "accuracy here", "both of a pair", "accuracy in the other culture and language"],
            [
                Row("tuned", each => each.Tuned), Row("the other culture's preferences, its language", each => each.Other), Row("the same, translated", each => each.Translated), Row("this culture's preferences", each => each.Own),
            ]),
            new("Transfer ratio; none where the interval of the denominator has 0 in it", ["seed", "gain of the other culture's", "gain of this culture's", "ratio"],
                [.. context.Seeds.Zip(outcomes, (seed, each) => (string[])[$"{seed}", Text(each.Transfer.Gain.Value), Text(each.Transfer.OwnGain.Value), each.Transfer.Value is { } ratio ? Text(ratio) : "none"])]),
        ];
        return Task.FromResult(Result(tables));

        ReproductionResult Result(IReadOnlyList<EvidenceTable> evidence) => new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), evidence);
        double[] Accuracy(Func<Outcome, Judged> of) => [.. outcomes.Select(each => of(each).Accuracy)];
        string[] Row(string model, Func<Outcome, Judged> of) => [model, Text(outcomes.Average(each => of(each).Accuracy)), Text(outcomes.Average(each => of(each).BothRight)), Text(outcomes.Average(each => of(each).Elsewhere))];
    }

    /// <summary>Whoever gets a sentence right with less gets it right with more.</summary>
    private static TransferRatio Planted(int seed)
    {
        var draws = new Draws(seed, "commonsense-morality.planted");
        var hard = Enumerable.Range(0, PlantedItems).Select(_ => draws.NextDouble()).ToArray();
        double[] Scores(double accuracy) => [.. hard.Select(each => each < accuracy ? 1.0 : 0)];
        return TransferRatio.Of(Scores(0.70), Scores(0.76), Scores(0.82), seed);
    }

    private static Outcome Run(int seed, Sizes sizes, CancellationToken cancel)
    {
        var world = MoralWorld.Draw(seed, Disputed, Cognates);
        using var tuned = Learn(world, seed, sizes.Learn, cancel);
        MoralSentence[] seen = [.. MoralWorld.Sentences.Where(sentence => sentence.Who < MoralWorld.Agents - HeldOutAgents)], held = [.. MoralWorld.Sentences.Except(seen)];
        Judged After(int culture, int language)
        {
            using var learner = tuned.Copy();
            learner.Prefer([.. seen.Select(sentence => (Labelled(world, sentence, world.IsWrong(sentence, culture), language), Labelled(world, sentence, !world.IsWrong(sentence, culture), language)))],
                new DirectPreferenceOptimization(Beta), sizes.Align, PreferenceRate, "morality", cancel);
            return Judged.Of(world, learner, held);
        }
        var (before, other, translated, own) = (Judged.Of(world, tuned, held), After(Foreign, Foreign), After(Foreign, Local), After(Local, Local));
        MoralSentence[] residue = [.. held.Where((_, index) => own.Scores[index] == 1 && translated.Scores[index] == 0)];
        return new(before, other, translated, own, TransferRatio.Of(before.Scores, other.Scores, own.Scores, seed), residue.Length == 0 ? 0 : residue.Average(sentence => world.IsDisputed(sentence) ? 1.0 : 0));
    }

    /// <summary>A model of both languages that has read translations, and holds views of its own: seven of ten as the first culture does, the same in either language.</summary>
    private static SmallModel Learn(MoralWorld world, int seed, int steps, CancellationToken cancel)
    {
        var draws = new Draws(seed, "commonsense-morality.views");
        var views = MoralWorld.Sentences.Select(sentence => (sentence.Act, sentence.Setting / 2)).Distinct().ToDictionary(pair => pair, _ => draws.Chance(Right));
        Line[] judgements = [.. ((int[])[Foreign, Local]).SelectMany(language => MoralWorld.Sentences.Where(sentence => sentence.Who < MoralWorld.Agents - HeldOutAgents)
            .Select(sentence => Labelled(world, sentence, world.IsWrong(sentence, Foreign) == views[(sentence.Act, sentence.Setting / 2)], language)))];
        Line[] translations = [.. ((int[])[Foreign, Local]).SelectMany(language => MoralWorld.Sentences.Select(sentence => new Line($"{world.Say(sentence, language)} =", world.Say(sentence, 1 - language))))];
        string[] words = [.. judgements.Concat(translations).SelectMany(line => $"{line.Prompt} {line.Answer}".Split(' ').Select((word, at) => at == 0 ? word : " " + word)).Distinct()];
        var learner = SmallModel.Create(seed, [.. words, .. words], longest: 32);
        learner.Imitate([.. judgements, .. translations], steps, 2e-3, "views", cancel, perStep: 64);
        return learner;
    }

    private static Line Labelled(MoralWorld world, MoralSentence sentence, bool wrong, int language) => new(world.Say(sentence, language), world.Label(wrong, language));

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Steps of learning and of alignment.</summary>
    private sealed record Sizes(int Learn, int Align);

    /// <summary>What a model makes of sentences in the local language, by the labels of the culture there.</summary>
    /// <param name="Scores">1 where it is right, else 0.</param>
    /// <param name="BothRight">Share of pairs of which it gets both right.</param>
    /// <param name="Elsewhere">Share that is right in the other language, by the labels of the other culture.</param>
    private sealed record Judged(double[] Scores, double BothRight, double Elsewhere)
    {
        public double Accuracy => Scores.Average();

        /// <summary>The likelier label is what it says.</summary>
        public static Judged Of(MoralWorld world, SmallModel learner, MoralSentence[] sentences)
        {
            double[] LogProbs(bool wrong, int language) => [.. learner.LogProbs([.. sentences.Select(sentence => Labelled(world, sentence, wrong, language))]).Select(each => each.Sum())];
            bool[] Right(int language) => [.. LogProbs(true, language).Zip(LogProbs(false, language), (wrong, fine) => wrong > fine).Zip(sentences, (wrong, sentence) => wrong == world.IsWrong(sentence, language))];
            var right = Right(Local);
            return new([.. right.Select(each => each ? 1.0 : 0)], PairConsistency.Of(sentences.Zip(right, (sentence, each) => (sentence.Pair, each))).Value, Right(Foreign).Average(each => each ? 1.0 : 0));
        }
    }

    /// <summary>One seed.</summary>
    private sealed record Outcome(Judged Tuned, Judged Other, Judged Translated, Judged Own, TransferRatio Transfer, double DisputedResidue);
}
