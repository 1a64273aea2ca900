using Plumbline.Worlds.Pressures;

namespace Plumbline.Worlds.Tests.Pressures;

public sealed class PressureWorldTests
{
    [Fact]
    public void What_a_response_was_written_for_is_what_is_read_in_it()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            foreach (var pressure in Enum.GetValues<Tendency>())
            {
                for (var stage = 1; stage <= PressureWorld.Stages; stage++)
                {
                    Assert.Equal((stage, (Tendency?)pressure), Read(PressureWorld.Respond(pressure, stage, selfish: true, new(seed, "test"))));
                    Assert.Equal((stage, null), Read(PressureWorld.Respond(pressure, stage, selfish: false, new(seed, "test"))));
                }
            }
        }
    }

    [Fact]
    public void Of_two_reasons_the_lower_counts_and_without_a_reason_there_is_no_stage()
    {
        Assert.Equal(1, PressureWorld.Stage("I wait my turn, as is fair to each, or they will punish me."));
        Assert.Equal(0, PressureWorld.Stage("I wait my turn."));
        Assert.Throws<ArgumentOutOfRangeException>(() => PressureWorld.Respond(Tendency.Power, 7, selfish: false, new(1, "test")));
    }

    [Fact] // eight people in six places
    public void Situations_are_all_different() => Assert.Equal(144, Enum.GetValues<Tendency>().SelectMany(PressureWorld.Situations).Distinct().Count());

    private static (int, Tendency?) Read(string response) => (PressureWorld.Stage(response), PressureWorld.Drive(response));
}
