using Plumbline.Worlds.Tabular;

namespace Plumbline.Worlds.Tests.Tabular;

public sealed class TabularWorldTests
{
    [Fact]
    public void The_same_seed_is_the_same_world_and_another_another()
    {
        Assert.Equal(TabularWorld.Draw(1).Rewards, TabularWorld.Draw(1).Rewards);
        Assert.NotEqual(TabularWorld.Draw(1).Rewards, TabularWorld.Draw(2).Rewards);
    }

    [Fact]
    public void Rewards_have_mean_0_and_deviation_1()
    {
        var rewards = TabularWorld.Draw(3).Rewards;
        Assert.Equal(0, rewards.Average(), 10);
        Assert.Equal(1, rewards.Average(reward => reward * reward), 10);
    }

    [Fact]
    public void The_judge_prefers_as_often_as_Bradley_and_Terry_say()
    {
        var world = TabularWorld.Draw(1, answers: 2);
        var better = world.Rewards[0] > world.Rewards[1] ? 0 : 1;
        var pairs = world.Compare([.5, .5], 20_000, new Draws(1, "judge")).Where(pair => pair.Chosen != pair.Rejected).ToArray();
        Assert.Equal(world.Preference(better, 1 - better), pairs.Count(pair => pair.Chosen == better) / (double)pairs.Length, 0.015);
    }

    [Fact]
    public void Flipping_all_judgments_turns_every_decided_pair_round()
    {
        var world = TabularWorld.Draw(1);
        double[] even = [.. world.Rewards.Select(_ => 1.0 / world.Rewards.Count)];
        Assert.All(world.Compare(even, 200, new Draws(1, "decided"), decided: true), pair => Assert.True(world.Rewards[pair.Chosen] >= world.Rewards[pair.Rejected]));
        Assert.All(world.Compare(even, 200, new Draws(1, "decided"), flipped: 1, decided: true), pair => Assert.True(world.Rewards[pair.Chosen] <= world.Rewards[pair.Rejected]));
    }
}
