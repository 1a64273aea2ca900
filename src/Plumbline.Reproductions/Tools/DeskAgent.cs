using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Agents;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tools;

namespace Plumbline.Reproductions.Tools;

/// <summary>A small model that works at the returns desk; it begins by imitating a clerk who looks up many things at random, and guesses now and then.</summary>
internal sealed class DeskAgent : IDisposable
{
    /// <summary>How often a tool breaks.</summary>
    public const double Breaking = 0.1;

    private const int Longest = 128, Spare = 3, Tasks = 8, Attempts = 8, Measured = 200;
    private static readonly DeskClerk Clerk = new(Lookup: 0.3, Guess: 0.1);
    private readonly int _seed;
    private readonly SmallModel _model;

    private DeskAgent(int seed, SmallModel model) => (_seed, _model) = (seed, model);

    /// <summary>Learns the clerk's ways.</summary>
    /// <param name="seed">Chooses the weights and the cases.</param>
    /// <param name="steps">Of 24 cases each, with 1 to 4 records.</param>
    /// <param name="cancel">Stops after a step.</param>
    public static DeskAgent Learn(int seed, int steps, CancellationToken cancel)
    {
        var words = string.Join(' ', ["return of ? . , order rule refund refuse by moved to is weeks within unknown failed try again", .. ReturnsDesk.Orders, .. ReturnsDesk.Goods, .. ReturnsDesk.Weeks]);
        var model = SmallModel.Create(seed, [$"return of {words}", $"return {words} {words}"], Longest);
        model.Imitate([.. Enumerable.Range(0, 24 * steps).Select(index =>
        {
            var draws = new Draws(seed, "desk.clerk", index);
            var work = ReturnsDesk.Draw(draws, draws.Between(1, 4));
            return DeskEpisode.Demonstration(model.Model.Tokenizer, work.Question, Clerk.Work(work, draws, _ => draws.Chance(Breaking), most: 9)).Example;
        })], steps, 3e-3, "desk.clerk", cancel, 24);
        return new(seed, model);
    }

    /// <summary>The same weights once more.</summary>
    public DeskAgent Copy() => new(_seed, _model.Copy());

    /// <summary>Learns from what its own turns come to.</summary>
    /// <param name="records">Records of each case.</param>
    /// <param name="credit">What a turn answers for.</param>
    /// <param name="stepWorth">What the needed lookups are worth together; a right decision is worth 1.</param>
    /// <param name="steps">Steps, of 8 attempts at each of 8 cases.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="cancel">Stops after a step.</param>
    public void Reinforce(int records, Credit credit, double stepWorth, int steps, double rate, CancellationToken cancel)
    {
        using var reference = _model.Copy();
        var rollout = Rollout(Attempts, records);
        PolicyGradientTraining.Run(_model.Model.Decoder, reference.Model.Decoder, step => [.. rollout.Sample(step, Tasks, (task, attempt) => Begin("train", (step * Tasks) + task, attempt, records, stepWorth, out _), cancel)
            .Select(each => Trajectory.Group(each, credit))], new GroupPolicyGradient(Beta: 0), Longest, SmallModel.Options(steps, rate), null, cancel);
    }

    /// <summary>What it does with cases that it did not train on, at temperature 1.</summary>
    public IReadOnlyList<AgentTrace> Work(int records, CancellationToken cancel)
    {
        var desks = new DeskWork[Measured];
        Rollout(1, records).Sample(0, Measured, (task, attempt) => Begin("measure", task, attempt, records, 0, out desks[task]), cancel);
        return [.. desks.Select(desk => desk.Trace)];
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private EpisodeRollout Rollout(int attempts, int records) => new(_model.Model, _seed, attempts, records + 2 + Spare, new() { MaxNewTokens = 6, BatchSize = 256 }, Longest);

    private TextEpisode Begin(string purpose, int task, int attempt, int records, double stepWorth, out DeskWork desk)
    {
        var work = ReturnsDesk.Draw(new Draws(_seed, $"desk.{purpose}", task), records);
        desk = new DeskWork(work, call => new Draws(_seed, $"desk.{purpose}.breaks", (((long)task * Attempts) + attempt) * 64 + call).Chance(Breaking), stepWorth);
        return DeskEpisode.Of(_model.Model.Tokenizer, work.Question, desk);
    }
}
