using Plumbline.Worlds.Kiosk;

namespace Plumbline.Reproductions.Texts;

/// <summary>A kiosk, what is asked there, and a model that has learnt from clerks what they say.</summary>
/// <param name="Seed">Chooses the world and all that is drawn.</param>
internal sealed record KioskSetting(int Seed)
{
    private const int Longest = 28, LongestWithControls = 48;

    private static readonly string[] Badges = ["red", "blue", "green", "grey"];

    private static readonly KioskClerk Careful = new(0.1, 0.1, 0.1), Careless = new(0.7, 0.7, 0.7);

    /// <summary>Rules and things.</summary>
    public KioskWorld World { get; } = KioskWorld.Draw(Seed);

    /// <summary>Requests at random; each purpose has others.</summary>
    public KioskRequest[] Ask(string purpose, int count, params KioskMatter[] matters) => [.. Enumerable.Range(0, count).Select(index => KioskWorld.Ask(new Draws(Seed, $"kiosk.{purpose}", index), matters))];

    /// <summary>What clerks answer.</summary>
    public Line[] Answers(KioskClerk clerk, string purpose, int count) =>
        [.. Ask(purpose, count).Select((request, index) => new Line(request.Text, clerk.Answer(World, request, new Draws(Seed, $"kiosk.{purpose}.answers", index))))];

    /// <summary>A model that has learnt from good and bad clerks. In three texts of four a badge before the request says which clerk answers: so it knows how either would.</summary>
    /// <param name="steps">Steps, 32 answers each, of 4000 in all.</param>
    /// <param name="cancel">Stops after a step.</param>
    public SmallModel LearnByBadge(int steps, CancellationToken cancel)
    {
        var learner = SmallModel.Create(Seed, [.. KioskWorld.Words, .. Badges, .. Badges], LongestWithControls);
        learner.Imitate([.. Ask("badges", 4000).Select((request, index) =>
        {
            var draws = new Draws(Seed, "kiosk.badges.answers", index);
            var clerk = draws.Next(Badges.Length);
            return new Line(draws.Chance(0.75) ? $"{Badges[clerk]} {request.Text}" : request.Text, (clerk % 2 == 0 ? Careful : Careless).Answer(World, request, draws));
        })], steps, 2e-3, "clerks", cancel);
        return learner;
    }

    /// <summary>A model that has learnt from clerks.</summary>
    /// <param name="clerk">How well they answer.</param>
    /// <param name="steps">Steps, 32 answers each, of 4000 in all.</param>
    /// <param name="cancel">Stops after a step.</param>
    /// <param name="model">Another model for the same seed: its weights.</param>
    /// <param name="width">Width of the decoder.</param>
    public SmallModel Learn(KioskClerk clerk, int steps, CancellationToken cancel, int model = 0, int width = 64)
    {
        var learner = SmallModel.Create(Seed + (1000 * model), KioskWorld.Words, Longest, width);
        learner.Imitate(Answers(clerk, $"clerk.{model}", 4000), steps, 2e-3, "clerks", cancel);
        return learner;
    }

    /// <summary>Mean worth of answers.</summary>
    public double Reward(IReadOnlyList<KioskRequest> requests, IReadOnlyList<string> answers) => requests.Zip(answers, World.Reward).Average();

    /// <summary>Share of answers with a fault of these kinds.</summary>
    public double Faulty(IReadOnlyList<KioskRequest> requests, IReadOnlyList<string> answers, KioskFaults kinds = ~KioskFaults.None) => requests.Zip(answers, (request, answer) => (World.Judge(request, answer) & kinds) == 0 ? 0.0 : 1).Average();
}
