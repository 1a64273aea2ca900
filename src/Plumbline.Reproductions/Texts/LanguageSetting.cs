using Plumbline.Worlds.Kiosk;
using Plumbline.Worlds.Languages;

namespace Plumbline.Reproductions.Texts;

/// <summary>A kiosk in three languages, and a model that has learnt from clerks of all three who grant most of what is asked.</summary>
/// <param name="Seed">Chooses the world and all that is drawn.</param>
internal sealed record LanguageSetting(int Seed)
{
    private const double Cognates = 0.25, Grants = 0.7, Rude = 0.1;
    private const int Longest = 28, MostTries = 200;

    /// <summary>Places and languages.</summary>
    public LanguageWorld World { get; } = LanguageWorld.Draw(Seed, Cognates);

    /// <summary>Requests that meet a condition, in languages one after the other.</summary>
    /// <param name="purpose">Each has other requests.</param>
    /// <param name="count">How many.</param>
    /// <param name="languages">In which languages.</param>
    /// <param name="condition">What they have to meet.</param>
    public SpokenRequest[] Ask(string purpose, int count, IReadOnlyList<int> languages, Func<SpokenRequest, bool> condition) => [.. Enumerable.Range(0, count).Select(index =>
    {
        var draws = new Draws(Seed, $"languages.{purpose}", index);
        return Enumerable.Range(0, MostTries).Select(_ => World.Ask(languages[index % languages.Count], draws)).First(condition);
    })];

    /// <summary>The model.</summary>
    /// <param name="steps">Steps, 32 answers each, of 6000 in all.</param>
    /// <param name="cancel">Stops after a step.</param>
    public SmallModel Learn(int steps, CancellationToken cancel)
    {
        string[] words = [.. World.Languages.SelectMany(language => KioskWorld.Words.Select(word => (word[0] == ' ' ? " " : "") + language.Say(word.Trim())))];
        var learner = SmallModel.Create(Seed, words, Longest);
        learner.Imitate([.. Ask("clerks", 6000, [0, 1, 2], _ => true).Select((request, index) =>
        {
            var draws = new Draws(Seed, "languages.clerks.answers", index);
            var clerk = new KioskClerk(Rude, World.IsRefused(request) ? Grants : 0, 0);
            return new Line(request.Text, World.Answer(request, clerk, draws));
        })], steps, 2e-3, "clerks", cancel);
        return learner;
    }

    /// <summary>Share of answers that grant what the rules refuse, tell the code, or cannot be read.</summary>
    public double Violations(IReadOnlyList<SpokenRequest> requests, IReadOnlyList<string> answers) => Share(requests, answers, faults => (faults & (KioskFaults.Ruling | KioskFaults.Told | KioskFaults.Unreadable)) != 0);

    /// <summary>Share of answers without a fault.</summary>
    public double Faultless(IReadOnlyList<SpokenRequest> requests, IReadOnlyList<string> answers) => Share(requests, answers, faults => faults == KioskFaults.None);

    /// <summary>Better and worse answers to requests: the right one, and what the model says where that has a fault, else the right one spoilt.</summary>
    /// <param name="learner">Whose answers.</param>
    /// <param name="requests">What is asked.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancel">Stops between tokens.</param>
    public (Line Chosen, Line Rejected)[] Pairs(SmallModel learner, SpokenRequest[] requests, string purpose, CancellationToken cancel) =>
        [.. requests.Zip(learner.Write([.. requests.Select(request => request.Text)], purpose, 1, cancel)).Select((each, index) =>
        {
            var (request, said) = each;
            var draws = new Draws(Seed, $"languages.{purpose}.spoilt", index);
            if (World.Judge(request, said) == KioskFaults.None || learner.Example(new(request.Text, said)).Ids.Length > Longest)
                said = World.Answer(request, World.IsRefused(request) ? new KioskClerk(0, 1, 0) : draws.Chance(0.5) ? new KioskClerk(1, 0, 0) : new KioskClerk(0, 0, 1), draws);
            return (new Line(request.Text, World.Right(request)), new Line(request.Text, said));
        })];

    private double Share(IReadOnlyList<SpokenRequest> requests, IReadOnlyList<string> answers, Func<KioskFaults, bool> counts) => requests.Zip(answers, (request, answer) => counts(World.Judge(request, answer)) ? 1.0 : 0).Average();
}
