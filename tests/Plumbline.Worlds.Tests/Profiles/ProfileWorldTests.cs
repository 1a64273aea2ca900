using Plumbline.Worlds.Profiles;

namespace Plumbline.Worlds.Tests.Profiles;

public sealed class ProfileWorldTests
{
    private static readonly RoleProfile Ada = new(["brave", "curious"], "formal", [7, 1, 5], 4, "INTJ");

    [Fact]
    public void What_a_role_says_in_five_rounds_shows_all_of_its_profile_and_names_nothing()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var draws = new Draws(seed, "test");
            var profile = ProfileWorld.Draw(draws);
            var read = RoleReading.Of(string.Join(' ', Enumerable.Range(0, ProfileWorld.Rounds.Count).Select(round => ProfileWorld.Say(profile, round, draws))));
            Assert.Equal(profile.Character, read.Character);
            Assert.Equal([profile.Style], read.Styles);
            Assert.Equal(profile.Emotions, read.Emotions.Select(strength => strength!.Value));
            Assert.Equal(profile.Closeness, read.Closeness);
            Assert.Equal(profile.Personality, string.Concat(read.Personality));
            Assert.Equal(5, read.Sentences);
            Assert.True(read.IsHumanLike);
        }
    }

    [Fact]
    public void Who_recites_the_profile_names_all_of_it_and_is_not_human_like()
    {
        var read = RoleReading.Of(Ada.ToString());
        Assert.Equal(("brave, curious; formal; joy 7, anger 1, fear 5; closeness 4; I N T J.", "INTJ", 4), (Ada.ToString(), string.Concat(read.Personality), read.Closeness));
        Assert.Equal(Ada.Character, read.Character);
        Assert.Equal(["formal"], read.Styles);
        Assert.Equal([7, 1, 5], read.Emotions);
        Assert.False(read.IsHumanLike);
    }

    [Fact]
    public void A_sentence_shows_its_own_facet_alone_and_what_is_said_twice_is_not_human_like()
    {
        var read = RoleReading.Of("Bah, I bow to nobody.");
        Assert.Equal(["proud"], read.Character);
        Assert.Equal(["rough"], read.Styles);
        Assert.All(read.Emotions, Assert.Null);
        Assert.Null(read.Closeness);
        Assert.All(read.Personality, letter => Assert.Null(letter));
        Assert.True(read.IsHumanLike);
        Assert.False(RoleReading.Of("I bow to nobody. I bow to nobody.").IsHumanLike);
    }

    [Fact]
    public void A_profile_is_adjusted_to_what_a_scene_shows_and_keeps_the_rest()
    {
        var adjusted = Ada.AdjustedTo(RoleReading.Of("Ha, I raced the dog. Ha, I feel wildly cross. Ha, the heart decides."));
        Assert.Equal(["playful", "brave"], adjusted.Character);
        Assert.Equal(("merry", 4, "INFJ"), (adjusted.Style, adjusted.Closeness, adjusted.Personality));
        Assert.Equal([7, 9, 5], adjusted.Emotions);
    }

    [Fact] // of 400 scenes, each facet stays as it is in at least the share that is not bent
    public void Scenes_bend_facets_with_the_stated_chance()
    {
        var draws = new Draws(3, "test");
        var scenes = Enumerable.Range(0, 400).Select(_ => ProfileWorld.InScene(Ada, 0.4, draws)).ToArray();
        Assert.InRange(scenes.Average(scene => scene.Style == Ada.Style ? 1.0 : 0), 0.6, 0.8); // .6 and a quarter of .4
        Assert.All(Enumerable.Range(0, 9), _ => Assert.Equal(Ada.ToString(), ProfileWorld.InScene(Ada, 0, draws).ToString()));
    }
}
