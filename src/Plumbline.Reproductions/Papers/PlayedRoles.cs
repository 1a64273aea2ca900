using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Reproductions.Texts;
using Plumbline.Worlds.Profiles;

namespace Plumbline.Reproductions.Papers;

/// <summary>Role play from profiles that are adjusted, sentence by sentence, to what a scene shows (101, Beyond Dialogue).</summary>
internal sealed class PlayedRoles : IReproduction
{
    private const int Masked = 4;
    private const double Gain = 0.05;
    private const string Unaligned = "profiles as they are", Aligned = "profiles adjusted to the scene", WithSentences = "adjusted profiles, and what a sentence shows";

    public string Number => "101";

    public string Name => "beyond-dialogue";

    public string Claim => "A model that is trained on dialogues with profiles adjusted to what their sentences show keeps closer to a profile than one trained on the same dialogues with profiles that they contradict.";

    public FourFields Fields => new("all weights; no anchor", "scenes in five rounds that bend the profile of their role", "what each sentence shows of five facets", "likelihood of replies, and of the facet that a sentence shows");

    public bool HasFastForm => true;

    public string? Smaller => "people of novels and models that judge: five facets are shown by set phrases and read by the world, human-likeness is whether a role shows what it is instead of naming it, and coherence is not rated.";

    public string? Remark => "In a scene each facet is, with a chance of 0.4, another role's. Replies are sampled at temperature 1, to profiles that no model was trained on. Sizes and rates were chosen on seeds 11 to 13.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var arms = new Dictionary<string, List<State>>();
        var told = new List<double>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var (arm, state, sentences) in Run(seed, context.Fast, cancellationToken))
            {
                (arms.TryGetValue(arm, out var states) ? states : arms[arm] = []).Add(state);
                if (arm == WithSentences)
                    told.Add(sentences);
            }
        }
        double[] Overall(string arm) => [.. arms[arm].Select(each => each.Overall)];
        var (recited, shown, swapped) = Scripted();
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("labels (7, 3), rated (6, 5)", ProfileMatch.OfNumbers([7, 3], [6, 5]), 0.85),
            Measure.Exact("a player who recites the profile: recall of character", recited.Character, 1),
            Measure.Exact("the same: role choice among four", recited.Chosen, 1),
            Measure.Exact("the same: human-likeness", recited.HumanLike, 0),
            Measure.Exact("a player who shows the profile: human-likeness", shown.HumanLike, 1),
            Measure.Exact("a player of each of the four profiles in turn: role choice", swapped, 0.25),
            Measure.Difference($"match over five facets, {Aligned} less {Unaligned}: above {Ledger.Number(Gain)}", Overall(Aligned), Overall(Unaligned), context.Seeds, Gain),
            Measure.Difference($"the same, {WithSentences} less {Unaligned}: above {Ledger.Number(Gain)}", Overall(WithSentences), Overall(Unaligned), context.Seeds, Gain),
            Measure.Difference("role choice, aligned less unaligned: above 0", [.. arms[Aligned].Select(each => each.Chosen)], [.. arms[Unaligned].Select(each => each.Chosen)], context.Seeds),
            Measure.AtLeast("human-likeness, aligned less unaligned: at least −0.05", [.. arms[Aligned].Select(each => each.HumanLike)], [.. arms[Unaligned].Select(each => each.HumanLike)], context.Seeds, -0.05),
        ];
        var table = new EvidenceTable($"Match with profiles not trained on, mean over seeds; the model that learnt which facet a sentence shows is right on {Ledger.Number(told.Average())} of sentences",
            ["trained on", "character", "style", "emotions", "relationship", "personality", "mean", "role choice", "human-like"],
            [.. arms.Select(arm => (string[])[arm.Key, .. ((Func<State, double>[])[each => each.Character, each => each.Style, each => each.Emotions, each => each.Relationship, each => each.Personality, each => each.Overall, each => each.Chosen, each => each.HumanLike])
                .Select(part => Ledger.Number(arm.Value.Average(part)))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(Measure.Brief(context.Fast, rows), context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>Players who follow a script: one recites its profile, one shows it, and one plays each of four profiles in turn while it is taken for the first.</summary>
    private static (State Recited, State Shown, double Swapped) Scripted()
    {
        var draws = new Draws(1, "roles.scripted");
        RoleProfile[] roles = [.. Enumerable.Range(0, Masked).Select(_ => ProfileWorld.Draw(draws))];
        string Shows(RoleProfile role) => string.Join(' ', Enumerable.Range(0, ProfileWorld.Rounds.Count).Select(round => ProfileWorld.Say(role, round, draws)));
        return (State.Of(roles[0].ToString(), roles, 0), State.Of(Shows(roles[0]), roles, 0), roles.Average(played => State.Of(Shows(played), roles, 0).Chosen));
    }

    private static IEnumerable<(string Arm, State State, double Sentences)> Run(int seed, bool fast, CancellationToken cancel)
    {
        var (scenes, held, steps) = fast ? (24, 4, 24) : (600, 60, 600);
        var draws = new Draws(seed, "roles");
        (RoleProfile Profile, RoleProfile Adjusted, string[] Said)[] data = [.. Enumerable.Range(0, scenes).Select(_ =>
        {
            var profile = ProfileWorld.Draw(draws);
            var scene = ProfileWorld.InScene(profile, 0.4, draws);
            string[] said = [.. Enumerable.Range(0, ProfileWorld.Rounds.Count).Select(round => ProfileWorld.Say(scene, round, draws))];
            return (profile, profile.AdjustedTo(RoleReading.Of(string.Join(' ', said))), said);
        })];
        Line[] Dialogues(Func<(RoleProfile Profile, RoleProfile Adjusted, string[] Said), RoleProfile> of) => [.. data.SelectMany(each => each.Said.Select((said, round) => new Line(Prompt(of(each), round), said)))];
        Line[] sentences = [.. data.SelectMany(each => each.Said.Select(said => new Line($"Shown: {said}", Evidence(said))))];
        var asked = Enumerable.Range(0, held).Select(_ => Enumerable.Range(0, Masked).Select(_ => ProfileWorld.Draw(draws)).ToArray()).ToArray();
        string[] heldSentences = [.. asked.Select(roles => ProfileWorld.Say(roles[0], draws.Next(ProfileWorld.Rounds.Count), draws))];
        string[] words = [.. Dialogues(each => each.Profile).Concat(Dialogues(each => each.Adjusted)).Concat(sentences).Select(line => $"{line.Prompt} {line.Answer}"), .. asked.SelectMany(roles => roles.Select(role => $"so {role}"))];
        using var blank = SmallModel.Create(seed, [.. words, .. words], longest: 72);
        foreach (var (arm, lines) in new[] { (Unaligned, Dialogues(each => each.Profile)), (Aligned, Dialogues(each => each.Adjusted)), (WithSentences, [.. Dialogues(each => each.Adjusted), .. sentences]) })
        {
            using var model = blank.Copy();
            model.Imitate(lines, steps, 4e-3, "roles.train", cancel);
            var said = model.Write([.. asked.SelectMany(roles => Enumerable.Range(0, ProfileWorld.Rounds.Count).Select(round => Prompt(roles[0], round)))], "roles.held", 1, cancel).Chunk(ProfileWorld.Rounds.Count);
            var told = model.Write([.. heldSentences.Select(sentence => $"Shown: {sentence}")], "roles.sentences", 0, cancel).Zip(heldSentences, (answer, sentence) => answer == Evidence(sentence) ? 1.0 : 0).Average();
            yield return (arm, State.Mean([.. asked.Zip(said, (roles, replies) => State.Of(string.Join(' ', replies), roles, 0))]), told);
        }
    }

    private static string Prompt(RoleProfile profile, int round) => $"so {profile} {ProfileWorld.Rounds[round]}";

    /// <summary>Which facets a sentence shows, by their names.</summary>
    private static string Evidence(string sentence)
    {
        var read = RoleReading.Of(sentence);
        var letters = string.Join(' ', read.Personality.OfType<char>());
        return string.Join("; ", ((string[])[string.Join(", ", read.Character), string.Join(", ", read.Styles), string.Join(", ", ProfileWorld.Emotions.Zip(read.Emotions).Where(each => each.Second is not null).Select(each => $"{each.First} {each.Second}")),
            read.Closeness is { } close ? $"closeness {close}" : "", letters]).Where(part => part.Length > 0)) + ".";
    }

    /// <summary>What a dialogue comes to, against the first of four profiles or the mean of several.</summary>
    private sealed record State(double Character, double Style, double Emotions, double Relationship, double Personality, double Chosen, double HumanLike)
    {
        public double Overall => (Character + Style + Emotions + Relationship + Personality) / 5;

        public static State Of(string dialogue, RoleProfile[] roles, int right)
        {
            var read = RoleReading.Of(dialogue);
            State[] each = [.. roles.Select(role => new State(ProfileMatch.OfLabels(role.Character, read.Character), ProfileMatch.OfLabels([role.Style], read.Styles), ProfileMatch.OfNumbers(role.Emotions, read.Emotions),
                ProfileMatch.OfNumbers([role.Closeness], [read.Closeness]), ProfileMatch.OfPersonality(role.Personality, read.Personality), 0, 0))];
            return each[right] with { Chosen = ProfileMatch.RoleChoice([.. each.Select(state => state.Overall)], right), HumanLike = read.IsHumanLike ? 1 : 0 };
        }

        public static State Mean(IReadOnlyList<State> states) => new(states.Average(each => each.Character), states.Average(each => each.Style), states.Average(each => each.Emotions), states.Average(each => each.Relationship),
            states.Average(each => each.Personality), states.Average(each => each.Chosen), states.Average(each => each.HumanLike));
    }
}
