using Plumbline.Models;
using Plumbline.Training.Agents;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Agents;

public sealed class EpisodeRolloutTests
{
    private static readonly GenerationOptions Turns = new() { MaxNewTokens = 3 };

    [Fact]
    public void What_is_told_stands_between_the_turns_and_is_read_before_the_next_one()
    {
        using var model = TinyModel.Make();
        var heard = new List<IReadOnlyList<int>>();
        var found = new EpisodeRollout(model, 1, 1, 5, Turns).Sample(0, 1, (_, _) => new Echo(3, heard), Stop)[0][0];
        Assert.True(found.Ended);
        Assert.Equal(3, found.Turns.Count);
        Assert.Equal(heard, found.Turns.Select(turn => turn.Written));
        Assert.Equal([[70, 71], [70, 71], []], found.Turns.Select(turn => turn.Observed));
        Assert.Equal(1 + 2 + 3, found.Reward);
        var context = found.Prompt;
        foreach (var turn in found.Turns) // each turn is what the model writes after all that stands before it
        {
            Assert.Equal(turn.Written.Length, new BatchGenerator(model).Generate([[.. context]], Turns with { MaxNewTokens = turn.Written.Length }, Stop)[0].Tokens.Length);
            context = [.. context, .. turn.Written, .. turn.Observed];
        }
        Assert.Equal(context, found.Example.Ids);
    }

    [Fact]
    public void Its_own_tokens_are_trained_and_the_others_are_read()
    {
        var example = new Trajectory([1, 2], [new([3, 4], 0.5, [5]), new([6], 0.25, [])], Ended: true).Example;
        Assert.Equal([1, 2, 3, 4, 5, 6], example.Ids);
        Assert.Equal([0, 0, 1, 1, 0, 1], example.Weights);
    }

    [Fact]
    public void The_same_seed_and_step_give_the_same_trajectories_whoever_else_is_at_work()
    {
        using var model = TinyModel.Make();
        var rollout = new EpisodeRollout(model, 1, 2, 4, Turns);
        var (two, one) = (rollout.Sample(3, 2, (_, _) => new Echo(4, []), Stop), rollout.Sample(3, 1, (_, _) => new Echo(4, []), Stop));
        Assert.Equal(one[0].Select(each => each.Example.Ids), two[0].Select(each => each.Example.Ids));
        Assert.NotEqual(two[0][0].Example.Ids, two[0][1].Example.Ids);
        Assert.NotEqual(one[0][0].Example.Ids, rollout.Sample(4, 1, (_, _) => new Echo(4, []), Stop)[0][0].Example.Ids);
    }

    [Fact]
    public void Work_that_runs_out_of_turns_or_of_room_stops_there()
    {
        using var model = TinyModel.Make();
        var short1 = new EpisodeRollout(model, 1, 1, 2, Turns).Sample(0, 1, (_, _) => new Echo(9, []), Stop)[0][0];
        Assert.False(short1.Ended);
        Assert.Equal(2, short1.Turns.Count);
        var full = new EpisodeRollout(model, 1, 1, 50, Turns, longest: 20).Sample(0, 1, (_, _) => new Echo(99, []), Stop)[0][0];
        Assert.False(full.Ended);
        Assert.InRange(full.Example.Ids.Length, 15, 20);
        Assert.Contains("task 0", Assert.Throws<InputException>(() => new EpisodeRollout(model, 1, 1, 2, Turns, longest: 2).Sample(0, 1, (_, _) => new Echo(9, []), Stop)).Message, StringComparison.Ordinal);
    }

    [Theory] // worth the share of even tokens of each turn
    [InlineData(Credit.Outcome)]
    [InlineData(Credit.Turns)]
    public void Policy_gradient_on_trajectories_raises_the_reward(Credit credit)
    {
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        var rollout = new EpisodeRollout(model, 1, 8, 3, Turns);
        var reports = new Reports();
        PolicyGradientTraining.Run(model.Decoder, reference.Decoder, step => [.. rollout.Sample(step, 2, (_, _) => new Even(), Stop).Select(each => Trajectory.Group(each, credit))],
            new GroupPolicyGradient(Beta: 0), 64, Options(60), reports, Stop);
        Assert.InRange(reports.All[0].Statistics["reward"], 0.2 * 3, 0.7 * 3);
        Assert.True(reports.All[^3..].Average(report => report.Statistics["reward"]) > 0.85 * 3, $"reward {reports.All[^1].Statistics["reward"]}");
    }

    [Fact]
    public void A_critic_learns_from_turns_as_well()
    {
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        using var critic = RewardModel.Create(reference, trainable: true);
        var rollout = new EpisodeRollout(model, 1, 8, 3, Turns);
        var reports = new Reports();
        ProximalPolicyTraining.Run(model.Decoder, reference.Decoder, critic, new Schedule(1e-2, 3, Decay.None),
            step => [.. rollout.Sample(step, 2, (_, _) => new Even(), Stop).Select(each => Trajectory.Group(each, Credit.Turns))],
            new ProximalPolicyOptimization { Updates = 2, DivergencePrice = 0 }, 64, Options(40), reports, Stop);
        Assert.True(reports.All[^3..].Average(report => report.Statistics["reward"]) > 0.85 * 3, $"reward {reports.All[^1].Statistics["reward"]}");
    }

    [Fact] // what a turn is worth by itself: with equal outcomes nothing moves, but with credit for turns it does
    public void With_equal_outcomes_only_credit_for_turns_moves_the_policy()
    {
        Trajectory[] equal = [new([1, 20], [new([30, 31], 1, [40]), new([32], 0, [])], true), new([1, 20], [new([33, 34], 0, [41]), new([35], 1, [])], true)];
        using var start = TinyModel.Make();
        Assert.Equal(TinyModel.Bytes(start.Decoder), After(Credit.Outcome));
        Assert.NotEqual(TinyModel.Bytes(start.Decoder), After(Credit.Turns));

        byte[] After(Credit credit)
        {
            using var model = TinyModel.Make();
            using var reference = model.Clone();
            PolicyGradientTraining.Run(model.Decoder, reference.Decoder, _ => [Trajectory.Group(equal, credit)], new GroupPolicyGradient(Beta: 0), 64, Options(1) with { Optimiser = new() { WeightDecay = 0 } }, null, Stop);
            return TinyModel.Bytes(model.Decoder);
        }
    }

    [Fact] // the second turn of the better attempt rises, that of the other falls, and the first turns, equally good from there on, stay
    public void Each_token_gets_the_advantage_of_its_own_turn()
    {
        Trajectory[] attempts = [new([1, 20], [new([30, 31], 1, [40]), new([32, 36], 0, [])], true), new([1, 20], [new([33, 34], 0, [41]), new([35], 1, [])], true)];
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        double[] Likely(int index) => [.. attempts[index].Turns.Select((turn, at) => LogProb(model, [.. attempts[index].Prompt, .. attempts[index].Turns.Take(at).SelectMany(each => (int[])[.. each.Written, .. each.Observed])], turn.Written))];
        var (first, second) = (Likely(0), Likely(1));
        PolicyGradientTraining.Run(model.Decoder, reference.Decoder, _ => [Trajectory.Group(attempts, Credit.Turns)], new GroupPolicyGradient(Beta: 0), 64, Options(5) with { Optimiser = new() { WeightDecay = 0 } }, null, Stop);
        Assert.True(Likely(0)[1] < first[1] - 0.05, "the second turn of the first");
        Assert.True(Likely(1)[1] > second[1] + 0.05, "the second turn of the second");
    }

    [Fact]
    public void Steps_that_do_not_cover_their_answer_are_refused()
    {
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        var group = new ScoredGroup([TokenExample.Completion([1], [30, 31]), TokenExample.Completion([1], [32])], [1, 0]);
        void Train(params IReadOnlyList<StepReward>[] steps) => PolicyGradientTraining.Run(model.Decoder, reference.Decoder, _ => [group with { Steps = steps }], new GroupPolicyGradient(), 16, Options(1), null, Stop);
        Assert.Contains("answer 0", Assert.Throws<InputException>(() => Train([new(1, 1)], [new(1, 0)])).Message, StringComparison.Ordinal);
        Assert.Contains("worth", Assert.Throws<InputException>(() => Train([new(2, 1)], [new(1, 0.5)])).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Train([[new(2, 1)]]));
        Train([new(2, 1)], [new(1, 0)]);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(1e-2, 3, Decay.None), ReportEvery = 1 };

    private static double LogProb(LanguageModel model, int[] context, int[] written)
    {
        using var off = TorchSharp.torch.no_grad();
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var logits = new LogitsBuffer();
        return SequenceScores.Of(model.Decoder, [TokenExample.Completion(context, written)], 64, logits).LogProbs.sum().item<float>();
    }

    /// <summary>Tells the same each time, gives 1, 2, 3… and is over after so many turns.</summary>
    private sealed class Echo(int most, List<IReadOnlyList<int>> heard) : IEpisode
    {
        public int[] Prompt => [1, 20, 21];

        public Observation Act(IReadOnlyList<int> written)
        {
            heard.Add(written);
            return new([70, 71], heard.Count, heard.Count == most);
        }
    }

    private sealed class Even : IEpisode
    {
        private int _turns;

        public int[] Prompt => [1, 20];

        public Observation Act(IReadOnlyList<int> written) => new([71], written.Average(id => id % 2 == 0 ? 1.0 : 0), ++_turns == 3);
    }
}
